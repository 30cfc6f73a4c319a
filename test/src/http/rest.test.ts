import { mkdir, rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Company, makeCompany, SHARE } from '../../support/company.ts';
import { jsonOf, rawRequest } from '../../support/raw-http.ts';
import { type Served, serve } from '../../support/serve.ts';

let company: Company;
let served: Served;
let anna: string;
let bruno: string;

beforeAll(async () => {
  company = await makeCompany();
  served = await serve(company);
  anna = (await company.token('anna')).secret;
  bruno = (await company.token('bruno')).secret;
});

afterAll(async () => {
  await served.close();
  await company.close();
});

describe('POST /api/v1/search', () => {
  it('gives exactly what the search_documents tool gives', async () => {
    const input = { query: 'parental leave', share: SHARE, path: 'policies', type: 'md', limit: 2 };
    const response = await search(bruno, input);
    const { tools, gate } = await company.answering(served.publicUrl);
    const user = await company.core.userOf('bruno');
    if (user === null) throw new Error('bruno is gone');
    const caller = { user, scopes: new Set(['documents:read']), via: 'cli' } as const;
    const direct = await gate.call(tools.searchDocuments, caller, input);
    expect(await jsonOf(response)).toEqual(direct.ok ? direct.output : null);
  });

  it('finds a confidential passage only for those who may read it', async () => {
    const query = { query: 'quetzalcoatl codeword' };
    expect((await jsonOf(await search(anna, query))).results).toHaveLength(1);
    expect((await jsonOf(await search(bruno, query))).results).toEqual([]);
  });

  it('filters by time of modification', async () => {
    const response = await search(bruno, { query: 'parental leave', modified_to: '2021-01-01' });
    expect((await jsonOf(response)).results).toEqual([]);
  });

  it('says when no passage seems to answer, and only then', async () => {
    const query = 'leave of absence for reactor coolant warranty inspections';
    expect((await jsonOf(await search(bruno, { query }))).confidence).toBe('low');
    expect(await jsonOf(await search(bruno, { query: 'parental leave' }))).not.toHaveProperty('confidence');
  });

  it('answers 400 with the field and the mend for a wrong field', async () => {
    const response = await search(bruno, { query: 'leave', modified_from: 'yesterday' });
    expect(response.status).toBe(400);
    expect(await jsonOf(response)).toEqual({
      error: {
        code: 'invalid-input',
        message: 'modified_from: write a date as 2026-03-31 or a time as 2026-03-31T09:00:00Z',
      },
    });
  });

  it('answers 400 for an unknown field and names it', async () => {
    const { error } = await jsonOf(await search(bruno, { query: 'leave', offset: 3 }));
    expect(error.message).toContain('offset');
  });

  it('answers 400 for a question that is too long', async () => {
    const response = await search(bruno, { query: 'x'.repeat(2_001) });
    expect(response.status).toBe(400);
    expect((await jsonOf(response)).error.message).toContain('2000 characters');
  });

  it('answers 400 for no body', async () => {
    const headers = { authorization: `Bearer ${bruno}` };
    const response = await fetch(`${served.origin}/api/v1/search`, { method: 'POST', headers });
    expect(response.status).toBe(400);
  });

  it('answers 400 in plain words for malformed JSON', async () => {
    const response = await send('{"query": "leave"', 'application/json');
    expect(response.status).toBe(400);
    expect(await jsonOf(response)).toEqual({
      error: { code: 'bad-request', message: 'The body is not valid JSON.' },
    });
  });

  it('answers 413 for a body over 1 MiB', async () => {
    const response = await send(JSON.stringify({ query: 'x'.repeat(1_100_000) }), 'application/json');
    expect(response.status).toBe(413);
    expect((await jsonOf(response)).error.code).toBe('too-large');
  });

  it('answers 415 for another content type', async () => {
    const response = await send('query=leave', 'application/x-www-form-urlencoded');
    expect(response.status).toBe(415);
  });

  it('answers 405 with the allowed method for another method', async () => {
    const headers = { authorization: `Bearer ${bruno}` };
    const response = await fetch(`${served.origin}/api/v1/search`, { headers });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
  });

  it('answers a hidden share as one that is not there', async () => {
    const answers = await Promise.all(
      ['no-such-share', 'another'].map(async (share) => {
        const response = await search(bruno, { query: 'leave', share });
        return [response.status, await response.text()];
      }),
    );
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]?.[0]).toBe(404);
  });

  it('does not take a session cookie for a token', async () => {
    const form = { method: 'POST', redirect: 'manual', body: new URLSearchParams({ token: bruno }) } as const;
    const cookie = (await fetch(`${served.origin}/session`, form)).headers.get('set-cookie') ?? '';
    const response = await fetch(`${served.origin}/api/v1/search`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: cookie.split(';')[0] ?? '' },
      body: JSON.stringify({ query: 'leave' }),
    });
    expect(response.status).toBe(401);
  });
});

