import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { scimId } from '../../../acl/index.ts';
import { patchOf } from '../../support/pushed.ts';
import { rawRequest } from '../../support/raw-http.ts';
import { type ScimServer, startScimServer } from '../../support/scim-server.ts';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const BASE = 'https://documents.example/scim/v2';

let server: ScimServer;
let count = 0;

beforeAll(async () => {
  server = await startScimServer();
});

afterAll(async () => {
  await server.close();
  expect(server.faults).toEqual([]);
});

beforeEach(() => {
  count += 1;
});

const name = (stem: string): string => `${stem}${count}@example.com`;
const user = (userName: string, more: object = {}): object => ({
  schemas: [USER],
  userName,
  active: true,
  ...more,
});
const found = (filter: string, more = ''): string => `/Users?filter=${encodeURIComponent(filter)}${more}`;

describe('/scim/v2 is opened by its secret alone', () => {
  const PATHS = [
    '/Users',
    '/Users/x',
    '/Groups',
    '/Groups/x',
    '/ServiceProviderConfig',
    '/Schemas',
    '/ResourceTypes',
    '/Nothing',
    '',
  ];

  it.each(PATHS)('%s answers 401 without, with a wrong one, and with part of it', async (path) => {
    const { secret } = server;
    for (const tried of [
      '',
      'Bearer',
      'Bearer x',
      `Bearer ${secret.slice(1)}`,
      `Bearer ${secret}0`,
      `Basic ${secret}`,
    ]) {
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
        const headers = { authorization: tried, 'content-type': 'application/scim+json' };
        const response = await fetch(`${server.url}/scim/v2${path}`, {
          method,
          headers,
          ...(method === 'GET' ? {} : { body: '{' }),
        });
        expect([method, response.status]).toEqual([method, 401]);
        expect(response.headers.get('www-authenticate')).toBe('Bearer realm="scim"');
        expect(await response.json()).toMatchObject({ status: '401' });
      }
    }
  });

  it('a request counts as a sign of life of the provider only with it', async () => {
    const own = await startScimServer();
    const contacted = () => own.core.catalog.scim.read(async (reader) => (await reader.state()).contacted);
    await own.scim('GET', '/Users', undefined, { authorization: 'Bearer x' });
    expect(await contacted()).toBeNull();
    await own.scim('GET', '/Users');
    expect(await contacted()).toBeLessThanOrEqual(own.core.now());
    await own.close();
  });

  it('a personal access token does not open it', async () => {
    const userName = name('token');
    await server.made('/Users', user(userName));
    await server.made('/Groups', { displayName: 'any' });
    const authorization = `Bearer ${await server.token(userName)}`;
    expect((await server.scim('GET', '/Users', undefined, { authorization })).status).toBe(401);
  });

  it('its secret opens nothing else', async () => {
    const headers = { authorization: `Bearer ${server.secret}`, 'content-type': 'application/json' };
    const search = await fetch(`${server.url}/api/v1/search`, {
      method: 'POST',
      headers,
      body: '{"query":"x"}',
    });
    const mcp = await fetch(`${server.url}/mcp/documents`, { method: 'POST', headers, body: '{}' });
    expect([search.status, mcp.status]).toEqual([401, 401]);
  });

  it('says nothing of itself in the API documentation', async () => {
    expect(await (await fetch(`${server.url}/docs/json`)).text()).not.toMatch(/scim/i);
  });

  it('another site cannot send to it from a browser', async () => {
    const reply = await server.scim('POST', '/Users', user(name('x')), { origin: 'https://evil.example' });
    expect(reply.status).toBe(403);
  });
});

