import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { principalId, type TokenResult } from '../../../acl/index.ts';
import {
  type AuditLog,
  type AuditRecord,
  type CallContext,
  type Caller,
  defineTool,
  Gate,
  type GateDeps,
  NOT_FOUND,
  Refused,
  Turns,
  turnLimits,
} from '../../../src/governance/index.ts';
import { tokenOf } from '../../support/access.ts';

const BOB = tokenOf('bob', { users: ['bob'] });
const CALLER: Caller = { user: BOB.user, scopes: new Set(['documents:read']), via: 'mcp' };
const SECRET = 'the question about the merger';

let audit: AuditRecord[];
let faults: unknown[];
let token: TokenResult;

function gate(changes: Partial<GateDeps> = {}): Gate {
  const log: AuditLog = {
    write: async (record) => {
      audit.push(record);
    },
  };
  return new Gate({
    audit: log,
    tokenOf: async () => token,
    now: Date.now,
    turns: new Turns(turnLimits(1)),
    timeoutMs: 200,
    maxAnswerCharacters: 1_000,
    onFault: (_, error) => faults.push(error),
    ...changes,
  });
}

beforeEach(() => {
  audit = [];
  faults = [];
  token = { ok: true, token: BOB };
});

type Run = (input: { query: string }, context: CallContext) => Promise<{ ids: string[] }>;
const answer: Run = async () => ({ ids: ['a', 'b'] });

function tool(run: Run = answer) {
  return defineTool({
    name: 'search',
    title: 'Search',
    description: 'Searches.',
    scope: 'documents:read',
    effect: 'read',
    input: z.strictObject({ query: z.string().max(100) }),
    output: z.object({ ids: z.array(z.string()) }),
    run,
    cited: ({ ids }) => ids,
  });
}

const ask = (
  run?: Run,
  changes: Partial<GateDeps> = {},
  input: unknown = { query: SECRET },
  caller = CALLER,
) => gate(changes).call(tool(run), caller, input);
const never = (): Promise<never> => new Promise(() => {});
const oneTurn = (): Turns =>
  new Turns({ running: 1, runningEach: 1, waiting: 1, waitingEach: 1, turnedAwayMs: 0 });
/** A turn that somebody else has and does not end. */
async function taken(turns: Turns, user: string): Promise<Turns> {
  void turns.take(principalId(`user:${user}`), new AbortController().signal);
  return turns;
}

const OUTCOMES: readonly {
  readonly name: string;
  readonly call: () => ReturnType<typeof ask>;
  readonly kind: string;
}[] = [
  {
    name: 'a missing scope',
    kind: 'insufficient-scope',
    call: () =>
      ask(answer, {}, { query: SECRET }, { ...CALLER, scopes: new Set(['documents:write', 'documents']) }),
  },
  { name: 'an input of another type', kind: 'invalid-input', call: () => ask(answer, {}, { query: 5 }) },
  {
    name: 'an unknown input field',
    kind: 'invalid-input',
    call: () => ask(answer, {}, { query: 'x', as: 'user:anna' }),
  },
  { name: 'no input', kind: 'invalid-input', call: () => ask(answer, {}, null) },
  {
    name: 'a tool that throws',
    kind: 'unavailable',
    call: () => ask(() => Promise.reject(new Error(`/srv/hr ${SECRET}`))),
  },
  {
    name: 'a tool that throws no error',
    kind: 'unavailable',
    call: () => ask(() => Promise.reject('/srv/hr')),
  },
  {
    name: 'a tool that refuses',
    kind: 'not-found',
    call: () => ask(() => Promise.reject(new Refused(NOT_FOUND))),
  },
  { name: 'a tool that takes too long', kind: 'timeout', call: () => ask(never, { timeoutMs: 20 }) },
  {
    name: 'a turn that does not come in time',
    kind: 'busy',
    call: async () => ask(answer, { timeoutMs: 20, turns: await taken(oneTurn(), 'anna') }),
  },
  {
    name: 'a line of others that is full',
    kind: 'busy',
    call: async () => ask(answer, { turns: await taken(await taken(oneTurn(), 'anna'), 'carla') }),
  },
  {
    name: 'a line of his own that is full',
    kind: 'too-many-requests',
    call: async () => ask(answer, { turns: await taken(await taken(oneTurn(), 'bob'), 'bob') }),
  },
  {
    name: 'a caller who is gone',
    kind: 'cancelled',
    call: () => gate().call(tool(), CALLER, { query: SECRET }, AbortSignal.abort()),
  },
  {
    name: 'an answer over the limit',
    kind: 'unavailable',
    call: () => ask(async () => ({ ids: ['x'.repeat(2_000)] })),
  },
  {
    name: 'an answer of another shape',
    kind: 'unavailable',
    call: () => ask(async () => JSON.parse('{"ids":"/srv/hr"}')),
  },
  {
    name: 'a directory that cannot be asked',
    kind: 'unavailable',
    call: () => ask(answer, { tokenOf: () => Promise.reject(new Error('/srv/hr')) }),
  },
];

