import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import type { GroupSource, PrincipalId, Token, TokenRefusal, TokenResult } from '../../acl/index.ts';
import type { AuditLog } from './audit.ts';
import { type Refusal, Refused } from './refusal.ts';
import type { Caller, Tool } from './tool.ts';

export interface GateDeps {
  readonly audit: AuditLog;
  /** The token of a user as of now. `groups` is what the credential says of them; undefined: nothing. */
  readonly tokenOf: (user: PrincipalId, groups: GroupSource | undefined) => Promise<TokenResult>;
  readonly now: () => number;
  readonly timeoutMs: number;
  /** Characters of JSON that an answer may have. Tools keep below it; the gate makes sure. */
  readonly maxAnswerCharacters: number;
  /** Faults (never refusals) for the operator's log. Not shown to the caller. */
  readonly onFault: (tool: string, error: unknown) => void;
}

export type CallResult<Output> =
  | { readonly ok: true; readonly output: Output }
  | { readonly ok: false; readonly refusal: Refusal };

const UNAVAILABLE: Refusal = {
  kind: 'unavailable',
  message: 'The search is not available just now. Try again, or ask the administrator.',
};

/**
 * What every tool call passes: scope, token, validation, time limit, answer limit, audit.
 *
 * INVARIANT: an answer leaves only after its audit record is written.
 */
export class Gate {
  readonly #deps: GateDeps;

  constructor(deps: GateDeps) {
    this.#deps = deps;
  }

  async call<Input extends z.ZodObject, Output extends z.ZodObject>(
    tool: Tool<Input, Output>,
    caller: Caller,
    input: unknown,
    signal?: AbortSignal,
  ): Promise<CallResult<z.output<Output>>> {
    const started = this.#deps.now();
    const result = await this.#attempt(tool, caller, input, signal);
    const finished = this.#deps.now();
    try {
      await this.#deps.audit.write({
        at: new Date(finished).toISOString(),
        user: caller.user,
        via: caller.via,
        tool: tool.name,
        outcome: result.ok ? 'ok' : result.refusal.kind,
        cited: result.ok ? tool.cited(result.output) : [],
        milliseconds: finished - started,
      });
    } catch (error) {
      this.#deps.onFault(tool.name, error);
      return { ok: false, refusal: UNAVAILABLE };
    }
    return result;
  }

  async #attempt<Input extends z.ZodObject, Output extends z.ZodObject>(
    tool: Tool<Input, Output>,
    caller: Caller,
    input: unknown,
    signal: AbortSignal | undefined,
  ): Promise<CallResult<z.output<Output>>> {
    if (!caller.scopes.has(tool.scope)) {
      const message = `This needs the scope ${tool.scope}.`;
      return { ok: false, refusal: { kind: 'insufficient-scope', needed: tool.scope, message } };
    }
    const timer = new AbortController();
    try {
      const work = async (): Promise<z.output<Output>> => {
        const token = await this.#token(caller);
        const parsed = tool.input.safeParse(input);
        if (!parsed.success) throw new Refused(invalidInput(parsed.error));
        return tool.run(parsed.data, {
          token,
          currentToken: () => this.#token(caller),
          signal: signal === undefined ? timer.signal : AbortSignal.any([signal, timer.signal]),
        });
      };
      const output = await Promise.race([work(), this.#timeout(timer)]);
      if (JSON.stringify(output).length > this.#deps.maxAnswerCharacters) {
        throw new Error(`the answer of ${tool.name} is over ${this.#deps.maxAnswerCharacters} characters`);
      }
      return { ok: true, output: tool.output.parse(output) as z.output<Output> };
    } catch (error) {
      if (error instanceof Refused) return { ok: false, refusal: error.refusal };
      this.#deps.onFault(tool.name, error);
      return { ok: false, refusal: UNAVAILABLE };
    } finally {
      timer.abort();
    }
  }

  async #timeout(timer: AbortController): Promise<never> {
    const seconds = this.#deps.timeoutMs / 1000;
    await sleep(this.#deps.timeoutMs, undefined, { signal: timer.signal }).catch(() => undefined);
    throw new Refused({ kind: 'timeout', message: `No answer within ${seconds} s. Ask something narrower.` });
  }

  async #token({ user, groups }: Caller): Promise<Token> {
    const result = await this.#deps.tokenOf(user, groups);
    if (result.ok) return result.token;
    throw new Refused({ kind: 'unauthenticated', message: tokenMessage(result.refusal) });
  }
}

function tokenMessage(refusal: TokenRefusal): string {
  switch (refusal.kind) {
    case 'unknown-user':
    case 'disabled-user':
    case 'ambiguous-identity':
      return 'This account is not known or not enabled.';
    case 'no-directory':
    case 'stale-directory':
      return 'The directory of users is not up to date, so nobody can be answered. Ask the administrator to run `ntk groups sync`.';
    case 'groups-unknown':
      return 'Your groups are known to the identity provider alone, and this call did not bring them: sign in through it. A personal access token, `--as` and stdio have no groups here.';
  }
}

function invalidInput(error: z.ZodError): Refusal {
  const issue = error.issues[0];
  const key = issue?.path.join('.') ?? '';
  const unknown = issue?.code === 'unrecognized_keys' ? ` (${issue.keys.join(', ')})` : '';
  return {
    kind: 'invalid-input',
    message: `${key === '' ? '' : `${key}: `}${issue?.message ?? 'not valid'}${unknown}`,
  };
}