describe('descriptions', () => {
  it('the configuration says what is supported', async () => {
    const { status, body, headers } = await server.scim('GET', '/ServiceProviderConfig');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/scim+json; charset=utf-8');
    expect(body).toMatchObject({
      patch: { supported: true },
      bulk: { supported: false },
      filter: { supported: true },
      etag: { supported: true },
      sort: { supported: false },
    });
  });

  it('schemas and resource types are listed and found by their ids', async () => {
    const schemas = await server.scim('GET', '/Schemas');
    expect(schemas.body.Resources.map(({ id }: { id: string }) => id)).toEqual([USER, GROUP, ENTERPRISE]);
    expect((await server.scim('GET', `/Schemas/${USER}`)).body.id).toBe(USER);
    expect((await server.scim('GET', '/ResourceTypes/Group')).body.endpoint).toBe('/Groups');
    expect((await server.scim('GET', '/Schemas/urn:other')).status).toBe(404);
  });

  it('a filter on them is refused', async () => {
    expect((await server.scim('GET', '/Schemas?filter=id%20pr')).status).toBe(403);
  });

  it.each([
    ['POST', '/Schemas', 'GET'],
    ['DELETE', '/Users', 'GET, POST'],
    ['POST', '/Users/x', 'GET, PUT, PATCH, DELETE'],
  ])('%s %s is answered 405 with what is allowed', async (method, path, allow) => {
    const reply = await server.scim(method, path, {});
    expect([reply.status, reply.headers.get('allow'), reply.body.status]).toEqual([405, allow, '405']);
  });
});

describe('what Entra sends', () => {
  it('runs from the probe to the deletion of a user', async () => {
    const userName = name('entra');
    const externalId = `ext-${count}`;
    const probe = await server.scim('GET', found(`userName eq "${userName}"`));
    expect(probe.body).toMatchObject({ totalResults: 0, Resources: [], startIndex: 1 });

    const created = await server.scim('POST', '/Users', {
      schemas: [USER, ENTERPRISE],
      externalId,
      userName,
      active: true,
      displayName: 'Bob Bianchi',
      emails: [{ primary: true, type: 'work', value: userName }],
      meta: { resourceType: 'User' },
      name: { formatted: 'Bob Bianchi', familyName: 'Bianchi', givenName: 'Bob' },
      [ENTERPRISE]: { department: 'Finance' },
      addresses: [{ type: 'work', country: 'IT' }],
      roles: [],
    });
    const { id } = created.body;
    expect(created.status).toBe(201);
    expect(created.headers.get('location')).toBe(`${BASE}/Users/${id}`);
    expect(created.body).toMatchObject({
      externalId,
      userName,
      active: true,
      [ENTERPRISE]: { department: 'Finance' },
    });
    expect(created.body.meta).toMatchObject({ resourceType: 'User', location: `${BASE}/Users/${id}` });

    for (const filter of [`userName eq "${userName.toUpperCase()}"`, `externalId eq "${externalId}"`]) {
      expect(
        (await server.scim('GET', found(filter))).body.Resources.map((one: { id: string }) => one.id),
      ).toEqual([id]);
    }
    const changed = await server.scim('PATCH', `/Users/${id}`, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [
        { op: 'Replace', path: 'emails[type eq "work"].value', value: 'new@example.com' },
        { op: 'Replace', path: 'name.familyName', value: 'Verdi' },
        { op: 'Add', path: 'addresses[type eq "work"].locality', value: 'Torino' },
        { op: 'Add', path: `${ENTERPRISE}:manager`, value: id },
      ],
    });
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({
      name: { familyName: 'Verdi', givenName: 'Bob' },
      emails: [{ value: 'new@example.com' }],
    });

    const manager = `id eq "${id}" and ${ENTERPRISE}:manager eq "${id}"`;
    expect((await server.scim('GET', found(manager, '&attributes=id'))).body.Resources).toEqual([
      { schemas: [USER, ENTERPRISE], id },
    ]);

    const off = await server.scim(
      'PATCH',
      `/Users/${id}`,
      patchOf({ op: 'Replace', path: 'active', value: 'False' }),
    );
    expect(off.body.active).toBe(false);
    expect((await server.scim('DELETE', `/Users/${id}`)).status).toBe(204);
    expect((await server.scim('GET', `/Users/${id}`)).status).toBe(404);
    expect((await server.scim('DELETE', `/Users/${id}`)).status).toBe(404);
  });

  it('creates a group empty and adds and removes members afterwards', async () => {
    const member = await server.made('/Users', user(name('member')));
    const displayName = `Group ${count}`;
    const probe = `/Groups?excludedAttributes=members&filter=${encodeURIComponent(`displayName eq "${displayName}"`)}`;
    expect((await server.scim('GET', probe)).body.totalResults).toBe(0);
    const id = await server.made('/Groups', {
      schemas: [GROUP, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
      externalId: `g-${count}`,
      displayName,
      meta: { resourceType: 'Group' },
    });
    const seen = await server.scim('GET', `/Groups/${id}?excludedAttributes=members`);
    expect(seen.body).not.toHaveProperty('members');
    const add = patchOf({ op: 'Add', path: 'members', value: [{ $ref: null, value: member }] });
    const added = await server.scim('PATCH', `/Groups/${id}`, add);
    expect([added.status, added.text]).toEqual([204, '']);
    expect((await server.scim('GET', `/Groups/${id}`)).body.members).toEqual([
      { value: member, $ref: `${BASE}/Users/${member}`, type: 'User', display: name('member') },
    ]);
    const both = `/Groups?filter=${encodeURIComponent(`id eq "${id}" and members eq "${member}"`)}`;
    expect((await server.scim('GET', both)).body.totalResults).toBe(1);
    const rename = patchOf({ op: 'Replace', path: 'displayName', value: `${displayName} renamed` });
    expect((await server.scim('PATCH', `/Groups/${id}`, rename)).status).toBe(204);
    const remove = patchOf({ op: 'Remove', path: 'members', value: [{ $ref: null, value: member }] });
    expect((await server.scim('PATCH', `/Groups/${id}`, remove)).status).toBe(204);
    expect((await server.scim('GET', both)).body.totalResults).toBe(0);
    expect((await server.scim('DELETE', `/Groups/${id}`)).status).toBe(204);
  });
});

