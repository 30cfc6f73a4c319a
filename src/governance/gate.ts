import type { z } from 'zod';
import type { GroupSource, PrincipalId, Token, TokenRefusal, TokenResult } from '../../acl/index.ts';
import type { AuditLog } from './audit.ts';
import { type Refusal, Refused } from './refusal.ts';
import type { Caller, Tool } from './tool.ts';
import type { Turn, Turns } from './turns.ts';

export interface GateDeps {
  readonly audit: AuditLog;
  /** The token of a user as of now. `groups` is what the credential says of them; undefined: nothing. */
  readonly tokenOf: (user: PrincipalId, groups: GroupSource | undefined) => Promise<TokenResult>;
  readonly now: () => number;
  /** Who runs and who waits; one for all domains of a process. */
  readonly turns: Turns;
  /** Time a call may take, waiting for its turn included. */
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

const CANCELLED: Refusal = { kind: 'cancelled', message: 'The call was given up before its answer came.' };

/** Most calls end within a tenth of that: by then there is room again. */
const RETRY_SECONDS = 2;
const TOO_MANY: Refusal = {
  kind: 'too-many-requests',
  retryAfterSeconds: RETRY_SECONDS,
  message: 'Too many of your calls are waiting already. Wait for their answers, then call again.',
};
const BUSY: Refusal = {
  kind: 'busy',
  retryAfterSeconds: RETRY_SECONDS,
  message: 'Too many people are asking just now. Call again in a few seconds.',
};

/**
 * What every tool call passes: scope, turn, token, validation, time limit, answer limit, audit.
 *
 * INVARIANT: an answer leaves only after its audit record is written.
 * INVARIANT: the token is made after the wait for the turn: a right taken away meanwhile is gone.
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
    client: AbortSignal | undefined,
  ): Promise<CallResult<z.output<Output>>> {
    if (!caller.scopes.has(tool.scope)) {
      const message = `This needs the scope ${tool.scope}.`;
      return { ok: false, refusal: { kind: 'insufficient-scope', needed: tool.scope, message } };
    }
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), this.#deps.timeoutMs);
    const signal = client === undefined ? late.signal : AbortSignal.any([client, late.signal]);
    try {
      const turn = await this.#deps.turns.take(caller.user, signal);
      if (turn.kind !== 'taken') return { ok: false, refusal: withoutTurn(turn, client) };
      const output = await this.#within(this.#run(tool, caller, input, signal), turn.end, signal);
      if (JSON.stringify(output).length > this.#deps.maxAnswerCharacters) {
        throw new Error(`the answer of ${tool.name} is over ${this.#deps.maxAnswerCharacters} characters`);
      }
      return { ok: true, output: tool.output.parse(output) as z.output<Output> };
    } catch (error) {
      if (client?.aborted === true) return { ok: false, refusal: CANCELLED };
      if (late.signal.aborted) return { ok: false, refusal: this.#tooLate() };
      if (error instanceof Refused) return { ok: false, refusal: error.refusal };
      this.#deps.onFault(tool.name, error);
      return { ok: false, refusal: UNAVAILABLE };
    } finally {
      clearTimeout(timer);
      // What the call began and nobody waits for any more ends as well.
      late.abort();
    }
  }

  async #run<Input extends z.ZodObject, Output extends z.ZodObject>(
    tool: Tool<Input, Output>,
    caller: Caller,
    input: unknown,
    signal: AbortSignal,
  ): Promise<z.output<Output>> {
    signal.throwIfAborted();
    const token = await this.#token(caller);
    const parsed = tool.input.safeParse(input);
    if (!parsed.success) throw new Refused(invalidInput(parsed.error));
    const currentToken = async (): Promise<Token> => {
      signal.throwIfAborted();
      return this.#token(caller);
    };
    return tool.run(parsed.data, { token, currentToken, signal });
  }

  /**
   * The outcome of the work, or the reason of the signal as soon as it is aborted. The turn ends with the work itself,
   * which may have to wait for a step that cannot be broken off; work that hangs does not keep its turn for ever.
   */
  async #within<T>(work: Promise<T>, endTurn: () => void, signal: AbortSignal): Promise<T> {
    const ended = work.finally(endTurn);
    const aborted = Promise.withResolvers<never>();
    const abort = (): void => {
      setTimeout(endTurn, this.#deps.timeoutMs).unref();
      aborted.reject(signal.reason);
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    try {
      return await Promise.race([ended, aborted.promise]);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  #tooLate(): Refusal {
    const seconds = this.#deps.timeoutMs / 1000;
    return { kind: 'timeout', message: `No answer within ${seconds} s. Ask something narrower.` };
  }

  async #token({ user, groups }: Caller): Promise<Token> {
    const result = await this.#deps.tokenOf(user, groups);
    if (result.ok) return result.token;
    throw new Refused({ kind: 'unauthenticated', message: tokenMessage(result.refusal) });
  }
}

function withoutTurn({ kind }: Exclude<Turn, { kind: 'taken' }>, client: AbortSignal | undefined): Refusal {
  switch (kind) {
    case 'own-line-full':
      return TOO_MANY;
    case 'line-full':
      return BUSY;
    case 'given-up':
      return client?.aborted === true ? CANCELLED : BUSY;
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
