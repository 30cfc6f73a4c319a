import { availableParallelism } from 'node:os';
import { InMemoryTransport, Client as ModernClient } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { principalId } from '../../../acl/index.ts';
import { type Answering, openAnswering } from '../../../src/compose/index.ts';
import { type AuditRecord, turnLimits } from '../../../src/governance/index.ts';
import { documentsServer } from '../../../src/mcp/documents-server.ts';
import { type Company, makeCompany } from '../../support/company.ts';
import { type HeldCatalog, holdCatalog } from '../../support/held-catalog.ts';
import { jsonOf } from '../../support/raw-http.ts';
import { type Served, serve } from '../../support/serve.ts';

const PEOPLE = Array.from({ length: 8 }, (_, at) => `person-${at}`);
const [ANNA = '', BRUNO = ''] = PEOPLE;
const LIMITS = turnLimits(availableParallelism());
/** Questions of one person that run or wait at most. */
const MOST_EACH = LIMITS.runningEach + LIMITS.waitingEach;

let company: Company;
let store: HeldCatalog;
let answering: Answering;
let served: Served;
let secrets: Map<string, string>;
/** Requests whose credential was looked at. */
let arrived = 0;
const records: AuditRecord[] = [];

beforeAll(async () => {
  company = await makeCompany({
    files: { 'leave.md': '# Leave\n\nTwenty weeks of leave.\n', 'hr/pay.md': '# Pay\n\nPay is secret.\n' },
    users: PEOPLE,
    groups: { staff: PEOPLE },
    readers: { '': ['group:staff'], hr: ['user:nobody'] },
  });
  store = holdCatalog(company.core.catalog);
  const core = { ...company.core, catalog: store.catalog };
  answering = await openAnswering(core, {
    publicUrl: 'http://documents.example',
    onFault: (_where, error) => company.faults.push(error),
    onRecord: (record) => records.push(record),
  });
  const now = (): number => {
    arrived += 1;
    return Date.now();
  };
  served = await serve({
    ...company,
    core: { ...company.core, now },
    answering: async () => answering,
  });
  secrets = new Map();
  for (const person of PEOPLE) secrets.set(person, (await company.token(person)).secret);
});

beforeEach(() => {
  records.length = 0;
  arrived = 0;
  store.holdAgain();
});

afterAll(async () => {
  store.letGo();
  await served.close();
  await answering.close();
  await company.close();
});