describe('what Okta sends', () => {
  it('imports, creates, replaces and switches off a user', async () => {
    const first = await server.scim('GET', '/Users?startIndex=1&count=2');
    expect(first.body).toMatchObject({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      startIndex: 1,
    });
    expect(first.body.itemsPerPage).toBe(first.body.Resources.length);
    const userName = name('okta');
    const body = {
      schemas: [USER],
      userName,
      name: { givenName: 'Carla', familyName: 'Conti' },
      emails: [{ primary: true, value: userName, type: 'work' }],
      displayName: 'Carla Conti',
      locale: 'it-IT',
      externalId: `00u${count}`,
      groups: [],
      password: '1mz050nq',
      active: true,
    };
    const created = await server.scim('POST', '/Users', body);
    expect(created.status).toBe(201);
    expect(created.text).not.toContain('1mz050nq');
    const { id } = created.body;
    const replaced = await server.scim('PUT', `/Users/${id}`, {
      ...body,
      id,
      name: { givenName: 'Clara' },
      meta: {},
    });
    expect(replaced.body.name).toEqual({ givenName: 'Clara' });
    const off = await server.scim(
      'PATCH',
      `/Users/${id}`,
      patchOf({ op: 'replace', value: { active: false } }),
    );
    expect([off.status, off.body.active]).toEqual([200, false]);
    const silent = await server.scim('PUT', `/Users/${id}`, { schemas: [USER], userName });
    expect(silent.body.active).toBe(false);
  });

  it('pushes a group, its new name and its members', async () => {
    const one = await server.made('/Users', user(name('one')));
    const two = await server.made('/Users', user(name('two')));
    const id = await server.made('/Groups', { schemas: [GROUP], displayName: `Okta ${count}`, members: [] });
    const rename = patchOf({ op: 'replace', value: { id, displayName: `Okta ${count} new` } });
    expect((await server.scim('PATCH', `/Groups/${id}`, rename)).status).toBe(204);
    const all = patchOf({
      op: 'replace',
      path: 'members',
      value: [{ value: one, display: 'One' }, { value: two }],
    });
    await server.scim('PATCH', `/Groups/${id}`, all);
    const change = patchOf(
      { op: 'remove', path: `members[value eq "${one}"]` },
      { op: 'add', path: 'members', value: [{ value: two }] },
    );
    await server.scim('PATCH', `/Groups/${id}`, change);
    const { body } = await server.scim('GET', `/Groups/${id}`);
    expect(body.displayName).toBe(`Okta ${count} new`);
    expect(body.members.map(({ value }: { value: string }) => value)).toEqual([two]);
  });
});

