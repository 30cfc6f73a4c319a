import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestClient, WAYS } from './src/mcp/clients.ts';
import { BAD_QUESTIONS } from './support/bad-questions.ts';
import { type Company, makeCompany, SHARE } from './support/company.ts';
import { runCli } from './support/run-cli.ts';
import { type Served, serve } from './support/serve.ts';

/** What Bruno may not read, and Carla nothing of at all; no question below has these words. */
const SECRETS = ['81,450', 'quetzalcoatl', 'salaries.md', 'Salary bands', 'hr/'];
const OPEN = ['twenty weeks', 'leave.md', 'ferie.md', 'Leave policy'];

let company: Company;
let served: Served;
const secrets = new Map<string, string>();
const clients = new Map<string, TestClient>();

beforeAll(async () => {
  company = await makeCompany({
    files: {
      'policies/leave.md':
        '# Leave policy\n\n## Parental leave\n\nEmployees may take twenty weeks of parental leave.\n\n## Carry-over\n\nUnused holiday is carried over until 31 March.\n',
      'policies/ferie.md': '# Ferie\n\n## Riporto\n\nLe ferie non godute si riportano fino al 31 marzo.\n',
      'hr/salaries.md':
        '# Salary bands\n\n## Band 7\n\nThe salary of band 7 is 81,450 euro, codeword quetzalcoatl. Not for the canteen and the holiday of employees or leave; the a of to in is it, il la di che e non per un. 🍝 مرحبا שלום Привет 日本.\n',
    },
    users: ['anna', 'bruno', 'carla'],
    groups: { hr: ['anna'], staff: ['anna', 'bruno'] },
    readers: { '': ['group:staff'], hr: ['group:hr'] },
  });
  served = await serve(company);
  const [way] = WAYS;
  for (const login of ['bruno', 'carla']) {
    secrets.set(login, (await company.token(login)).secret);
    clients.set(login, await way.connect({ company, served, login }));
  }
});

afterAll(async () => {
  for (const client of clients.values()) await client.close();
  await served.close();
  await company.close();
});

/** How a face took a question: `answered`, `refused` as wrong use, or anything else in its own words. */
interface Outcome {
  readonly how: string;
  /** All that the asker sees. */
  readonly text: string;
}

type Ask = (login: string, input: Readonly<Record<string, unknown>>) => Promise<Outcome>;

const rest: Ask = async (login, input) => {
  const response = await fetch(`${served.origin}/api/v1/search`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secrets.get(login)}`, 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });
  const how = { 200: 'answered', 400: 'refused' }[response.status] ?? `status ${response.status}`;
  return { how, text: await response.text() };
};

function mcp(tool: string): Ask {
  return async (login, input) => {
    const called = await clients.get(login)?.call(tool, input);
    const text = JSON.stringify([called?.structured, called?.texts]);
    return { how: called?.isError === true ? 'refused' : 'answered', text };
  };
}

const cli: Ask = async (login, { query }) => {
  const { code, out, err } = await runCli(
    'search',
    '--as',
    login,
    '--config',
    company.configFile,
    '--json',
    '--',
    String(query),
  );
  return { how: { 0: 'answered', 2: 'refused' }[code] ?? `exit ${code}`, text: out + err };
};

const FACES: Readonly<Record<string, Ask>> = {
  'POST /api/v1/search': rest,
  'MCP search_documents': mcp('search_documents'),
  'MCP search': mcp('search'),
  'ntk search': cli,
};

describe.each(Object.entries(FACES))('%s asked', (_face, ask) => {
  it.each(BAD_QUESTIONS)(
    '%s answers or refuses in words, and shows nothing of others',
    async (_name, query, how = 'answered') => {
      const narrow = await ask('bruno', { query });
      expect(narrow.how, narrow.text).toBe(how);
      for (const secret of SECRETS) expect(narrow.text).not.toContain(secret);
      const none = await ask('carla', { query });
      expect(none.how, none.text).toBe(how);
      for (const text of [...SECRETS, ...OPEN]) expect(none.text).not.toContain(text);
    },
  );
});

it('somebody who may read it is shown what the questions above must not bring to others', async () => {
  const { out } = await runCli(
    'search',
    'salary band',
    '--as',
    'anna',
    '--config',
    company.configFile,
    '--json',
  );
  for (const secret of SECRETS) expect(out).toContain(secret);
});

/** Field, value, and what the refusal names. */
const WRONG: readonly (readonly [field: string, value: unknown, named?: string])[] = [
  ['limit', 0],
  ['limit', -1],
  ['limit', 1_000_000_000],
  ['limit', 1e308],
  ['limit', 2.5],
  ['limit', Number.NaN],
  ['limit', '8'],
  ['limit', [8]],
  ['limit', true],
  ['query', 7],
  ['query', null],
  ['query', ['leave']],
  ['query', { text: 'leave' }],
  ['scopes', [1, 2, 3], 'scopes'],
  ['filter', { scopes: [1, 2, 3] }, 'filter'],
  ['user', 'anna', 'user'],
  ['budgetTokens', 1e9, 'budgetTokens'],
  ['offset', 3, 'offset'],
  ['sort', 'oldest'],
  ['sort', 'modified; DROP TABLE documents'],
  ['language', 'xx'],
  ['language', ['en']],
  ['type', 7],
  ['type', Array.from({ length: 500 }, () => 'md')],
  ['path', '../hr'],
  ['path', 'policies/\u0000hr'],
  ['path', 'x'.repeat(5_000)],
  ['modified_from', 'yesterday'],
  ['modified_from', '2026-02-31'],
  ['modified_from', 1e15],
  ['modified_to', '9'.repeat(41)],
  ['share', ''],
  ['share', 'x'.repeat(65)],
];

describe.each([
  ['POST /api/v1/search', rest],
  ['MCP search_documents', mcp('search_documents')],
] as const)('%s given', (_face, ask) => {
  it.each(WRONG.map(([field, value, named = field]) => ({ field, value, named })))(
    '$field of $value is refused by its name',
    async ({ field, value, named }) => {
      const { how, text } = await ask('bruno', { query: 'leave', [field]: value });
      expect(how, text).toBe('refused');
      expect(text).toContain(named);
      for (const secret of [...SECRETS, ...OPEN]) expect(text).not.toContain(secret);
    },
  );

  it.each([
    ['share', "company' OR '1'='1"],
    ['share', 'company\u0000'],
    ['share', '__proto__'],
    ['share', '\ud800'],
  ])('%s of %j finds no such share', async (field, value) => {
    const { how, text } = await ask('bruno', { query: 'leave', [field]: value });
    expect(['status 404', 'refused']).toContain(how);
    expect(text).toContain('No such share, or nothing in it that you may read.');
  });

  it.each<readonly [field: string, value: unknown]>([
    ['path', "policies' OR '1'='1"],
    ['path', 'hr'],
    ['path', 'policies%'],
    ['path', '\ud800'],
    ['type', "md' OR 1=1 --"],
    ['type', ['\ud800']],
    ['modified_from', '9999-12-31'],
    ['modified_to', '0001-01-01'],
  ])('%s of %j finds nothing', async (field, value) => {
    const { how, text } = await ask('bruno', { query: 'leave', share: SHARE, [field]: value });
    expect(how, text).toBe('answered');
    for (const shown of [...SECRETS, ...OPEN]) expect(text).not.toContain(shown);
  });
});

it('none of all these was a fault', () => {
  expect(company.faults).toEqual([]);
});
