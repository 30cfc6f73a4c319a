import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LdapDirectory, type LdapDirectoryOptions } from '../../acl/directory/ldap/index.ts';
import { findUser, makeToken, syncDirectory } from '../../acl/index.ts';
import { openSqliteCatalog, type SqliteCatalog } from '../../index/catalog/sqlite-catalog.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { actingProxy } from './ports.ts';
import { ADMIN, BASE, hasSlapd, PASSWORD, READER, Slapd } from './slapd.ts';

const USERS = 300;
const DAY = 86_400;
const START = 1_700_000_000_000;

/** Direct members of each groupOfNames: users by number, groups by name. Three deep, with a ring and a loop. */
const GROUPS: Readonly<Record<string, readonly (number | string)[]>> = {
  team: [1, 2, 3],
  department: ['team', 4],
  company: ['department', 5],
  'ring a': [6, 'ring b'],
  'ring b': [7, 'ring c'],
  'ring c': [8, 'ring a'],
  itself: [9, 'itself'],
  'Sales, North + "South"': [10, 1],
  Gäste: [11, 'company'],
  ...Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`many${n}`, [n + 20, n + 80, `many${n + 1}`]])),
  many60: [299],
};
const POSIX = { gid: 5000, members: [12, 13] } as const;

const userDn = (n: number) => `uid=user${n},ou=people,${BASE}`;
const groupDn = (name: string) => `cn=${name.replace(/[,+"]/g, '\\$&')},ou=groups,${BASE}`;
const base64 = (text: string) => Buffer.from(text).toString('base64');

function seed(): string {
  const entries = [
    `dn: ${BASE}\nobjectClass: dcObject\nobjectClass: organization\ndc: example\no: Example`,
    `dn: ou=people,${BASE}\nobjectClass: organizationalUnit\nou: people`,
    `dn: ou=groups,${BASE}\nobjectClass: organizationalUnit\nou: groups`,
    `dn: ${READER}\nobjectClass: simpleSecurityObject\nobjectClass: organizationalRole\ncn: reader\nuserPassword: ${PASSWORD}`,
  ];
  for (let n = 0; n < USERS; n += 1) {
    entries.push(
      `dn: ${userDn(n)}\nobjectClass: inetOrgPerson\nobjectClass: posixAccount\nuid: user${n}\ncn:: ${base64(`Üser ${n}`)}\n` +
        `sn: U\nuidNumber: ${10_000 + n}\ngidNumber: ${n % 2 === 0 ? POSIX.gid : 7777}\nhomeDirectory: /`,
    );
  }
  for (const [name, members] of Object.entries(GROUPS)) {
    const dns = members.map((one) => (typeof one === 'number' ? userDn(one) : groupDn(one)));
    const written = dns.map(
      (dn) => `member:: ${base64(dn.replace('uid=', 'UID=').replace(',ou=', ', OU='))}`,
    );
    entries.push(
      `dn:: ${base64(groupDn(name))}\nobjectClass: groupOfNames\ncn:: ${base64(name)}\n${written.join('\n')}`,
    );
  }
  entries.push(
    `dn: cn=posix,ou=groups,${BASE}\nobjectClass: posixGroup\ncn: posix\ngidNumber: ${POSIX.gid}\n` +
      POSIX.members.map((n) => `memberUid: user${n}`).join('\n'),
    `dn: cn=unique,ou=groups,${BASE}\nobjectClass: groupOfUniqueNames\ncn: unique\nuniqueMember: ${userDn(14)}\n` +
      `uniqueMember: uid=gone,ou=people,${BASE}\nuniqueMember: cn=elsewhere,dc=other`,
  );
  return `${entries.join('\n\n')}\n`;
}

/** The groups of a user by name, found by asking each group again and again until nothing is added. */
function walk(n: number): string[] {
  const inside = new Set<string>();
  for (let before = -1; before !== inside.size; ) {
    before = inside.size;
    for (const [name, members] of Object.entries(GROUPS)) {
      if (members.some((one) => (typeof one === 'number' ? one === n : inside.has(one)))) inside.add(name);
    }
  }
  if (n % 2 === 0 || POSIX.members.some((one) => one === n)) inside.add('posix');
  if (n % 2 !== 0) inside.add('gid:7777');
  if (n === 14) inside.add('unique');
  return [...inside].sort();
}

let slapd: Slapd;
let catalog: SqliteCatalog;
const clock = { at: START };

beforeAll(async () => {
  if (hasSlapd) slapd = await Slapd.start(seed());
});
afterAll(async () => {
  await slapd?.remove();
});

const directory = (more: Partial<LdapDirectoryOptions> = {}, server: Slapd = slapd) =>
  new LdapDirectory({
    url: server.url,
    bindDn: READER,
    bindPassword: PASSWORD,
    baseDn: BASE,
    schema: 'openldap',
    pageSize: 50,
    timeoutMs: 10_000,
    ...more,
  });