describe('the protocol', () => {
  it('a login in use is refused as uniqueness, in whatever case', async () => {
    const userName = name('same');
    await server.made('/Users', user(userName));
    const again = await server.scim('POST', '/Users', user(userName.toUpperCase()));
    expect([again.status, again.body.scimType]).toEqual([409, 'uniqueness']);
    const other = await server.made('/Users', user(name('other')));
    const taking = patchOf({ op: 'replace', path: 'userName', value: userName });
    expect((await server.scim('PATCH', `/Users/${other}`, taking)).status).toBe(409);
    const own = patchOf({ op: 'replace', path: 'userName', value: name('OTHER') });
    expect((await server.scim('PATCH', `/Users/${other}`, own)).status).toBe(200);
  });

  it('a version that is not the current one changes nothing', async () => {
    const id = await server.made('/Users', user(name('etag')));
    const first = await server.scim('GET', `/Users/${id}`);
    const tag = first.headers.get('etag') ?? '';
    expect(tag).toBe(first.body.meta.version);
    const title = (value: string): object => patchOf({ op: 'replace', path: 'title', value });
    expect((await server.scim('PATCH', `/Users/${id}`, title('a'), { 'if-match': tag })).status).toBe(200);
    for (const [method, body] of [
      ['PATCH', title('b')],
      ['PUT', user(name('etag'))],
      ['DELETE', undefined],
    ] as const) {
      const late = await server.scim(method, `/Users/${id}`, body, { 'if-match': tag });
      expect([method, late.status, late.body.status]).toEqual([method, 412, '412']);
    }
    const now = await server.scim('GET', `/Users/${id}`);
    expect(now.body.title).toBe('a');
    const same = { 'if-none-match': `W/"x", ${now.headers.get('etag')}` };
    const unchanged = await server.scim('GET', `/Users/${id}`, undefined, same);
    expect([unchanged.status, unchanged.text]).toEqual([304, '']);
    expect((await server.scim('DELETE', `/Users/${id}`, undefined, { 'if-match': '*' })).status).toBe(204);
  });

  it('answers hold the attributes that are asked for', async () => {
    const id = await server.made(
      '/Users',
      user(name('attr'), { name: { givenName: 'A', familyName: 'B' }, [ENTERPRISE]: { department: 'IT' } }),
    );
    const keys = async (query: string): Promise<object> =>
      (await server.scim('GET', `/Users/${id}?${query}`)).body;
    expect(await keys('attributes=userName,name.givenName')).toEqual({
      schemas: [USER, ENTERPRISE],
      id,
      userName: name('attr'),
      name: { givenName: 'A' },
    });
    expect(Object.keys(await keys('excludedAttributes=meta,name,id,active'))).toEqual([
      'schemas',
      'id',
      'userName',
      ENTERPRISE,
    ]);
    expect(await keys(`attributes=${ENTERPRISE}:department`)).toMatchObject({
      [ENTERPRISE]: { department: 'IT' },
    });
  });

  it('pages from 1, and takes numbers that are out of range as the nearest', async () => {
    const stem = `page${count}x`;
    const ids: string[] = [];
    for (let at = 0; at < 5; at += 1) ids.push(await server.made('/Users', user(`${stem}${at}`)));
    const page = async (start: string, size: string): Promise<readonly unknown[]> => {
      const { status, body } = await server.scim(
        'GET',
        found(`userName sw "${stem}"`, `&startIndex=${start}&count=${size}`),
      );
      return [
        status,
        body.totalResults,
        body.startIndex,
        body.Resources?.map((one: { id: string }) => ids.indexOf(one.id)),
      ];
    };
    expect(await page('1', '2')).toEqual([200, 5, 1, [0, 1]]);
    expect(await page('4', '10')).toEqual([200, 5, 4, [3, 4]]);
    expect(await page('0', '2')).toEqual([200, 5, 1, [0, 1]]);
    expect(await page('-1', '-7')).toEqual([200, 5, 1, []]);
    expect(await page('1000000000', '2')).toEqual([200, 5, 1_000_000_000, []]);
    expect((await page('1e9', '2'))[0]).toBe(400);
    expect((await page('x', '2'))[0]).toBe(400);
    const all = await server.scim('GET', '/Users?count=100000');
    expect(all.body.itemsPerPage).toBeLessThanOrEqual(500);
  });

  it('sixty members sent at once by as many requests are all there afterwards', async () => {
    const id = await server.made('/Groups', { displayName: `busy ${count}` });
    const ids = await Promise.all(
      Array.from({ length: 60 }, (_, at) => server.made('/Users', user(name(`c${at}-`)))),
    );
    const replies = await Promise.all(
      ids.map((value) =>
        server.scim('PATCH', `/Groups/${id}`, patchOf({ op: 'Add', path: 'members', value: [{ value }] })),
      ),
    );
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([204]));
    const { body } = await server.scim('GET', `/Groups/${id}`);
    expect(body.members.map(({ value }: { value: string }) => value)).toEqual([...ids].sort());
    expect(body.meta.version).toBe('W/"61"');
  });

  it('the same login sent at once by several requests is one user', async () => {
    const replies = await Promise.all(
      Array.from({ length: 10 }, () => server.scim('POST', '/Users', user(name('race')))),
    );
    expect(replies.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(9).fill(409)]);
  });
});

