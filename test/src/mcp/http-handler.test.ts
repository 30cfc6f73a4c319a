import { mkdir, rm } from 'node:fs/promises';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Company, makeCompany } from '../../support/company.ts';
import { rawRequest } from '../../support/raw-http.ts';
import { type Served, serve } from '../../support/serve.ts';

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

describe('a 2026-07-28 answer', () => {
  it('says of every list and read that it is private', async () => {
    const answers: unknown[] = [];
    const client = await recordingClient(answers);
    await client.listTools();
    await client.listPrompts();
    await client.listResources();
    await client.listResourceTemplates();
    await client.readResource({ uri: `ntk://documents/${await company.documentId('policies/leave.md')}` });
    await client.close();
    const results = answers.map((answer) => Object(answer).result);
    expect(results).toHaveLength(6);
    for (const result of results) expect(result).toMatchObject({ cacheScope: 'private' });
  });

  it('lets nobody keep a passage', async () => {
    const answers: unknown[] = [];
    const client = await recordingClient(answers);
    await client.readResource({ uri: `ntk://documents/${await company.documentId('policies/leave.md')}` });
    await client.close();
    expect(Object(answers.at(-1)).result).toMatchObject({ ttlMs: 0 });
  });
});

describe('the door of the MCP server', () => {
  it('answers 401 with the metadata and the scope when there is no token', async () => {
    const response = await post(null, toolCall('search', { query: 'leave' }));
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe(
      'Bearer scope="documents:read", resource_metadata="http://documents.example/.well-known/oauth-protected-resource/mcp/documents"',
    );
  });

  it('answers a revoked, an expired, an unknown and a malformed token alike', async () => {
    const revoked = await company.token('bruno');
    await company.core.catalog.accessTokens.revoke(revoked.id, Date.now());
    const expired = await company.token('bruno', { seconds: 0 });
    const secrets = [revoked.secret, expired.secret, `ntk_${'a'.repeat(43)}`, 'x'];
    const answers = await Promise.all(
      secrets.map(async (secret) => essence(await post(secret, toolCall('search', { query: 'leave' })))),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({
      status: 401,
      challenge: expect.stringContaining('error="invalid_token"'),
    });
  });

  it('answers 403 insufficient_scope to a token without the scope, for calls and for lists', async () => {
    const { secret } = await company.token('bruno', { scopes: [] });
    for (const message of [toolCall('search', { query: 'leave' }), request('tools/list', {})]) {
      const response = await post(secret, message);
      expect(response.status).toBe(403);
      expect(response.headers.get('www-authenticate')).toMatch(
        /^Bearer error="insufficient_scope".*scope="documents:read".*resource_metadata="/,
      );
    }
  });

  it('leaves a record of a call refused for its scope', async () => {
    const { secret } = await company.token('bruno', { scopes: [] });
    await post(secret, toolCall('fetch', { id: 'aaaaaaaaaaaaaaaa' }));
    expect((await served.audit()).at(-1)).toMatchObject({
      user: 'user:bruno',
      via: 'mcp',
      tool: 'fetch',
      outcome: 'insufficient-scope',
    });
  });

  it('refuses a host name that is not configured', async () => {
    const { secret } = await company.token('bruno');
    const response = await post(secret, request('tools/list', {}), { host: 'evil.example' });
    expect(response.status).toBe(403);
  });

  it('refuses calls from pages of other sites', async () => {
    const { secret } = await company.token('bruno');
    const response = await post(secret, request('tools/list', {}), { origin: 'https://evil.example' });
    expect(response.status).toBe(403);
  });

  it('answers GET and DELETE with 405: it keeps no sessions', async () => {
    const { secret } = await company.token('bruno');
    const headers = { authorization: `Bearer ${secret}`, accept: 'text/event-stream' };
    for (const method of ['GET', 'DELETE']) {
      expect((await fetch(`${served.origin}/mcp/documents`, { method, headers })).status).toBe(405);
    }
  });

  it('answers malformed JSON with 400 and no internals', async () => {
    const { secret } = await company.token('bruno');
    const response = await post(secret, '{"jsonrpc":');
    expect(response.status).toBe(400);
    expect(await response.text()).not.toMatch(/node_modules|\.ts|at /);
  });

  it('answers a body over 1 MiB with 413', async () => {
    const { secret } = await company.token('bruno');
    const response = await post(secret, toolCall('search', { query: 'x'.repeat(1_100_000) }));
    expect(response.status).toBe(413);
  });

  it('answers another content type with 415', async () => {
    const { secret } = await company.token('bruno');
    const response = await post(secret, 'hello', { 'content-type': 'text/plain' });
    expect(response.status).toBe(415);
  });

  it('gives the same bytes and status for a hidden and an absent id', async () => {
    const { secret } = await company.token('bruno');
    const ids = [await company.documentId('hr/salaries.md'), 'aaaaaaaaaaaaaaaa'];
    const [hidden, absent] = await Promise.all(
      ids.map(async (id) => essence(await post(secret, toolCall('fetch', { id })))),
    );
    expect(hidden).toEqual(absent);
  });

  it('gives no content when the audit cannot be written', async () => {
    const { secret } = await company.token('bruno');
    await rm(company.auditFile, { force: true });
    await mkdir(company.auditFile);
    try {
      const response = await post(secret, toolCall('search', { query: 'parental leave' }));
      const text = await response.text();
      expect(text).toContain('not available just now');
      expect(text).not.toContain('Leave policy');
    } finally {
      await rm(company.auditFile, { recursive: true });
    }
  });
});

async function recordingClient(answers: unknown[]): Promise<Client> {
  const { secret } = await company.token('bruno');
  const transport = new StreamableHTTPClientTransport(new URL(`${served.origin}/mcp/documents`), {
    requestInit: { headers: { authorization: `Bearer ${secret}` } },
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      if (response.headers.get('content-type')?.startsWith('application/json')) {
        answers.push(await response.clone().json());
      }
      return response;
    },
  });
  const client = new Client(
    { name: 'test-client', version: '1.0.0' },
    { versionNegotiation: { mode: { pin: '2026-07-28' } } },
  );
  await client.connect(transport);
  return client;
}

function request(method: string, params: object): object {
  return { jsonrpc: '2.0', id: 1, method, params };
}

function toolCall(name: string, input: object): object {
  return request('tools/call', { name, arguments: input });
}

/** A plain POST, as a 2025 client sends it. */
async function post(
  secret: string | null,
  message: object | string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return rawRequest(`${served.origin}/mcp/documents`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(secret === null ? {} : { authorization: `Bearer ${secret}` }),
      ...headers,
    },
    body: typeof message === 'string' ? message : JSON.stringify(message),
  });
}

async function essence(response: Response) {
  return {
    status: response.status,
    challenge: response.headers.get('www-authenticate'),
    body: await response.text(),
  };
}