const sync = (source: LdapDirectory) =>
  syncDirectory({ source, store: catalog.directory, now: () => clock.at }, { force: false });

async function groupsOf(n: number): Promise<string[] | string> {
  const snapshot = (await catalog.directory.current())?.snapshot ?? null;
  const user = snapshot === null ? null : findUser(snapshot, `USER${n}`);
  if (snapshot === null || user === null) return 'unknown';
  const made = makeToken({ user: user.id, snapshot, now: clock.at, maxStalenessSeconds: DAY });
  if (!made.ok) return made.refusal.kind;
  return [...made.token.principals].flatMap((id) => snapshot.groups.get(id)?.name ?? []).sort();
}

async function idOf(name: string): Promise<string | undefined> {
  const groups = (await catalog.directory.current())?.snapshot.groups ?? new Map();
  return [...groups.values()].find((group) => group.name === name)?.id;
}

describe.skipIf(!hasSlapd)('LdapDirectory on a real slapd (needs slapd and ldap-utils)', () => {
  beforeAll(async () => {
    catalog = await openSqliteCatalog(join(tempFolder(), 'catalog.sqlite'));
  });

  it('reads all users and groups over several pages', async () => {
    const record = await sync(directory());
    expect(record).toMatchObject({ outcome: 'replaced', detail: null });
    expect(record.warnings).toEqual([
      '1 group members are neither known users nor known groups',
      `1 group members are outside ${BASE} and were left out`,
      '1 primary groups have no entry: gid:7777',
    ]);
    const snapshot = (await catalog.directory.current())?.snapshot;
    expect(snapshot?.users.size).toBe(USERS);
    expect(snapshot?.groups.size).toBe(Object.keys(GROUPS).length + 3);
  });

  it('gives every user the groups that an independent walk of the entries gives', async () => {
    for (let n = 0; n < USERS; n += 1) expect([n, await groupsOf(n)]).toEqual([n, walk(n)]);
  });

  it('names people and groups by what the server itself calls their identity', async () => {
    const snapshot = (await catalog.directory.current())?.snapshot;
    const user = snapshot === undefined ? null : findUser(snapshot, 'user7');
    expect(user).toEqual({
      id: `user:${slapd.valueOf(userDn(7), 'entryUUID')}`,
      login: 'user7',
      name: 'Üser 7',
      enabled: true,
      aliases: ['uid:10007'],
    });
    expect(await idOf('team')).toBe(`group:${slapd.valueOf(groupDn('team'), 'entryUUID')}`);
  });

  it('keeps the identity of a group that is renamed', async () => {
    const before = await idOf('team');
    slapd.modify(`dn: ${groupDn('team')}\nchangetype: modrdn\nnewrdn: cn=crew\ndeleteoldrdn: 1\n`);
    slapd.modify(
      `dn: ${groupDn('department')}\nchangetype: modify\ndelete: member\nmember: ${groupDn('team')}\n-\nadd: member\nmember: ${groupDn('crew')}\n`,
    );
    expect((await sync(directory())).outcome).toBe('replaced');
    expect(await idOf('crew')).toBe(before);
    expect(await groupsOf(2)).toEqual(['Gäste', 'company', 'crew', 'department', 'posix']);
  });

  it('gives a group that is made anew under its old name another identity', async () => {
    const before = await idOf('itself');
    slapd.modify(
      `dn: ${groupDn('itself')}\nchangetype: delete\n\ndn: ${groupDn('itself')}\nchangetype: add\nobjectClass: groupOfNames\ncn: itself\nmember: ${userDn(9)}\n`,
    );
    expect((await sync(directory())).outcome).toBe('replaced');
    expect(await idOf('itself')).not.toBe(before);
    expect(await idOf('itself')).toMatch(/^group:[0-9a-f-]{36}$/);
  });

  it.each([
    { name: 'StartTLS with the authority', ca: true, startTls: true, outcome: 'replaced' },
    { name: 'StartTLS without it', ca: false, startTls: true, outcome: 'failed' },
    { name: 'ldaps with the authority', ca: true, startTls: false, outcome: 'replaced' },
    { name: 'ldaps without it', ca: false, startTls: false, outcome: 'failed' },
  ])('$name: $outcome', async ({ ca, startTls, outcome }) => {
    const url = startTls ? slapd.url : slapd.secureUrl;
    const record = await sync(directory({ url, startTls, ...(ca ? { ca: slapd.ca } : {}) }));
    expect(record.outcome).toBe(outcome);
    if (outcome === 'failed') expect(record.detail).toContain('is not trusted');
  });

  it('refuses a certificate that is for another name', async () => {
    const url = slapd.secureUrl.replace('127.0.0.1', 'localhost');
    expect((await sync(directory({ url, ca: slapd.ca }))).detail).toContain('for another name');
  });

  it('fails with a wrong password and does not repeat it', async () => {
    const record = await sync(directory({ bindPassword: 'hunter2-wrong' }));
    expect(record.outcome).toBe('failed');
    expect(record.detail).toContain('refused bindDn with this password');
    expect(record.detail).not.toContain('hunter2');
  });

  it.each([
    { name: 'an account without a password', more: { bindDn: userDn(1) }, says: 'refused bindDn' },
    { name: 'an empty password', more: { bindPassword: '' }, says: 'is empty' },
    {
      name: 'a base that is not there',
      more: { baseDn: `ou=nowhere,${BASE}` },
      says: 'baseDn does not exist',
    },
    { name: 'a filter that finds nobody', more: { userFilter: '(uid=nobody)' }, says: 'no user was found' },
    { name: 'one login attribute for all', more: { attributes: { login: 'sn' } }, says: 'two users' },
    { name: 'a filter with a mistake', more: { userFilter: '(uid=' }, says: 'connection failed' },
  ])('fails with $name', async ({ more, says }) => {
    const record = await sync(directory(more));
    expect(record.outcome).toBe('failed');
    expect(record.detail).toContain(says);
  });

  it('fails at the size limit of the server and keeps the stored snapshot', async () => {
    const limited = await Slapd.start(seed(), { sizeLimit: 100 });
    try {
      const before = await catalog.directory.current();
      const record = await sync(directory({}, limited));
      expect(record.outcome).toBe('failed');
      expect(record.detail).toContain('size limit');
      expect(await catalog.directory.current()).toEqual(before);
      const root = await directory({ bindDn: ADMIN }, limited).read(START);
      expect(root.kind).toBe('complete');
    } finally {
      await limited.remove();
    }
  });

  it('fails at a referral to another server', async () => {
    const dn = `ou=far,${BASE}`;
    slapd.modify(
      `dn: ${dn}\nchangetype: add\nobjectClass: referral\nobjectClass: extensibleObject\nou: far\nref: ldap://far.test/ou=far,dc=far\n`,
    );
    expect((await sync(directory())).detail).toContain('is on another server');
  });
});

