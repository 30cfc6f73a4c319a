import { mkdir, rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Company, makeCompany } from '../../support/company.ts';
import { jsonOf, rawRequest } from '../../support/raw-http.ts';
import { type Served, serve } from '../../support/serve.ts';

let company: Company;
let served: Served;
let secure: Served;
let bruno: string;

beforeAll(async () => {
  company = await makeCompany();
  served = await serve(company);
  secure = await serve(company, { publicUrl: 'https://documents.example' });
  bruno = (await company.token('bruno')).secret;
});

afterAll(async () => {
  await served.close();
  await secure.close();
  await company.close();
});

describe('signing in on the link page', () => {
  it('is asked for in a form without script, with the link kept', async () => {
    const id = await company.documentId('policies/leave.md');
    const response = await fetch(`${served.origin}/d/${id}`);
    const markup = await response.text();
    expect(response.status).toBe(401);
    expect(markup).toContain(`name="to" value="/d/${id}"`);
    expect(markup).toContain('ntk token create');
    expect(markup).not.toContain('<script');
    expect(markup).not.toContain('Leave policy');
  });

  it('looks the same for a hidden and an absent document', async () => {
    const ids = [await company.documentId('hr/salaries.md'), 'aaaaaaaaaaaaaaaa'];
    const [hidden, absent] = await Promise.all(
      ids.map(async (id) => (await (await fetch(`${served.origin}/d/${id}`)).text()).replaceAll(id, 'ID')),
    );
    expect(hidden).toBe(absent);
  });

  it('leads back to the document', async () => {
    const response = await signIn(served, bruno, { to: '/d/aaaaaaaaaaaaaaaa' });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/d/aaaaaaaaaaaaaaaa');
  });

  it.each([
    'https://evil.example/d/x',
    '//evil.example',
    '/\\evil.example',
    '/d/../session/end',
    'javascript:alert(1)',
    '/d/aaaaaaaaaaaaaaaa\r\nx: y',
  ])('never leads to %j', async (to) => {
    const response = await signIn(served, bruno, { to });
    expect(response.headers.get('location')).toBe('/session');
  });

  it('sets a cookie that scripts cannot read and other sites cannot post with', async () => {
    const cookie = (await signIn(served, bruno)).headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^ntk-session=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/);
  });

  it('sets a secure cookie bound to the host when the public address is https', async () => {
    const cookie = (await signIn(secure, bruno)).headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^__Host-ntk-session=[\w-]{43}; .*Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  });

  it('puts nothing of the token into the cookie', async () => {
    const cookie = (await signIn(served, bruno)).headers.get('set-cookie') ?? '';
    expect(cookie).not.toContain(bruno.slice(4, 20));
  });

  it('lasts no longer than the token', async () => {
    const { secret } = await company.token('bruno', { seconds: 90 });
    const cookie = (await signIn(served, secret)).headers.get('set-cookie') ?? '';
    const seconds = Number(/Max-Age=(\d+)/.exec(cookie)?.[1]);
    expect(seconds).toBeGreaterThan(60);
    expect(seconds).toBeLessThanOrEqual(90);
  });

  it('fails alike with an expired, a revoked and a malformed token', async () => {
    const revoked = await company.token('bruno');
    await company.core.catalog.accessTokens.revoke(revoked.id, Date.now());
    const expired = await company.token('bruno', { seconds: 0 });
    const answers = await Promise.all(
      [revoked.secret, expired.secret, 'x', ''].map(async (secret) => {
        const response = await signIn(served, secret);
        return JSON.stringify([response.status, response.headers.get('set-cookie'), await response.text()]);
      }),
    );
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain('This token is not valid');
  });

  it('is refused when the form was sent from another site', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const foreign = [
      { origin: 'http://localhost:1' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ];
    for (const from of foreign) {
      const response = await rawRequest(`${served.origin}/session`, {
        method: 'POST',
        headers: { ...headers, ...from },
        body: `token=${bruno}`,
      });
      expect(response.status).toBe(403);
      expect(response.headers.get('set-cookie')).toBeNull();
    }
  });

  it('works when the form was sent from its own page', async () => {
    const response = await signIn(
      served,
      bruno,
      {},
      { origin: served.origin, 'sec-fetch-site': 'same-origin' },
    );
    expect(response.status).toBe(303);
  });

  it('ends at once when the token is revoked', async () => {
    const token = await company.token('bruno');
    const cookie = await session(served, token.secret);
    const id = await company.documentId('policies/leave.md');
    expect((await open(id, cookie)).status).toBe(200);
    await company.core.catalog.accessTokens.revoke(token.id, Date.now());
    expect((await open(id, cookie)).status).toBe(401);
  });

  it('ends on the server when somebody signs out', async () => {
    const cookie = await session(served, bruno);
    const out = await fetch(`${served.origin}/session/end`, {
      method: 'POST',
      headers: { cookie },
      redirect: 'manual',
    });
    expect(out.headers.get('set-cookie')).toMatch(/^ntk-session=;.*(Max-Age=0|Expires=Thu, 01 Jan 1970)/);
    expect((await open(await company.documentId('policies/leave.md'), cookie)).status).toBe(401);
  });

  it('does not open documents with a token that lacks the scope', async () => {
    const { secret } = await company.token('bruno', { scopes: [] });
    const response = await open(await company.documentId('policies/leave.md'), await session(served, secret));
    expect(response.status).toBe(403);
    expect(await response.text()).not.toContain('Leave policy');
  });
});

