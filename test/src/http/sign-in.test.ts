import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startIssuer, type TestIssuer } from '../../support/issuer.ts';
import { runCli } from '../../support/run-cli.ts';
import { ask, mcpClient, type SignInCompany, searchedBy, serveSignIn } from '../../support/sign-in.ts';

let idp: TestIssuer;
let other: TestIssuer;
let made: SignInCompany;

const people = (...entries: readonly object[]) => ({ people: entries });
const subject = (value = 'subject-of-bruno') => ({ subjects: [{ issuer: idp.issuer, subject: value }] });
const BRUNO = () => people({ login: 'bruno', ...subject() });

beforeAll(async () => {
  idp = await startIssuer('/tenant-a');
  other = await startIssuer('/tenant-b');
  made = await serveSignIn(idp);
});

afterEach(async () => {
  idp.answer('well');
  await made.identities(BRUNO());
});

afterAll(async () => {
  await made.close();
  await idp.close();
  await other.close();
});

describe('somebody signed in by an issuer', () => {
  it('finds what they may read, and nothing else', async () => {
    const token = await idp.token();
    expect(await searchedBy(made, token, 'leave')).toContain('policies/leave.md');
    expect(await searchedBy(made, token, 'salary band')).not.toContain('hr/salaries.md');
  });

  it('finds the same through an MCP client over the network', async () => {
    const client = await mcpClient(made.server, await idp.token());
    const found = await client.callTool({ name: 'search', arguments: { query: 'parental leave' } });
    const hidden = await client.callTool({ name: 'search', arguments: { query: 'quetzalcoatl' } });
    await client.close();
    expect(JSON.stringify(found)).toContain('Leave policy');
    expect(JSON.stringify(hidden)).not.toMatch(/salar|81,450/i);
  });

  it('reads more and less as the directory changes, from one question to the next', async () => {
    const token = await idp.token();
    const directory = (hr: string) =>
      made.company.write(
        '../directory.yaml',
        `users: [{id: anna, name: anna}, {id: bruno, name: bruno}]\ngroups: [{id: hr, users: [${hr}]}, {id: staff, users: [anna, bruno]}]\n`,
      );
    await directory('anna, bruno');
    expect(await searchedBy(made, token, 'salary band')).toContain('hr/salaries.md');
    await directory('anna');
    expect(await searchedBy(made, token, 'salary band')).not.toContain('hr/salaries.md');
  });

  it('is in the audit by their id in the directory', async () => {
    await ask(made.server, await idp.token());
    const { readFile } = await import('node:fs/promises');
    const lines = (await readFile(made.company.auditFile, 'utf8')).trim().split('\n');
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ user: 'user:bruno', via: 'http', outcome: 'ok' });
  });

  it('may as well use a personal access token', async () => {
    const { secret } = await made.company.token('bruno');
    expect(await searchedBy(made, secret, 'leave')).toContain('policies/leave.md');
  });
});