describe('Gate', () => {
  it('gives the answer of the tool', async () => {
    expect(await ask()).toEqual({ ok: true, output: { ids: ['a', 'b'] } });
  });

  it.each(OUTCOMES)('refuses with $kind: $name', async ({ call, kind }) => {
    const result = await call();
    expect(result).toMatchObject({ ok: false, refusal: { kind } });
  });

  it.each(OUTCOMES)('says nothing of the inside in a refusal for $name', async ({ call }) => {
    const text = JSON.stringify(await call());
    expect(text).not.toMatch(/srv|hr|merger|Error|\.ts/);
  });

  it.each(OUTCOMES)('writes one audit record without the question for $name', async ({ call, kind }) => {
    await call();
    expect(audit).toHaveLength(1);
    expect(audit[0]).toMatchObject({
      user: 'user:bob',
      via: 'mcp',
      tool: 'search',
      outcome: kind,
      cited: [],
    });
    expect(JSON.stringify(audit)).not.toContain('merger');
  });

  it('writes who was shown what, and not the question', async () => {
    await ask();
    expect(audit).toMatchObject([{ user: 'user:bob', outcome: 'ok', cited: ['a', 'b'] }]);
    expect(JSON.stringify(audit)).not.toContain('merger');
  });

  it.each([
    { kind: 'unknown-user' },
    { kind: 'disabled-user' },
    { kind: 'no-directory' },
    { kind: 'stale-directory', ageSeconds: 99 },
    { kind: 'ambiguous-identity', name: principalId('uid:7'), bearers: [BOB.user, principalId('user:x')] },
    { kind: 'groups-unknown' },
  ] as const)('refuses a caller without token ($kind) and does not run the tool', async (refusal) => {
    token = { ok: false, refusal };
    let ran = false;
    const result = await ask(async () => {
      ran = true;
      return { ids: [] };
    });
    expect(result).toMatchObject({ ok: false, refusal: { kind: 'unauthenticated' } });
    expect(ran).toBe(false);
  });

  it('does not tell an unknown from a disabled or an ambiguous account', async () => {
    token = { ok: false, refusal: { kind: 'unknown-user' } };
    const unknown = await ask();
    token = { ok: false, refusal: { kind: 'disabled-user' } };
    expect(await ask()).toEqual(unknown);
    token = {
      ok: false,
      refusal: { kind: 'ambiguous-identity', name: principalId('uid:7'), bearers: [BOB.user] },
    };
    expect(await ask()).toEqual(unknown);
  });

  it('asks for the token with the groups of the credential, at the start and again for gate 2', async () => {
    const groups = { kind: 'claimed', groups: [principalId('group:hr')] } as const;
    const asked: unknown[] = [];
    const tokenOf: GateDeps['tokenOf'] = async (_user, given) => {
      asked.push(given);
      return token;
    };
    const run: Run = async (_, context) => ({ ids: [(await context.currentToken()).user] });
    await ask(run, { tokenOf }, { query: 'x' }, { ...CALLER, groups });
    await ask(run, { tokenOf });
    expect(asked).toEqual([groups, groups, undefined, undefined]);
  });

  it('refuses when the token is gone during the call', async () => {
    const result = await ask(async (_, context) => {
      token = { ok: false, refusal: { kind: 'disabled-user' } };
      await context.currentToken();
      return { ids: ['leak'] };
    });
    expect(result).toMatchObject({ ok: false, refusal: { kind: 'unauthenticated' } });
  });

  it('asks for the token of the caller and no other', async () => {
    const asked: string[] = [];
    await ask(async (_, context) => ({ ids: [(await context.currentToken()).user] }), {
      tokenOf: async (user) => {
        asked.push(user);
        return token;
      },
    });
    expect(new Set(asked)).toEqual(new Set(['user:bob']));
  });

  it('leaves out what the output schema does not name', async () => {
    const result = await ask(async () => ({ ids: [], path: '/srv/hr/secret.txt' }));
    expect(result).toEqual({ ok: true, output: { ids: [] } });
  });

  it('gives no answer when the audit record cannot be written', async () => {
    const broken: AuditLog = { write: () => Promise.reject(new Error('disk full')) };
    expect(await ask(answer, { audit: broken })).toMatchObject({
      ok: false,
      refusal: { kind: 'unavailable' },
    });
    expect(faults).toMatchObject([{ message: 'disk full' }]);
  });

  it('waits for the audit record before it answers', async () => {
    const slow: AuditLog = {
      write: async (record) => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        audit.push(record);
      },
    };
    await ask(answer, { audit: slow });
    expect(audit).toHaveLength(1);
  });

  it('tells a tool that took too long to stop', async () => {
    let stopped = false;
    await ask(
      (_, { signal }) =>
        new Promise(() => {
          signal.addEventListener('abort', () => {
            stopped = true;
          });
        }),
      { timeoutMs: 20 },
    );
    expect(stopped).toBe(true);
  });

  it('passes on that the client has gone', async () => {
    const client = new AbortController();
    let seen: AbortSignal | null = null;
    const called = gate().call(
      tool(async (_, { signal }) => {
        seen = signal;
        client.abort();
        return never();
      }),
      CALLER,
      { query: 'x' },
      client.signal,
    );
    expect(await called).toMatchObject({ refusal: { kind: 'cancelled' } });
    expect(seen).toMatchObject({ aborted: true });
  });

  it('reports no fault when a tool breaks off because its caller is gone', async () => {
    const client = new AbortController();
    const run: Run = async (_, { signal }) => {
      client.abort();
      signal.throwIfAborted();
      return { ids: [] };
    };
    await gate().call(tool(run), CALLER, { query: 'x' }, client.signal);
    expect(faults).toEqual([]);
  });

  it('asks for no token once the caller is gone', async () => {
    const client = new AbortController();
    let asked = 0;
    const tokenOf: GateDeps['tokenOf'] = async () => {
      asked += 1;
      return token;
    };
    const run: Run = async (_, context) => {
      client.abort();
      return { ids: [(await context.currentToken()).user] };
    };
    await gate({ tokenOf }).call(tool(run), CALLER, { query: 'x' }, client.signal);
    expect(asked).toBe(1);
  });

  it('makes the token after the wait for the turn', async () => {
    const turns = oneTurn();
    const turn = await turns.take(principalId('user:anna'), new AbortController().signal);
    const called = ask(answer, { turns });
    token = { ok: false, refusal: { kind: 'disabled-user' } };
    if (turn.kind === 'taken') turn.end();
    expect(await called).toMatchObject({ ok: false, refusal: { kind: 'unauthenticated' } });
  });

  it.each([
    { name: 'an answer', run: answer },
    { name: 'a refusal', run: () => Promise.reject(new Refused(NOT_FOUND)) },
    { name: 'a fault', run: () => Promise.reject(new Error('inside')) },
  ])('lets the next call in after $name', async ({ run }) => {
    const turns = oneTurn();
    await ask(run, { turns });
    expect(await ask(answer, { turns })).toMatchObject({ ok: true });
  });

  it('keeps the turn of work that goes on although nobody waits for it', async () => {
    const turns = oneTurn();
    const work = Promise.withResolvers<{ ids: string[] }>();
    await ask(() => work.promise, { turns, timeoutMs: 20 });
    const next = ask(answer, { turns, timeoutMs: 10_000 });
    const waits = new Promise((resolve) => setImmediate(resolve, 'waits'));
    expect(await Promise.race([next, waits])).toBe('waits');
    work.resolve({ ids: [] });
    expect(await next).toMatchObject({ ok: true });
  });

  it('takes the turn from work that hangs', async () => {
    const turns = oneTurn();
    await ask(never, { turns, timeoutMs: 20 });
    expect(await ask(answer, { turns, timeoutMs: 10_000 })).toMatchObject({ ok: true });
  });

  it('reports faults to the operator and refusals not', async () => {
    await ask(() => Promise.reject(new Error('inside')));
    await ask(() => Promise.reject(new Refused(NOT_FOUND)));
    expect(faults).toMatchObject([{ message: 'inside' }]);
  });
});
