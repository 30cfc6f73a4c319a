import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningServer } from '../src/compose/serving.ts';
import { runCli } from './support/run-cli.ts';
import { judge, openSample, type Question, type SampleCompany, serveSample } from './support/sample.ts';

interface Found {
  readonly path: string;
  readonly section: readonly string[];
  readonly page: number | null;
}

let sample: SampleCompany;
let server: RunningServer;
const secrets = new Map<string, string>();
const clients = new Map<string, Client>();

beforeAll(async () => {
  sample = await openSample('http://127.0.0.1');
  server = await serveSample(sample);
});

afterAll(async () => {
  for (const client of clients.values()) await client.close();
  await server.close();
  await sample.close();
});

async function secretOf(login: string): Promise<string> {
  const known = secrets.get(login);
  if (known !== undefined) return known;
  const user = await sample.core.userOf(login);
  if (user === null) throw new Error(`nobody is ${login}`);
  const secret = await sample.tokenFor(user);
  secrets.set(login, secret);
  return secret;
}

async function clientOf(login: string): Promise<Client> {
  const known = clients.get(login);
  if (known !== undefined) return known;
  const client = new Client({ name: 'questions', version: '1' });
  const headers = { Authorization: `Bearer ${await secretOf(login)}` };
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${server.url}/mcp/documents`), { requestInit: { headers } }),
  );
  clients.set(login, client);
  return client;
}

const faces: Record<string, (question: Question) => Promise<readonly Found[]>> = {
  'the command line': async ({ as, query }) => {
    const { code, out, err } = await runCli(
      ...['search', query, '--as', as, '--limit', '5', '--json', '--config', sample.config],
    );
    expect(err).toBe('');
    expect(code).toBe(0);
    return (JSON.parse(out) as { results: Found[] }).results;
  },
  HTTP: async ({ as, query }) => {
    const response = await fetch(`${server.url}/api/v1/search`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await secretOf(as)}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query, limit: 5 }),
    });
    expect(response.status).toBe(200);
    return ((await response.json()) as { results: Found[] }).results;
  },
  MCP: async ({ as, query }) => {
    const client = await clientOf(as);
    const result = await client.callTool({ name: 'search_documents', arguments: { query, limit: 5 } });
    expect(result.isError ?? false).toBe(false);
    return (result.structuredContent as { results: Found[] }).results;
  },
};

describe.each(Object.keys(faces))('the sample questions over %s', (face) => {
  it('find what they expect among the first five and nothing that is forbidden', async () => {
    const ask = faces[face];
    if (ask === undefined) throw new Error(face);
    const wrong: string[] = [];
    for (const question of sample.questions) {
      const results = await ask(question);
      const { found, leaked } = judge(
        question,
        results.map(({ path }) => path),
      );
      if (!found) wrong.push(`missed: ${question.as}: ${question.query}`);
      if (leaked.length > 0) wrong.push(`LEAKED: ${question.as}: ${question.query}: ${leaked.join(', ')}`);
      if (found && !standsWhereExpected(question, results)) {
        wrong.push(`wrong place: ${question.as}: ${question.query}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('the sample questions', () => {
  it('are at least forty, in part without any permitted answer', () => {
    expect(sample.questions.length).toBeGreaterThanOrEqual(40);
    expect(sample.questions.filter(({ expect }) => expect.length === 0).length).toBeGreaterThanOrEqual(10);
  });
});

function standsWhereExpected({ expect: files, section, page }: Question, results: readonly Found[]): boolean {
  if (files.length === 0) return true;
  return results.some(
    (result) =>
      files.includes(result.path) &&
      (page === undefined || result.page === page) &&
      (section === undefined || result.section.some((heading) => heading.includes(section))),
  );
}