describe('the door', () => {
  it('answers everybody whom it does not let in with the same bytes', async () => {
    await made.company.write(
      '../directory.yaml',
      'users: [{id: anna}, {id: bruno}, {id: dora, enabled: false}, {id: x}, {id: y}]\ngroups: [{id: hr, users: [anna]}, {id: staff, users: [anna, bruno]}]\n',
    );
    await made.identities(
      people(
        { login: 'bruno', ...subject() },
        { login: 'dora', ...subject('dora') },
        { login: 'x', ...subject('twice') },
        { login: 'y', ...subject('twice') },
        { login: 'anna', uid: 7, ...subject('ambiguous') },
        { login: 'x', uid: 7 },
      ),
    );
    const now = Math.floor(Date.now() / 1000);
    const tokens = {
      unknown: `ntk_${'a'.repeat(43)}`,
      'bad signature': `${(await idp.token()).slice(0, -6)}AAAAAA`,
      stranger: await idp.token({ sub: 'stranger' }),
      disabled: await idp.token({ sub: 'dora' }),
      'subject of two': await idp.token({ sub: 'twice' }),
      'name of two': await idp.token({ sub: 'ambiguous' }),
      'another audience': await idp.token({ aud: 'x' }),
      ended: await idp.token({ exp: now - 60 }),
      'not yet': await idp.token({ nbf: now + 600 }),
      'unknown key': await idp.token({}, { kid: 'x' }),
      'another tenant': await other.token(),
      'another tenant under our name': await other.token({ iss: idp.issuer }),
      nonsense: 'a.b.c',
    };
    const answers = await Promise.all(
      Object.entries(tokens).map(async ([name, token]) => {
        const response = await ask(made.server, token);
        const { date: _, ...headers } = Object.fromEntries(response.headers);
        return [name, JSON.stringify([response.status, headers, await response.text()])] as const;
      }),
    );
    const [first] = answers;
    expect(first?.[1]).toContain('[401');
    expect(answers.filter(([, answer]) => answer !== first?.[1]).map(([name]) => name)).toEqual([]);
    expect(await searchedBy(made, await idp.token(), 'leave')).toContain('policies/leave.md');
  });

  it('is shut at once for somebody whose mapping is taken away', async () => {
    const token = await idp.token();
    expect(await searchedBy(made, token, 'leave')).toContain('policies/leave.md');
    await made.identities({});
    expect(await searchedBy(made, token, 'leave')).toBe(401);
  });

  it('answers 403 and names the scope to a token that lacks it, over REST and MCP', async () => {
    const token = await idp.token({ scope: 'openid' });
    const rest = await ask(made.server, token);
    expect(rest.status).toBe(403);
    expect(rest.headers.get('www-authenticate')).toMatch(/error="insufficient_scope".*documents:read/);
    await expect(mcpClient(made.server, token)).rejects.toThrow();
  });

  it('answers 503 and says so while the keys cannot be had, and accepts nobody', async () => {
    const down = await startIssuer('/down');
    const fresh = await serveSignIn(down);
    try {
      down.answer('down');
      const response = await ask(fresh.server, await down.token());
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('5');
      expect(await response.json()).toMatchObject({
        error: { code: 'unavailable', message: expect.stringContaining('keys of the identity provider') },
      });
      await expect(mcpClient(fresh.server, await down.token())).rejects.toThrow();
      expect(fresh.told.join()).toContain(`the keys of ${down.issuer} cannot be had`);
      const { secret } = await fresh.company.token('bruno');
      expect(await searchedBy(fresh, secret, 'leave')).toContain('policies/leave.md');
    } finally {
      await fresh.close();
      await down.close();
    }
  });

  it('names the issuer in the metadata of every resource', async () => {
    for (const path of ['', '/mcp/documents']) {
      const response = await fetch(`${made.server.url}/.well-known/oauth-protected-resource${path}`);
      expect(await response.json()).toMatchObject({ authorization_servers: [idp.issuer] });
    }
  });

  it('tells the operator of a good token that lets nobody in, and never the token', async () => {
    made.told.length = 0;
    const token = await idp.token({ sub: 'stranger' });
    await ask(made.server, token);
    await ask(made.server, `${token.slice(0, -6)}AAAAAA`);
    expect(made.told).toHaveLength(1);
    expect(made.told[0]).toContain('"stranger"');
    expect(made.told[0]).toContain(idp.issuer);
    for (const part of token.split('.')) expect(made.told[0]).not.toContain(part);
  });

  it('lets a page session last no longer than the token it was begun with', async () => {
    const exp = Math.floor(Date.now() / 1000) + 100;
    const response = await fetch(`${made.server.url}/session`, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        origin: made.server.url,
        'sec-fetch-site': 'same-origin',
      },
      body: new URLSearchParams({ token: await idp.token({ exp }) }),
    });
    const seconds = Number(/Max-Age=(\d+)/.exec(response.headers.get('set-cookie') ?? '')?.[1]);
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(100);
  });
});