describe('many questions at once', () => {
  it('are all answered, a bounded number at a time', async () => {
    const asked = Array.from({ length: 32 }, (_, at) => search(PEOPLE[at % PEOPLE.length] ?? ''));
    await until(() => store.held() === LIMITS.running);
    await pause();
    expect(store.mostHeld()).toBe(LIMITS.running);
    store.letGo();
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual(Array(32).fill(200));
  });

  it('of one person never take every place', async () => {
    const asked = Array.from({ length: LIMITS.running * 2 }, () => search(ANNA));
    await until(() => store.held() === LIMITS.runningEach);
    await pause();
    expect(store.held()).toBe(LIMITS.runningEach);
    const others = PEOPLE.slice(1).map((person) => search(person));
    await until(() => store.held() === LIMITS.running);
    store.letGo();
    await Promise.all([...asked, ...others]);
  });

  it('of one person are turned away with 429 when too many wait, and those of others are not', async () => {
    const flood = Array.from({ length: 1_000 }, () => search(ANNA));
    await until(() => records.length === 1_000 - MOST_EACH);
    const others = PEOPLE.slice(2).map((person) => search(person));
    await until(() => arrived === 1_000 + others.length);
    store.letGo();
    const statuses = (await Promise.all(flood)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(MOST_EACH);
    expect(statuses.filter((status) => status === 429)).toHaveLength(1_000 - MOST_EACH);
    expect((await Promise.all(others)).map(({ status }) => status)).toEqual(others.map(() => 200));
  });

  it('of one person delay another by a turn and not by their number', async () => {
    const flood = await fullLine(ANNA);
    records.length = 0;
    const polite = [search('person-2'), search('person-3')];
    await until(() => arrived === MOST_EACH + 3);
    await pause();
    store.letGo();
    await Promise.all([...flood, ...polite]);
    const order = records.map(({ user }) => user);
    expect(order.lastIndexOf('user:person-3')).toBeLessThan(LIMITS.running * 2);
  });
});

describe('a question that is turned away', () => {
  it('says when to come back, in plain words, and the same whatever was asked', async () => {
    const flood = await fullLine(BRUNO);
    const bodies = [];
    for (const query of ['leave', 'pay secret', 'nothing of the kind']) {
      const response = await search(BRUNO, query);
      expect(response.headers.get('retry-after')).toMatch(/^[1-9]\d?$/);
      bodies.push(await jsonOf(response));
    }
    store.letGo();
    await Promise.all(flood);
    expect(bodies[0].error).toMatchObject({ code: 'too-many-requests' });
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
  });

  it('stands in the audit', async () => {
    const flood = await fullLine(ANNA);
    expect(records).toMatchObject([{ user: 'user:person-0', outcome: 'too-many-requests', cited: [] }]);
    store.letGo();
    await Promise.all(flood);
  });

  it('is a plain error over MCP', async () => {
    const flood = await fullLine(ANNA);
    const response = await mcpCall(ANNA);
    const { result } = await messageOf(response);
    expect(result.isError).toBe(true);
    expect(result.content[0].text).toMatch(/^Too many of your calls are waiting/);
    store.letGo();
    await Promise.all(flood);
  });
});

describe('a client that closes its connection', () => {
  it.each([
    { face: 'REST', ask: (signal: AbortSignal) => search(ANNA, 'leave', signal) },
    { face: 'MCP', ask: (signal: AbortSignal) => mcpCall(ANNA, signal) },
  ])('leaves the line, over $face, and nothing is asked for it', async ({ ask }) => {
    const others = [...PEOPLE, ...PEOPLE].map((person) => search(person));
    await until(() => arrived === others.length && store.held() === LIMITS.running);
    const client = new AbortController();
    const gone = ask(client.signal).catch(() => null);
    await until(() => arrived === others.length + 1);
    await pause();
    const before = store.calls();
    client.abort();
    await gone;
    await until(() => records.length === 1);
    expect(records).toMatchObject([{ user: 'user:person-0', outcome: 'cancelled' }]);
    expect(store.calls()).toBe(before);
    store.letGo();
    await Promise.all(others);
  });

  it.each([
    { face: 'REST', ask: (signal: AbortSignal) => search(ANNA, 'leave', signal) },
    { face: 'MCP', ask: (signal: AbortSignal) => mcpCall(ANNA, signal) },
  ])('ends its question at the next step, over $face', async ({ ask }) => {
    const client = new AbortController();
    const gone = ask(client.signal).catch(() => null);
    await until(() => store.held() === 1);
    client.abort();
    await gone;
    await until(() => records.length === 1);
    const before = store.calls();
    store.letGo();
    await pause();
    expect(store.calls()).toBe(before);
    expect(records).toMatchObject([{ outcome: 'cancelled', cited: [] }]);
    expect(company.faults).toEqual([]);
  });

  it('gives its place to the next', async () => {
    const client = new AbortController();
    const asked = Array.from({ length: LIMITS.runningEach }, () =>
      search(ANNA, 'leave', client.signal).catch(() => null),
    );
    await until(() => store.held() === LIMITS.runningEach);
    const next = search(ANNA);
    await until(() => arrived === LIMITS.runningEach + 1);
    client.abort();
    await Promise.all(asked);
    store.letGo();
    expect((await next).status).toBe(200);
  });
});

describe('a call that an MCP client cancels', () => {
  it('ends at its next step', async () => {
    const { tools, gate } = answering;
    const user = await company.core.userOf(ANNA);
    const caller = {
      user: user ?? principalId('user:nobody'),
      scopes: new Set(['documents:read']),
      via: 'stdio' as const,
    };
    const [here, there] = InMemoryTransport.createLinkedPair();
    const server = documentsServer({ tools, gate, version: '1' }).serverFor(caller);
    const client = new ModernClient({ name: 'test', version: '1' });
    await Promise.all([server.connect(there), client.connect(here)]);
    const stop = new AbortController();
    const called = client
      .callTool({ name: 'search', arguments: { query: 'leave' } }, { signal: stop.signal })
      .catch(() => null);
    await until(() => store.held() === 1);
    stop.abort('enough');
    await called;
    await until(() => records.length === 1);
    expect(records).toMatchObject([{ outcome: 'cancelled' }]);
    const before = store.calls();
    store.letGo();
    await pause();
    expect(store.calls()).toBe(before);
    await client.close();
  });
});

/** As many questions of a person as run or wait at most; the next one is turned away, as one was. */
async function fullLine(person: string): Promise<Promise<Response>[]> {
  const asked = Array.from({ length: MOST_EACH + 1 }, () => search(person));
  await until(() => records.length === 1);
  return asked;
}

function headersOf(person: string): Record<string, string> {
  return { authorization: `Bearer ${secrets.get(person)}`, 'content-type': 'application/json' };
}

async function search(person: string, query = 'leave', signal?: AbortSignal): Promise<Response> {
  return fetch(`${served.origin}/api/v1/search`, {
    method: 'POST',
    headers: headersOf(person),
    body: JSON.stringify({ query }),
    ...(signal === undefined ? {} : { signal }),
  });
}

async function mcpCall(person: string, signal?: AbortSignal): Promise<Response> {
  const params = { name: 'search', arguments: { query: 'leave' } };
  return fetch(`${served.origin}/mcp/documents`, {
    method: 'POST',
    headers: {
      ...headersOf(person),
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** The message of an answer that came as JSON or as one event. */
async function messageOf(response: Response): Promise<ReturnType<typeof JSON.parse>> {
  const text = await response.text();
  const line = text.split('\n').find((one) => one.startsWith('data: {'));
  return JSON.parse(line === undefined ? text : line.slice('data: '.length));
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Long enough for what would happen wrongly to happen. */
async function pause(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 150));
}