describe('input that is wrong', () => {
  it.each([
    ['malformed JSON', '{"userName": "x"'],
    ['no JSON at all', 'userName=x'],
    ['a list', '[]'],
    ['null', 'null'],
    ['a number', '7'],
  ])('%s is answered 400 invalidSyntax', async (_name, body) => {
    for (const path of ['/Users', '/Groups']) {
      const reply = await server.scim('POST', path, body);
      expect([reply.status, reply.body.scimType]).toEqual([400, 'invalidSyntax']);
    }
  });

  it('no body is answered 400', async () => {
    expect((await server.scim('POST', '/Users')).status).toBe(400);
  });

  it('another content type is answered 415', async () => {
    const reply = await server.scim('POST', '/Users', '<user/>', { 'content-type': 'application/xml' });
    expect([reply.status, reply.body.status]).toEqual([415, '415']);
  });

  it('a body over 16 MiB is answered 413', async () => {
    const reply = await server.scim('POST', '/Users', JSON.stringify({ userName: 'x'.repeat(17_000_000) }));
    expect([reply.status, reply.body.status]).toEqual([413, '413']);
  });

  it('a filter that is none is answered 400 invalidFilter', async () => {
    for (const filter of ['userName eq', "userName eq 'x'", '((((', 'members co "x" and']) {
      const reply = await server.scim('GET', found(filter));
      expect([reply.status, reply.body.scimType]).toEqual([400, 'invalidFilter']);
    }
  });

  it('a filter that would read every member of every group is refused', async () => {
    const reply = await server.scim('GET', `/Groups?filter=${encodeURIComponent('members co "x"')}`);
    expect([reply.status, reply.body.scimType]).toEqual([400, 'invalidFilter']);
  });

  it.each(['a%2Fb', '..%2f..%2fUsers', '%00', '%F0%9F%A6%8A', "x'%20or%201=1--", 'x'.repeat(2_000)])(
    'an id like %s is answered 404',
    async (id) => {
      const replies = await Promise.all(['/Users/', '/Groups/'].map((path) => server.scim('GET', path + id)));
      expect(replies.map(({ status }) => status)).toEqual([404, 404]);
    },
  );

  it('an address that cannot be read is answered 400', async () => {
    const headers = { authorization: `Bearer ${server.secret}` };
    expect((await rawRequest(`${server.url}/scim/v2/Users/%zz`, { headers })).status).toBe(400);
  });

  it('logins and names in any script are found again', async () => {
    for (const userName of [
      `Zoë${count}`,
      `日本${count}`,
      `a"b\\c${count}`,
      `${count}%_'; drop table scim_users`,
    ]) {
      const id = await server.made('/Users', user(userName));
      const literal = JSON.stringify(userName);
      const reply = await server.scim('GET', found(`userName eq ${literal}`));
      expect(reply.body.Resources.map((one: { id: string }) => one.id)).toEqual([id]);
    }
  });

  it('what an error says is about the request and nothing that is stored', async () => {
    const id = await server.made('/Groups', { displayName: 'quetzalcoatl' });
    const replies = await Promise.all([
      server.scim(
        'PATCH',
        `/Groups/${id}`,
        patchOf({ op: 'add', path: 'members', value: [{ value: 'nobody' }] }),
      ),
      server.scim('PATCH', `/Groups/${id}`, patchOf({ op: 'jump' })),
      server.scim('PUT', `/Groups/${id}`, {}),
      server.scim('GET', '/Groups/nobody'),
    ]);
    for (const { status, text } of replies) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(text).not.toMatch(/quetzalcoatl|sqlite|select|\.ts|at Object/i);
    }
  });
});