describe('the page of a passage', () => {
  it('marks the cited passage in its place, with path, section and date', async () => {
    const markup = await (
      await open(await passage('twenty weeks parental'), await session(served, bruno))
    ).text();
    const marked = /<mark[^>]*>([\s\S]*?)<\/mark>/.exec(markup)?.[1] ?? '';
    expect(marked).toContain('twenty weeks of parental leave');
    expect(markup).toContain('<h1 dir="auto">Leave policy</h1>');
    expect(markup).toContain('company/policies/leave.md');
    expect(markup).toContain('<dd dir="auto">Parental leave</dd>');
    expect(markup).toMatch(/<time datetime="\d{4}-/);
  });

  it('leads on to the next part and back to the beginning', async () => {
    const cookie = await session(served, bruno);
    const first = await (await open(await passage('twenty weeks parental'), cookie)).text();
    const next = /rel="next" href="\/d\/([^"]+)"/.exec(first)?.[1] ?? '';
    const second = await (await open(next, cookie)).text();
    expect(second).toContain('five days of unused holiday');
    expect(second).toContain(`href="/d/${await company.documentId('policies/leave.md')}"`);
  });

  it('says in the language of the reader what it says itself', async () => {
    const id = await company.documentId('policies/ferie.md');
    const headers = { cookie: await session(served, bruno), 'accept-language': 'it-IT,it;q=0.9,en;q=0.8' };
    const response = await fetch(`${served.origin}/d/${id}`, { headers });
    const markup = await response.text();
    expect(markup).toContain('<html lang="it">');
    expect(markup).toContain('Percorso');
    expect(response.headers.get('vary')).toContain('accept-language');
  });

  it('shows hostile titles, paths, sections and text as text', async () => {
    const markup = await (await open(await passage('zebrafish'), await session(served, bruno))).text();
    expect(markup).not.toMatch(/<script|<img|<b>/);
    expect(markup.match(/<\/article>/g)).toHaveLength(1);
    expect(markup.match(/<\/mark>/g)).toHaveLength(1);
    expect(markup).toContain('<h1 dir="auto">&lt;script&gt;alert(&#39;title&#39;)&lt;/script&gt;');
    expect(markup).toContain('Section &lt;b&gt;bold&lt;/b&gt; &amp; &#39;single&#39;');
    expect(markup).toContain('&lt;script&gt;alert(&quot;text&quot;)&lt;/script&gt;');
    expect(markup).toContain('&lt;img src=x onerror=alert(1)&gt; &amp; &quot;quotes&quot;.md');
  });

  it('loads nothing and runs nothing', async () => {
    const response = await open(await company.documentId('policies/leave.md'), await session(served, bruno));
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    expect(await response.text()).not.toMatch(/\s(src|href)="(https?:)?\/\//);
  });

  it('is the same 404, byte for byte, for a hidden, an absent and a malformed id', async () => {
    const cookie = await session(served, bruno);
    const ids = [
      await company.documentId('hr/salaries.md'),
      'aaaaaaaaaaaaaaaa',
      'no%20id',
      'x'.repeat(3_000),
    ];
    const answers = await Promise.all(
      ids.map(async (id) => {
        const response = await open(id, cookie);
        const headers = [...response.headers].filter(([name]) => name !== 'date');
        return JSON.stringify([response.status, headers, await response.text()]);
      }),
    );
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain('404');
  });

  it('leaves a record of what was shown', async () => {
    const id = await company.documentId('policies/leave.md');
    await open(id, await session(served, bruno));
    expect((await served.audit()).at(-1)).toMatchObject({
      user: 'user:bruno',
      via: 'page',
      tool: 'show_passage',
      outcome: 'ok',
      cited: [id],
    });
  });

  it('shows no content when the audit cannot be written', async () => {
    const cookie = await session(served, bruno);
    const id = await company.documentId('policies/leave.md');
    await rm(company.auditFile, { force: true });
    await mkdir(company.auditFile);
    try {
      const response = await open(id, cookie);
      expect(response.status).toBe(503);
      expect(await response.text()).not.toContain('Leave policy');
    } finally {
      await rm(company.auditFile, { recursive: true });
    }
  });
});

async function signIn(
  face: Served,
  token: string,
  fields: Readonly<Record<string, string>> = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return rawRequest(`${face.origin}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams({ token, ...fields }).toString(),
  });
}

async function session(face: Served, token: string): Promise<string> {
  const cookie = (await signIn(face, token)).headers.get('set-cookie') ?? '';
  return cookie.split(';')[0] ?? '';
}

async function open(id: string, cookie: string): Promise<Response> {
  return rawRequest(`${served.origin}/d/${id}`, { headers: { cookie } });
}

/** Id of the passage that is found first. */
async function passage(query: string): Promise<string> {
  const response = await fetch(`${served.origin}/api/v1/search`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bruno}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, limit: 1 }),
  });
  return (await jsonOf(response)).results[0].id;
}
