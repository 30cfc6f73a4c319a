import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Company, makeCompany, SHARE } from '../../support/company.ts';
import { type Served, serve } from '../../support/serve.ts';
import { type Called, type TestClient, WAYS } from './clients.ts';

let company: Company;
let served: Served;

beforeAll(async () => {
  company = await makeCompany();
  served = await serve(company);
});

afterAll(async () => {
  await served.close();
  await company.close();
});

describe.each(WAYS)('$way', ({ connect, version }) => {
  let anna: TestClient;
  let bruno: TestClient;

  beforeAll(async () => {
    anna = await connect({ company, served, login: 'anna' });
    bruno = await connect({ company, served, login: 'bruno' });
  });

  afterAll(async () => {
    await anna.close();
    await bruno.close();
  });

  it('agrees on its own version', () => {
    expect(bruno.version).toBe(version);
  });

  it('is told how to use the server', () => {
    expect(bruno.instructions).toContain('cite the url');
  });

  it('sees five read-only tools with output schemas', async () => {
    const tools = await bruno.tools();
    expect(tools.map(({ name }) => name)).toEqual([
      'search',
      'fetch',
      'search_documents',
      'list_folder',
      'check_citation',
    ]);
    for (const { annotations, outputSchema } of tools) {
      expect(annotations).toMatchObject({
        readOnlyHint: true,
        destructiveHint: false,
        idempotentHint: true,
        openWorldHint: false,
      });
      expect(outputSchema).toMatchObject({ type: 'object' });
    }
  });

  it('gets from search the ids, titles and urls that ChatGPT expects, as structure and as one text', async () => {
    const answer = await bruno.call('search', { query: 'parental leave' });
    expect(Object.keys(Object(answer.structured))).toEqual(['results']);
    const [first] = resultsOf(answer);
    expect(Object.keys(Object(first))).toEqual(['id', 'title', 'url']);
    expect(first).toMatchObject({ title: expect.stringContaining('Leave policy') });
    expect(answer.texts.map((text) => JSON.parse(text))).toEqual([answer.structured]);
  });

  it('gets from fetch the shape that ChatGPT expects, as structure and as one text', async () => {
    const [first] = resultsOf(await bruno.call('search', { query: 'parental leave' }));
    const answer = await bruno.call('fetch', { id: first?.id });
    expect(Object.keys(Object(answer.structured))).toEqual(['id', 'title', 'text', 'url', 'metadata']);
    expect(answer.structured).toMatchObject({
      text: expect.stringContaining('twenty weeks'),
      url: expect.stringMatching(/^http:\/\/documents\.example\/d\/[a-z2-7]{16}\./),
    });
    expect(answer.texts.map((text) => JSON.parse(text))).toEqual([answer.structured]);
  });

  it('filters with search_documents', async () => {
    const input = {
      query: 'ferie leave',
      path: 'policies',
      type: ['md'],
      modified_from: '2020-01-01',
      limit: 3,
    };
    const results = resultsOf(await bruno.call('search_documents', input));
    expect(results.length).toBeGreaterThan(0);
    const none = await bruno.call('search_documents', { ...input, modified_to: '2021-01-01T00:00:00Z' });
    expect(resultsOf(none)).toEqual([]);
  });

  it('is told by search_documents when nothing seems to answer, and not by search', async () => {
    const query = 'leave of absence for reactor coolant warranty inspections';
    const marked = await bruno.call('search_documents', { query });
    expect(marked.structured).toMatchObject({ confidence: 'low' });
    expect(resultsOf(marked).length).toBeGreaterThan(0);
    const plain = await bruno.call('search_documents', { query: 'parental leave' });
    expect(plain.structured).not.toHaveProperty('confidence');
    expect(Object.keys(Object((await bruno.call('search', { query })).structured))).toEqual(['results']);
  });

  it('lists only the folders with something to read', async () => {
    const names = async (client: TestClient): Promise<unknown> =>
      (await client.call('list_folder', { share: SHARE })).texts.flatMap((text) =>
        JSON.parse(text).entries.map(({ name }: { name: string }) => name),
      );
    expect(await names(anna)).toEqual(['hr', 'policies']);
    expect(await names(bruno)).toEqual(['policies']);
  });

  it('checks a citation', async () => {
    const id = await company.documentId('policies/leave.md');
    const right = await bruno.call('check_citation', { id, quote: 'twenty weeks of parental leave' });
    const wrong = await bruno.call('check_citation', { id, quote: 'thirty weeks of parental leave' });
    expect(right.structured).toMatchObject({ found: true, current: true });
    expect(wrong.structured).toMatchObject({ found: false });
  });

  it('finds a confidential passage only as somebody who may read it', async () => {
    const query = { query: 'quetzalcoatl codeword' };
    expect(resultsOf(await anna.call('search_documents', query))).toHaveLength(1);
    expect(resultsOf(await bruno.call('search_documents', query))).toEqual([]);
  });

  it('gets the same answer for a hidden, an absent and a malformed id', async () => {
    const ids = [await company.documentId('hr/salaries.md'), 'aaaaaaaaaaaaaaaa', 'no id'];
    const answers = await Promise.all(ids.map((id) => bruno.call('fetch', { id })));
    const refusal = {
      isError: true,
      structured: undefined,
      texts: ['No such document, or you may not read it.'],
    };
    expect(answers).toEqual([refusal, refusal, refusal]);
  });

  it('is told in plain words what is wrong with an argument', async () => {
    const answer = await bruno.call('search_documents', { query: 'leave', modified_from: 'last year' });
    expect(answer.isError).toBe(true);
    expect(answer.texts).toEqual([
      'modified_from: write a date as 2026-03-31 or a time as 2026-03-31T09:00:00Z',
    ]);
  });

  it('leaves a record of a call with wrong arguments', async () => {
    await bruno.call('search', { query: '' });
    expect((await served.audit()).at(-1)).toMatchObject({
      user: 'user:bruno',
      tool: 'search',
      outcome: 'invalid-input',
    });
  });

  it('leaves a record of what it was shown', async () => {
    const id = await company.documentId('policies/leave.md');
    await bruno.call('fetch', { id });
    expect((await served.audit()).at(-1)).toMatchObject({ tool: 'fetch', outcome: 'ok', cited: [id] });
  });

  it('reads a document as a resource', async () => {
    const id = await company.documentId('policies/leave.md');
    const text = await bruno.read(`ntk://documents/${id}`);
    expect(text).toMatch(/^Leave policy\nhttp:\/\/documents\.example\/d\//);
    expect(text).toContain('twenty weeks');
  });

  it('gets one error for a hidden and an absent resource', async () => {
    const hidden = await company.documentId('hr/salaries.md');
    const errors = await Promise.all([hidden, 'aaaaaaaaaaaaaaaa'].map((id) => failure(bruno, id)));
    expect(errors[0]?.replaceAll(hidden, 'ID')).toBe(errors[1]?.replaceAll('aaaaaaaaaaaaaaaa', 'ID'));
    expect(errors[0]).toContain('not found');
  });

  it('finds a template for resources and no list of them', async () => {
    expect(await anna.templates()).toEqual(['ntk://documents/{id}']);
    expect(await anna.resources()).toBe(0);
  });

  it('gets a prompt that asks for cited answers in the language of the question', async () => {
    const text = await bruno.prompt('Quante ferie posso riportare?');
    expect(text).toContain('Quante ferie posso riportare?');
    expect(text).toContain('not found in the documents you may read');
    expect(text).toContain('Write in the language of the question');
  });
});

function resultsOf({ structured }: Called): readonly { readonly id?: unknown }[] {
  const results: unknown = Object(structured).results;
  if (!Array.isArray(results)) throw new Error('the answer has no results');
  return results;
}

/** What a client learns of a resource that it cannot read. */
async function failure(client: TestClient, id: string): Promise<string> {
  return client.read(`ntk://documents/${id}`).then(
    () => 'it was read',
    (error: Error & { code?: unknown; data?: unknown }) =>
      JSON.stringify([error.message, error.code, error.data]),
  );
}
