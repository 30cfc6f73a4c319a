import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Company, makeCompany } from '../../support/company.ts';
import { jsonOf, rawRequest } from '../../support/raw-http.ts';
import { type Served, serve } from '../../support/serve.ts';

let company: Company;
let served: Served;

beforeAll(async () => {
  company = await makeCompany();
  served = await serve(company, { publicUrl: 'https://files.example/ntk', allowedHosts: ['intranet:8080'] });
});

afterAll(async () => {
  await served.close();
  await company.close();
});

describe('the host name of a request', () => {
  const ask = (host: string, path = '/docs/json') =>
    rawRequest(`${served.origin}${path}`, { headers: { host } });

  it.each(['files.example', 'files.example:443', 'localhost:7700', '127.0.0.1', '[::1]:1', 'intranet'])(
    'may be %s',
    async (host) => {
      expect((await ask(host)).status).toBe(200);
    },
  );

  it.each(['evil.example', 'files.example.evil.example', 'files.example@evil.example', '10.0.0.1'])(
    'may not be "%s"',
    async (host) => {
      expect((await ask(host)).status).toBe(403);
    },
  );

  it('does not matter to a probe, which knows only an address', async () => {
    expect((await ask('10.0.0.1', '/healthz')).status).toBe(200);
    expect((await ask('10.0.0.1', '/readyz')).status).toBe(200);
  });
});

describe('a page of another site', () => {
  it.each(['https://evil.example', 'null'])('cannot post from %s', async (origin) => {
    const response = await rawRequest(`${served.origin}/api/v1/search`, {
      method: 'POST',
      headers: { origin },
    });
    expect(response.status).toBe(403);
  });

  it('is not allowed to read by CORS', async () => {
    const response = await fetch(`${served.origin}/api/v1/status`, {
      headers: { origin: 'https://evil.example' },
    });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('every answer', () => {
  it.each(['/api/v1/status', '/nothing-here', '/healthz', '/d/aaaaaaaaaaaaaaaa', '/docs/', '/mcp/documents'])(
    'of %s forbids sniffing, framing and foreign script',
    async (path) => {
      const { headers } = await fetch(`${served.origin}${path}`);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'none';.*frame-ancestors 'none'/);
      expect(headers.get('content-security-policy')).not.toMatch(/script-src[^;]*unsafe/);
      expect(headers.get('referrer-policy')).toMatch(/^(no-referrer|same-origin)$/);
      expect(headers.get('cache-control')).toContain('no-store');
    },
  );

  it('to an unknown path is a plain 404', async () => {
    const response = await fetch(`${served.origin}/nothing-here?q=secret`);
    expect(response.status).toBe(404);
    expect(await jsonOf(response)).toEqual({ error: { code: 'no-such-path', message: 'Nothing is here.' } });
  });

  it('to an address that cannot be decoded is a plain 400', async () => {
    const response = await rawRequest(`${served.origin}/d/%ff`);
    expect(response.status).toBe(400);
    expect((await jsonOf(response)).error.code).toBe('bad-request');
  });

  it('to a polluting body is a plain 400', async () => {
    const { secret } = await company.token('bruno');
    const response = await fetch(`${served.origin}/api/v1/search`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: '{"__proto__": {"query": "x"}}',
    });
    expect(response.status).toBe(400);
  });
});

describe('the probes', () => {
  it('are ready when catalog and store answer, and 503 without a reason when not', async () => {
    expect((await fetch(`${served.origin}/readyz`)).status).toBe(200);
    served.setReady(false);
    const response = await fetch(`${served.origin}/readyz`);
    served.setReady(true);
    expect(response.status).toBe(503);
    expect(await jsonOf(response)).toEqual({ status: 'not-ready' });
  });

  it('say that the process lives even when it is not ready', async () => {
    served.setReady(false);
    const response = await fetch(`${served.origin}/healthz`);
    served.setReady(true);
    expect(response.status).toBe(200);
  });
});

describe('the metadata of the protected resources', () => {
  it('names the MCP server, its scope and how tokens are sent', async () => {
    const response = await fetch(`${served.origin}/.well-known/oauth-protected-resource/ntk/mcp/documents`);
    expect(await jsonOf(response)).toMatchObject({
      resource: 'https://files.example/ntk/mcp/documents',
      scopes_supported: ['documents:read'],
      bearer_methods_supported: ['header'],
    });
  });

  it('stands as well where a client without a path looks', async () => {
    const response = await fetch(`${served.origin}/.well-known/oauth-protected-resource`);
    expect(await jsonOf(response)).toMatchObject({ resource: 'https://files.example/ntk' });
  });
});

describe('the API documentation', () => {
  it('is a page of its own files', async () => {
    const markup = await (await fetch(`${served.origin}/docs/`)).text();
    expect(markup).toContain('swagger-ui');
    expect(markup).not.toMatch(/(src|href)="https?:/);
    expect(markup).not.toMatch(/<script(?![^>]*\ssrc=)/);
  });

  it('describes the search body with the fields of the tool', async () => {
    const { paths } = await jsonOf(await fetch(`${served.origin}/docs/json`));
    const { schema } = paths['/api/v1/search'].post.requestBody.content['application/json'];
    expect(Object.keys(schema.properties)).toEqual([
      'query',
      'share',
      'path',
      'type',
      'modified_from',
      'modified_to',
      'language',
      'limit',
      'sort',
    ]);
    expect(schema.properties.modified_to).toMatchObject({ type: 'string' });
    expect(schema.required).toEqual(['query']);
  });
});