describe('large groups', () => {
  it('ten thousand members come in one request, and one of them goes in another', async () => {
    const ids = Array.from({ length: 10_000 }, (_, at) => scimId(`big-${at}`));
    const now = server.core.now();
    await server.core.catalog.scim.write(now, async (writer) => {
      for (const id of ids) {
        const plain = {
          externalId: null,
          active: true,
          attributes: {},
          version: 1,
          created: now,
          modified: now,
        };
        await writer.insertUser({ id, userName: id, ...plain });
      }
    });
    const members = ids.map((value) => ({ value }));
    const id = await server.made('/Groups', { displayName: 'big', members });
    const first = ids[0] ?? '';
    const remove = patchOf({ op: 'Remove', path: 'members', value: [{ value: first }] });
    expect((await server.scim('PATCH', `/Groups/${id}`, remove)).status).toBe(204);
    const { body } = await server.scim('GET', `/Groups/${id}`);
    expect(body.members).toHaveLength(9_999);
    const again = patchOf({ op: 'replace', path: 'members', value: members });
    expect((await server.scim('PATCH', `/Groups/${id}`, again)).status).toBe(204);
    expect((await server.scim('GET', `/Groups/${id}`)).body.members).toHaveLength(10_000);
  }, 120_000);
});

describe('the audit', () => {
  it('every write leaves one line with method, kind and id, and no name', async () => {
    const before = (await server.audit()).length;
    const userName = name('audited');
    const id = await server.made('/Users', user(userName));
    await server.scim('POST', '/Users', user(userName));
    await server.scim('PATCH', `/Users/${id}`, patchOf({ op: 'replace', value: { active: false } }));
    await server.scim('GET', `/Users/${id}`);
    await server.scim('DELETE', `/Users/${id}`);
    const lines = (await server.audit()).slice(before);
    expect(lines.map(({ user: who, tool, outcome, cited }) => [who, tool, outcome, cited])).toEqual([
      ['scim', 'scim POST Users', 'ok', [id]],
      ['scim', 'scim POST Users', '409 uniqueness', []],
      ['scim', 'scim PATCH Users', 'ok', [id]],
      ['scim', 'scim DELETE Users', 'ok', [id]],
    ]);
    expect(JSON.stringify(lines)).not.toContain('audited');
  });

  it('a write whose line cannot be written does not happen', async () => {
    const own = await startScimServer();
    mkdirSync(join(own.folder, 'data', 'audit', 'scim.jsonl'), { recursive: true });
    const reply = await own.scim('POST', '/Users', user('anna'));
    expect([reply.status, reply.body.status]).toEqual([500, '500']);
    expect((await own.scim('GET', '/Users')).body.totalResults).toBe(0);
    expect(own.faults).toHaveLength(1);
    await own.close();
  });
});

describe('a catalog that another process holds', () => {
  it('is answered 503 with Retry-After, and nothing is half done', async () => {
    const own = await startScimServer();
    await own.made('/Users', user('anna'));
    const other = new DatabaseSync(join(own.folder, 'data', 'catalog.sqlite'));
    other.exec('begin immediate');
    const busy = await own.scim('POST', '/Users', user('bob'));
    expect([busy.status, busy.headers.get('retry-after'), busy.body.status]).toEqual([503, '5', '503']);
    other.exec('rollback');
    other.close();
    expect((await own.scim('POST', '/Users', user('bob'))).status).toBe(201);
    await own.close();
  }, 30_000);
});