describe('GET /api/v1/documents/:id', () => {
  it('gives exactly what the fetch tool gives', async () => {
    const id = await company.documentId('policies/leave.md');
    const document = await jsonOf(await read(bruno, id));
    expect(Object.keys(document)).toEqual(['id', 'title', 'text', 'url', 'metadata']);
    expect(document.text).toContain('twenty weeks');
  });

  it('gives the same status, headers and bytes for a hidden, an absent and a malformed id', async () => {
    const ids = [await company.documentId('hr/salaries.md'), 'aaaaaaaaaaaaaaaa', 'no%20id', '..%2f..%2fetc'];
    const answers = await Promise.all(
      ids.map(async (id) => {
        const response = await read(bruno, id);
        const headers = [...response.headers].filter(([name]) => name !== 'date');
        return JSON.stringify([response.status, headers, await response.text()]);
      }),
    );
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain('404');
  });

  it('stops answering as soon as the permission is gone', async () => {
    const own = await makeCompany();
    const face = await serve(own);
    try {
      const { secret } = await own.token('bruno');
      const id = await own.documentId('policies/leave.md');
      const ask = () =>
        fetch(`${face.origin}/api/v1/documents/${id}`, { headers: { authorization: `Bearer ${secret}` } });
      expect((await ask()).status).toBe(200);
      await own.setReaders('policies', ['group:hr']);
      await own.ingest();
      expect((await ask()).status).toBe(404);
    } finally {
      await face.close();
      await own.close();
    }
  });
});

describe('GET /api/v1/status', () => {
  it('says mode, version and time, and counts nothing', async () => {
    const response = await fetch(`${served.origin}/api/v1/status`, {
      headers: { authorization: `Bearer ${bruno}` },
    });
    expect(await jsonOf(response)).toEqual({
      index: 'ready',
      mode: 'lexical',
      version: '1.2.3',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
  });

  it('is not shown without a token', async () => {
    expect((await fetch(`${served.origin}/api/v1/status`)).status).toBe(401);
  });
});

describe('the token of a REST call', () => {
  it('is asked for with the metadata and the scope', async () => {
    const response = await fetch(`${served.origin}/api/v1/documents/aaaaaaaaaaaaaaaa`);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe(
      'Bearer scope="documents:read", resource_metadata="http://documents.example/.well-known/oauth-protected-resource/mcp/documents"',
    );
    expect((await jsonOf(response)).error.code).toBe('unauthenticated');
  });

  it('gives one and the same 401 when revoked, expired, unknown and malformed', async () => {
    const revoked = await company.token('bruno');
    await company.core.catalog.accessTokens.revoke(revoked.id, Date.now());
    const expired = await company.token('bruno', { seconds: 0 });
    const headers = [
      `Bearer ${revoked.secret}`,
      `Bearer ${expired.secret}`,
      `Bearer ntk_${'a'.repeat(43)}`,
      'Bearer x',
      'Basic YTpi',
      `Bearer ${'a'.repeat(9_000)}`,
    ];
    const answers = await Promise.all(
      headers.map(async (authorization) => {
        const response = await fetch(`${served.origin}/api/v1/status`, { headers: { authorization } });
        return JSON.stringify([
          response.status,
          response.headers.get('www-authenticate'),
          await response.text(),
        ]);
      }),
    );
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain('invalid_token');
  });

  it('gives 403 insufficient_scope and a record when it lacks the scope', async () => {
    const { secret } = await company.token('bruno', { scopes: ['something:else'] });
    const response = await search(secret, { query: 'leave' });
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toMatch(/error="insufficient_scope".*documents:read/);
    expect((await served.audit()).at(-1)).toMatchObject({ outcome: 'insufficient-scope', via: 'http' });
  });
});

describe('the audit of REST calls', () => {
  it('has one record for each call, with what was shown and never what was asked', async () => {
    const before = (await served.audit()).length;
    const id = await company.documentId('policies/leave.md');
    await search(bruno, { query: 'carry-over of unused holiday' });
    await read(bruno, id);
    await read(bruno, 'aaaaaaaaaaaaaaaa');
    const records = (await served.audit()).slice(before);
    expect(records.map(({ tool, outcome }) => [tool, outcome])).toEqual([
      ['search_documents', 'ok'],
      ['fetch', 'ok'],
      ['fetch', 'not-found'],
    ]);
    expect(records[1]).toMatchObject({ user: 'user:bruno', via: 'http', cited: [id] });
    expect(JSON.stringify(records)).not.toContain('holiday');
  });

  it('fails the call with 503 and no content when it cannot be written', async () => {
    await rm(company.auditFile, { force: true });
    await mkdir(company.auditFile);
    try {
      const response = await search(bruno, { query: 'parental leave' });
      expect(response.status).toBe(503);
      expect(await jsonOf(response)).toEqual({
        error: { code: 'unavailable', message: expect.stringContaining('not available just now') },
      });
    } finally {
      await rm(company.auditFile, { recursive: true });
    }
  });
});

async function search(secret: string, body: object): Promise<Response> {
  return fetch(`${served.origin}/api/v1/search`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function read(secret: string, id: string): Promise<Response> {
  return rawRequest(`${served.origin}/api/v1/documents/${id}`, {
    headers: { authorization: `Bearer ${secret}` },
  });
}

async function send(body: string, type: string): Promise<Response> {
  return rawRequest(`${served.origin}/api/v1/search`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bruno}`, 'content-type': type },
    body,
  });
}