describe.skipIf(!hasSlapd)('LdapDirectory when the server goes away', () => {
  let server: Slapd;
  beforeAll(async () => {
    server = await Slapd.start(seed());
    catalog = await openSqliteCatalog(join(tempFolder(), 'catalog.sqlite'));
    expect((await sync(directory({}, server))).outcome).toBe('replaced');
  });
  afterAll(async () => {
    await server?.remove();
  });

  it.each([2_000, 8_000, 20_000, 40_000])(
    'fails when it is killed after %d bytes and keeps the snapshot',
    async (bytes) => {
      const before = await catalog.directory.current();
      const proxy = await actingProxy(server, bytes, () => void server.kill());
      const record = await sync(directory({ url: `ldap://127.0.0.1:${proxy.port}` }, server));
      expect(record.outcome).toBe('failed');
      expect(proxy.acted()).toBe(true);
      expect(await catalog.directory.current()).toEqual(before);
      await proxy.close();
      await server.run();
    },
  );

  it('fails when somebody is renamed between the reading of users and of groups', async () => {
    const before = await catalog.directory.current();
    const proxy = await actingProxy(server, 30_000, () => {
      server.modify(`dn: ${userDn(20)}\nchangetype: modrdn\nnewrdn: uid=moved\ndeleteoldrdn: 1\n`);
      const moved = userDn(20).replace('user20', 'moved');
      const group = groupDn('many0');
      server.modify(
        `dn: ${group}\nchangetype: modify\ndelete: member\nmember: ${userDn(20)}\n-\nadd: member\nmember: ${moved}\n`,
      );
    });
    const record = await sync(directory({ url: `ldap://127.0.0.1:${proxy.port}` }, server));
    expect(record.detail).toContain('entries were moved');
    expect(await catalog.directory.current()).toEqual(before);
    await proxy.close();
    expect((await directory({}, server).read(START)).kind).toBe('complete');
  });

  it('fails when it is not there, answers from the old snapshot, and refuses once that is too old', async () => {
    await server.kill();
    clock.at = START + (DAY - 1) * 1_000;
    const record = await sync(directory({}, server));
    expect(record).toMatchObject({ outcome: 'failed' });
    expect(record.detail).toContain('nothing answers there');
    expect(await groupsOf(3)).toEqual(walk(3));
    clock.at = START + (DAY + 1) * 1_000;
    await sync(directory({}, server));
    expect(await groupsOf(3)).toBe('stale-directory');
    clock.at = START;
  });
});