describe('where an issuer says the groups', () => {
  const groups = (overage: 'directory' | 'refuse') => ({
    groups: { claim: 'groups', as: 'group', overage },
  });
  /** What Entra writes into a token above 200 groups. */
  const overage = {
    _claim_names: { groups: 'src1' },
    _claim_sources: { src1: { endpoint: 'https://graph.windows.net/t/users/o/getMemberObjects' } },
  };
  let refusing: SignInCompany;
  let looking: SignInCompany;

  beforeAll(async () => {
    refusing = await serveSignIn(idp, groups('refuse'));
    looking = await serveSignIn(idp, groups('directory'));
  });

  afterAll(async () => {
    await refusing.close();
    await looking.close();
  });

  it('somebody reads by the groups of their token, and by none that it does not say', async () => {
    expect(await searchedBy(refusing, await idp.token({ groups: ['hr'] }), 'salary band')).toContain(
      'hr/salaries.md',
    );
    expect(await searchedBy(refusing, await idp.token({ groups: [] }), 'salary band')).not.toContain(
      'hr/salaries.md',
    );
  });

  it('among two hundred, as many as Entra says', async () => {
    const two = Array.from({ length: 199 }, () => randomUUID());
    const token = await idp.token({ groups: [...two, 'hr'] });
    expect(token.length).toBeGreaterThan(10_000);
    expect(await searchedBy(refusing, token, 'salary band')).toContain('hr/salaries.md');
  });

  it('a directory group that their claimed group is in counts, until it is taken away', async () => {
    const token = await idp.token({ groups: ['auditors'] });
    const directory = (members: string) =>
      refusing.company.write(
        '../directory.yaml',
        `users: [{id: anna}, {id: bruno}]\ngroups: [{id: auditors}, {id: hr, users: [anna], groups: [${members}]}, {id: staff, users: [anna, bruno]}]\n`,
      );
    await directory('auditors');
    expect(await searchedBy(refusing, token, 'salary band')).toContain('hr/salaries.md');
    await directory('');
    expect(await searchedBy(refusing, token, 'salary band')).not.toContain('hr/salaries.md');
  });

  it('ntk token create warns that such a token is not answered', async () => {
    const { code, err } = await runCli(
      ...['token', 'create', '--as', 'bruno', '--config', refusing.company.configFile],
    );
    expect(code).toBe(0);
    expect(err).toContain('will not be answered');
  });

  it('through an MCP client too', async () => {
    const client = await mcpClient(refusing.server, await idp.token({ groups: ['hr'] }));
    const found = await client.callTool({ name: 'search', arguments: { query: 'salary band' } });
    await client.close();
    expect(JSON.stringify(found)).toContain('Salary bands');
  });

  it.each([
    { name: 'distributed claims', claims: overage },
    { name: 'hasgroups', claims: { hasgroups: true } },
    { name: 'no claim', claims: {} },
    { name: 'a part of them beside distributed claims', claims: { groups: ['staff'], ...overage } },
  ])('a token with $name lets nobody in where the directory may not stand in', async ({ claims }) => {
    expect(await searchedBy(refusing, await idp.token(claims), 'leave')).toBe(401);
  });

  it.each([
    { name: 'distributed claims', claims: overage },
    { name: 'hasgroups', claims: { hasgroups: true } },
    { name: 'no claim', claims: {} },
  ])('a token with $name gets the groups of the directory where it may stand in', async ({ claims }) => {
    const token = await idp.token(claims);
    expect(await searchedBy(looking, token, 'leave')).toContain('policies/leave.md');
    expect(await searchedBy(looking, token, 'salary band')).not.toContain('hr/salaries.md');
  });

  it('a directory that knows none of their groups does not stand in', async () => {
    await looking.company.write('../directory.yaml', 'users: [{id: anna}, {id: bruno}]\ngroups: []\n');
    expect(await searchedBy(looking, await idp.token(overage), 'leave')).toBe(401);
  });

  it('a personal access token is refused with the reason', async () => {
    const { secret } = await refusing.company.token('bruno');
    const response = await ask(refusing.server, secret);
    expect(response.status).toBe(401);
    expect(await response.text()).toContain('sign in through it');
    const client = await mcpClient(refusing.server, secret);
    const called = await client.callTool({ name: 'search', arguments: { query: 'leave' } });
    await client.close();
    expect(called.isError).toBe(true);
    expect(JSON.stringify(called)).toContain('sign in through it');
    expect(JSON.stringify(called)).not.toContain('Leave policy');
  });

  it.each([
    ['search', 'leave', '--as', 'bruno'],
    ['acl', 'explain', 'policies/leave.md', '--as', 'bruno'],
    ['acl', 'who', 'policies/leave.md'],
  ])('ntk %s %s is refused with the reason', async (...args) => {
    const { code, out, err } = await runCli(...args, '--config', refusing.company.configFile);
    expect(code).toBe(1);
    expect(out).not.toContain('Leave');
    expect(err).toMatch(/identity provider/);
  });

  it('ntk groups show says what the directory knows and why they are refused', async () => {
    const { out } = await runCli(
      ...['groups', 'show', 'bruno', '--json', '--config', refusing.company.configFile],
    );
    expect(JSON.parse(out)).toMatchObject({
      groups: [{ id: 'group:staff' }],
      refusal: { kind: 'groups-unknown', detail: expect.stringContaining('identity provider') },
    });
  });
});

describe('a person matched otherwise than by the identities file', () => {
  it('is found by a named claim that is their login', async () => {
    const named = await serveSignIn(idp, { user: { claim: 'upn' }, matches: 'login' });
    try {
      expect(await searchedBy(named, await idp.token({ upn: 'ANNA' }), 'salary band')).toContain(
        'hr/salaries.md',
      );
      expect(await searchedBy(named, await idp.token({ upn: 'zoe' }), 'leave')).toBe(401);
      expect(await searchedBy(named, await idp.token(), 'leave')).toBe(401);
    } finally {
      await named.close();
    }
  });

  it('by tenant and object, as with Entra, is nobody in another tenant', async () => {
    const entra = await serveSignIn(
      idp,
      { user: { claims: ['tid', 'oid'] } },
      {
        beside: {
          'identities.yaml': `people: [{login: bruno, subjects: [{issuer: "${idp.issuer}", subject: t-1/o-1}]}]`,
        },
      },
    );
    try {
      const by = async (tid: string, oid: string) =>
        searchedBy(entra, await idp.token({ tid, oid, scope: undefined, scp: 'documents:read' }), 'leave');
      expect(await by('t-1', 'o-1')).toContain('policies/leave.md');
      expect(await by('t-2', 'o-1')).toBe(401);
    } finally {
      await entra.close();
    }
  });
});
