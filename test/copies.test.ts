import { readFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestClient, WAYS } from './src/mcp/clients.ts';
import { type Company, makeCompany, SHARE } from './support/company.ts';
import { jsonOf } from './support/raw-http.ts';
import { runCli } from './support/run-cli.ts';
import { type Served, serve } from './support/serve.ts';

const PARAGRAPH =
  'Receipts for a journey are handed in within a month of the return. Whoever travels by car is paid for each kilometre, and whoever travels by train is paid the price of the ticket.';
const page = (title: string, text: string): string => `# ${title}\n\n## Receipts\n\n${text}\n`;

/** Day of July 2026 on which each file was changed. */
const FILES = {
  'policies/travel.md': { day: 20, text: page('Travel', PARAGRAPH) },
  'archive/2024/travel.md': { day: 2, text: page('Travel', PARAGRAPH) },
  'archive/2025/travel.md': {
    day: 3,
    text: page('Travel', PARAGRAPH.replace('the return', 'the final return')),
  },
  'hr/travel.md': { day: 29, text: page('Travel of directors', PARAGRAPH) },
  'guides/expenses.md': {
    day: 25,
    text: '# Expenses\n\n## Lunches\n\nWhat lunches cost is paid back against receipts.\n',
  },
} as const;

let company: Company;
let served: Served;
let client: TestClient;

beforeAll(async () => {
  const [way] = WAYS;
  company = await makeCompany({
    files: Object.fromEntries(Object.entries(FILES).map(([path, { text }]) => [path, text])),
    users: ['anna', 'bruno'],
    groups: { hr: ['anna'], staff: ['anna', 'bruno'] },
    readers: { '': ['group:staff'], hr: ['group:hr'] },
  });
  for (const [path, { day }] of Object.entries(FILES)) {
    const changed = new Date(Date.UTC(2026, 6, day));
    await utimes(join(company.folder, 'share', path), changed, changed);
  }
  await company.ingest();
  served = await serve(company);
  client = await way.connect({ company, served, login: 'bruno' });
});

afterAll(async () => {
  await client.close();
  await served.close();
  await company.close();
});

interface Shown {
  readonly path: string;
  readonly url: string;
  readonly rank: number;
  readonly copies?: readonly { readonly share: string; readonly path: string; readonly url: string }[];
}

const QUERY = 'receipts of a journey by train or car';

/** The results of search as each face gives them to Bruno. */
const FACES = {
  REST: async (input: object): Promise<readonly Shown[]> => {
    const response = await fetch(`${served.origin}/api/v1/search`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${(await company.token('bruno')).secret}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ query: QUERY, ...input }),
    });
    return (await jsonOf(response)).results;
  },
  MCP: async (input: object): Promise<readonly Shown[]> =>
    Object(await client.call('search_documents', { query: QUERY, ...input })).structured.results,
  CLI: async (input: object): Promise<readonly Shown[]> => {
    const newest = 'sort' in input ? ['--newest'] : [];
    const { out } = await runCli(
      'search',
      QUERY,
      '--as',
      'bruno',
      '--config',
      company.configFile,
      '--json',
      ...newest,
    );
    return JSON.parse(out).results;
  },
};

describe.each(Object.keys(FACES) as (keyof typeof FACES)[])('over %s', (face) => {
  it('the newest of several copies is shown and names those that the asker may read, not the hidden newer one', async () => {
    const [first] = await FACES[face]({});
    expect(first?.path).toBe('policies/travel.md');
    expect(first?.copies?.map(({ share, path }) => [share, path])).toEqual([
      [SHARE, 'archive/2025/travel.md'],
      [SHARE, 'archive/2024/travel.md'],
    ]);
  });

  it('the link of a copy opens the passage in that file', async () => {
    const [first] = await FACES[face]({});
    for (const { path, url } of first?.copies ?? []) {
      const read = Object(await client.call('fetch', { id: url.slice(url.lastIndexOf('/') + 1) })).structured;
      expect(read.metadata.path).toBe(path);
      expect(read.text).toContain('Receipts for a journey');
    }
  });

  it('a result without copies has no such field', async () => {
    const other = (await FACES[face]({})).find(({ path }) => path === 'guides/expenses.md');
    expect(other).toBeDefined();
    expect(other).not.toHaveProperty('copies');
  });

  it('the newest files come first only when asked', async () => {
    const inOrder = async (input: object) =>
      (await FACES[face](input)).map(({ rank, path }) => `${rank} ${path}`);
    expect(await inOrder({})).toEqual(['1 policies/travel.md', '2 guides/expenses.md']);
    expect(await inOrder({ sort: 'newest' })).toEqual(['2 guides/expenses.md', '1 policies/travel.md']);
  });
});

describe('copies', () => {
  it('leave the shape of search as ChatGPT expects it', async () => {
    const { results } = Object(await client.call('search', { query: QUERY })).structured;
    expect(results.map((result: object) => Object.keys(result))).toEqual([
      ['id', 'title', 'url'],
      ['id', 'title', 'url'],
    ]);
  });

  it('stand apart when the question names the folder of one of them', async () => {
    const paths = (await FACES.REST({ query: `${QUERY} 2024` })).map(({ path }) => path);
    expect(paths[0]).toBe('archive/2024/travel.md');
    expect(paths).toContain('policies/travel.md');
  });

  it('are cited in the audit, for their paths were shown', async () => {
    const [first] = await FACES.REST({});
    const records = (await readFile(company.auditFile, 'utf8')).trim().split('\n');
    const { cited } = JSON.parse(records.at(-1) ?? '{}');
    const ids = [first, ...(first?.copies ?? [])].map((one) => one?.url.split('/').at(-1));
    expect(cited).toEqual(expect.arrayContaining(ids));
  });

  it('are named in words on a terminal', async () => {
    const { out } = await runCli('search', QUERY, '--as', 'bruno', '--config', company.configFile);
    expect(out).toContain(`also in ${SHARE}/archive/2025/travel.md, ${SHARE}/archive/2024/travel.md`);
  });

  it('stand in the description of the API, as does the order', async () => {
    const text = await (await fetch(`${served.origin}/docs/json`)).text();
    expect(text).toContain('"copies"');
    expect(text).toContain('"newest"');
  });
});

describe('an order that does not exist', () => {
  it('is refused with the two that do', async () => {
    const answer = await client.call('search_documents', { query: QUERY, sort: 'oldest' });
    expect(JSON.stringify(answer)).toContain('newest');
    expect(answer).toMatchObject({ isError: true });
  });
});
