import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LdapDirectory, type LdapDirectoryOptions } from '../../acl/directory/ldap/index.ts';
import {
  type DirectoryFollower,
  type DirectorySnapshot,
  type Following,
  findUser,
  makeToken,
  syncDirectory,
} from '../../acl/index.ts';
import { readSidBytes } from '../../acl/windows/sid.ts';
import { openSqliteCatalog, type SqliteCatalog } from '../../index/catalog/sqlite-catalog.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { said } from './directory-said.ts';
import { actingProxy } from './ports.ts';
import { BASE, noSambaAd, PASSWORD, passwordLine, READER, SambaAd } from './samba-ad.ts';

const START = Date.UTC(2026, 0, 1);
/** An AD names at most 1,500 members at once ([MS-ADTS] 3.1.1.3.1.3.3). */
const CROWD = 1_600;
const USERS = 12;
const STEPS = 300;

const COMPANY = `OU=company,${BASE}`;
const UNITS = [`OU=a,${COMPANY}`, `OU=b,${COMPANY}`] as const;
const USERS_OF_DOMAIN = `CN=Users,${BASE}`;
/** [MS-ADTS] 2.2.12: global, domain-local and universal security groups, and a universal distribution group. */
const TYPE = { global: -2147483646, local: -2147483644, universal: -2147483640, distribution: 8 } as const;
/** userAccountControl: a normal account that needs no password, and the same disabled. */
const ENABLED = 544;
const DISABLED = 546;

const userDn = (n: number | string, unit: string = UNITS[0]) => `CN=u${n},${unit}`;
const groupDn = (name: string, unit: string = UNITS[0]) => `CN=${name},${unit}`;
const user = (name: string, unit: string, more = `userAccountControl: ${ENABLED}`) =>
  `dn: CN=${name},${unit}\nchangetype: add\nobjectClass: user\nsAMAccountName: ${name}\n${more}\n`;
const group = (name: string, type: keyof typeof TYPE, members: readonly string[], unit: string = UNITS[0]) =>
  `dn: ${groupDn(name, unit)}\nchangetype: add\nobjectClass: group\nsAMAccountName: ${name}\ngroupType: ${TYPE[type]}\n${members.map((dn) => `member: ${dn}\n`).join('')}`;
const member = (how: 'add' | 'delete', of: string, dn: string, unit: string = UNITS[0]) =>
  `dn: ${groupDn(of, unit)}\nchangetype: modify\n${how}: member\nmember: ${dn}\n`;
const set = (dn: string, attribute: string, value: string | number) =>
  `dn: ${dn}\nchangetype: modify\nreplace: ${attribute}\n${attribute}: ${value}\n`;
const renamed = (dn: string, rdn: string, superior: string) =>
  `dn: ${dn}\nchangetype: modrdn\nnewrdn: ${rdn}\ndeleteoldrdn: 1\nnewsuperior: ${superior}\n`;
const unit = (dn: string) => `dn: ${dn}\nchangetype: add\nobjectClass: organizationalUnit\n`;
const filetime = (at: number) => String((BigInt(at) + 11_644_473_600_000n) * 10_000n);

function seed(): string {
  const crowd = Array.from({ length: CROWD }, (_, n) => `c${n}`);
  const entries = [
    ...[COMPANY, ...UNITS, `OU=crowd,${COMPANY}`].map(unit),
    user('reader', USERS_OF_DOMAIN, `userAccountControl: 512\n${passwordLine(PASSWORD)}`),
    ...Array.from({ length: USERS }, (_, n) => user(`u${n}`, UNITS[0])),
    user('resident', UNITS[1]),
    user('left', UNITS[0], `userAccountControl: ${DISABLED}`),
    user(
      'temporary',
      UNITS[0],
      `userAccountControl: ${ENABLED}\naccountExpires: ${filetime(START + 90_000)}`,
    ),
    ...crowd.map((name) => user(name, `OU=crowd,${COMPANY}`)),
    `dn: CN=contact,${UNITS[0]}\nchangetype: add\nobjectClass: contact\n`,
    group('team', 'global', [userDn(1), userDn(2)]),
    group('department', 'universal', [groupDn('team'), userDn(3), `CN=contact,${UNITS[0]}`]),
    group('resource', 'local', [
      groupDn('department'),
      userDn(4),
      `CN=S-1-5-11,CN=ForeignSecurityPrincipals,${BASE}`,
    ]),
    group('ring a', 'universal', [userDn(5)]),
    group('ring b', 'universal', [userDn(6), groupDn('ring a')]),
    member('add', 'ring a', groupDn('ring b')),
    group('mailing list', 'distribution', [userDn(8)]),
    group('behind a list', 'universal', [groupDn('mailing list')]),
    group('primary', 'global', [userDn(7)]),
    group('of primary', 'local', [groupDn('primary')]),
    group(
      'big',
      'global',
      crowd.map((name) => `CN=${name},OU=crowd,${COMPANY}`),
    ),
    group('of big', 'local', [groupDn('big')]),
  ];
  return `${entries.join('\n')}\n`;
}

let dc: SambaAd;
let catalog: SqliteCatalog;
let follower: DirectoryFollower | null = null;

const directory = (more: Partial<LdapDirectoryOptions> = {}) =>
  new LdapDirectory({
    url: dc.url,
    bindDn: READER,
    bindPassword: PASSWORD,
    baseDn: BASE,
    schema: 'ad',
    pageSize: 100,
    timeoutMs: 20_000,
    ...more,
  });

async function read(more: Partial<LdapDirectoryOptions> = {}): Promise<DirectorySnapshot> {
  const reading = await directory(more).read(START);
  if (reading.kind === 'incomplete') throw new Error(reading.detail);
  return reading.snapshot;
}

async function why(more: Partial<LdapDirectoryOptions> = {}): Promise<string> {
  const reading = await directory(more).read(START);
  return reading.kind === 'incomplete' ? reading.detail : 'complete';
}

function snapshotOf(following: Following): DirectorySnapshot {
  if (following.kind !== 'read') throw new Error(JSON.stringify(following));
  return following.snapshot;
}

/** Names of all groups of a login, or the refusal. */
function groupsOf(snapshot: DirectorySnapshot, login: string): string[] | string {
  const id = findUser(snapshot, login)?.id;
  if (id === undefined) return 'unknown';
  const made = makeToken({ user: id, snapshot, now: START, maxStalenessSeconds: 86_400 });
  if (!made.ok) return made.refusal.kind;
  return [...made.token.principals].flatMap((one) => snapshot.groups.get(one)?.name ?? []).sort();
}

const idOf = (snapshot: DirectorySnapshot, name: string) =>
  [...snapshot.groups.values()].find((one) => one.name === name)?.id;

const DOMAIN_USER = ['Domain Users', 'Users'];

describe.skipIf(noSambaAd !== null)(
  `Active Directory by Samba${noSambaAd === null ? '' : ` (${noSambaAd})`}`,
  () => {
    beforeAll(async () => {
      dc = await SambaAd.start(seed());
      dc.modify(set(userDn(7), 'primaryGroupID', dc.ridOf(groupDn('primary'))));
      catalog = await openSqliteCatalog(join(tempFolder(), 'catalog.sqlite'));
    });
    afterEach(async () => {
      await follower?.close();
      follower = null;
    });
    afterAll(async () => {
      await dc?.remove();
      await catalog?.close();
    });

    it('gives every user exactly the group SIDs that the server computes for a token', async () => {
      const snapshot = await read();
      const people = [
        ...Array.from({ length: USERS }, (_, n) => [`u${n}`, userDn(n)]),
        ...['Administrator', 'krbtgt', 'reader', 'Guest'].map((name) => [
          name,
          `CN=${name},${USERS_OF_DOMAIN}`,
        ]),
        ...[0, 1_499, 1_500, CROWD - 1].map((n) => [`c${n}`, `CN=c${n},OU=crowd,${COMPANY}`]),
      ] as const;
      for (const [login = '', dn = ''] of people) {
        const id = findUser(snapshot, login)?.id;
        if (id === undefined) throw new Error(`no ${login}`);
        const enabled = new Map([...snapshot.users].map(([key, one]) => [key, { ...one, enabled: true }]));
        const made = makeToken({
          user: id,
          snapshot: { ...snapshot, users: enabled },
          now: START,
          maxStalenessSeconds: 1,
        });
        if (!made.ok) throw new Error(`${login}: ${made.refusal.kind}`);
        const own = snapshot.users.get(id)?.aliases ?? [];
        const sids = [...made.token.principals].filter((one) => /^S-1-5-(21|32)-/.test(one));
        const groups = sids.filter((sid) => !own.includes(sid)).sort();
        // A controller's own built-in groups mean nothing on a file server, but for Users.
        const token = dc
          .valuesOf(dn, 'tokenGroups')
          .map((value) => sidOf(value))
          .filter((sid) => !sid.startsWith('S-1-5-32-') || sid === 'S-1-5-32-545');
        expect([login, groups]).toEqual([login, token.sort()]);
      }
    });

    it('reads all users over many pages, and members beyond the first range', async () => {
      const snapshot = await read();
      const logins = [...snapshot.users.values()].map(({ login }) => login);
      expect(logins.filter((login) => /^c\d+$/.test(login))).toHaveLength(CROWD);
      const big = idOf(snapshot, 'big');
      const inside = [...snapshot.groupsOf].filter(([, of]) => of.some((one) => one === big));
      expect(inside).toHaveLength(CROWD);
    });

    it('knows people and groups by GUID and SID as the server writes them', async () => {
      const snapshot = await read();
      const [guid = ''] = dc.valuesOf(userDn(1), 'objectGUID');
      const bytes = Buffer.from(guid, 'base64');
      const text = [...[bytes.subarray(0, 4), bytes.subarray(4, 6), bytes.subarray(6, 8)].map(reversed)];
      const id = `user:${[...text, bytes.toString('hex', 8, 10), bytes.toString('hex', 10)].join('-')}`;
      const [sid = ''] = dc.valuesOf(userDn(1), 'objectSid');
      expect(findUser(snapshot, 'U1')).toMatchObject({ id, aliases: [sidOf(sid)], enabled: true });
    });

    it('follows nested groups, rings and primary groups, and not through a mailing list', async () => {
      const snapshot = await read();
      expect(groupsOf(snapshot, 'u1')).toEqual(['department', 'resource', 'team', ...DOMAIN_USER].sort());
      expect(groupsOf(snapshot, 'u5')).toEqual(['ring a', 'ring b', ...DOMAIN_USER].sort());
      expect(groupsOf(snapshot, 'u7')).toEqual(['of primary', 'primary', ...DOMAIN_USER].sort());
      expect(groupsOf(snapshot, 'u8')).toEqual(DOMAIN_USER);
    });

    it('refuses a disabled account', async () => {
      expect(groupsOf(await read(), 'left')).toBe('disabled-user');
    });

    it('keeps the identity of who is renamed or moved, and their groups', async () => {
      const before = await read();
      dc.modify(renamed(groupDn('team'), 'CN=crew', UNITS[1]));
      dc.modify(set(groupDn('crew', UNITS[1]), 'sAMAccountName', 'crew'));
      dc.modify(renamed(userDn(2), 'CN=married', UNITS[1]));
      const after = await read();
      expect(idOf(after, 'crew')).toBe(idOf(before, 'team'));
      expect(findUser(after, 'u2')?.id).toBe(findUser(before, 'u2')?.id);
      expect(groupsOf(after, 'u2')).toEqual(['crew', 'department', 'resource', ...DOMAIN_USER].sort());
    });

    it('takes a group that is made anew under its old name for another', async () => {
      const before = await read();
      dc.modify(`dn: ${groupDn('of primary')}\nchangetype: delete\n`);
      dc.modify(group('of primary', 'local', [groupDn('primary')]));
      const after = await read();
      expect(idOf(after, 'of primary')).toBeDefined();
      expect(idOf(after, 'of primary')).not.toBe(idOf(before, 'of primary'));
    });

    it('leaves out deleted people, and their memberships for a successor of the same name', async () => {
      dc.modify(`dn: ${userDn(4)}\nchangetype: delete\n`);
      expect(groupsOf(await read(), 'u4')).toBe('unknown');
      dc.modify(user('u4', UNITS[0]));
      expect(groupsOf(await read(), 'u4')).toEqual(DOMAIN_USER);
    });

    it.each([
      { name: 'StartTLS with the authority', ca: true, startTls: true, says: 'complete' },
      { name: 'StartTLS without it', ca: false, startTls: true, says: 'is not trusted' },
      { name: 'ldaps with the authority', ca: true, startTls: false, says: 'complete' },
      { name: 'ldaps without it', ca: false, startTls: false, says: 'is not trusted' },
    ])('$name: $says', async ({ ca, startTls, says }) => {
      const url = startTls ? dc.url : dc.secureUrl;
      expect(await why({ url, startTls, ...(ca ? { ca: dc.ca } : {}) })).toContain(says);
    });

    it('fails with a wrong password, asks later again, and does not repeat it', async () => {
      follower = directory({ bindPassword: 'hunter2-wrong' }).follow();
      const next = await follower.next(START);
      expect(next).toMatchObject({ kind: 'failed', retry: 'later' });
      expect(JSON.stringify(next)).not.toContain('hunter2');
    });

    it.each([20_000, 200_000, 600_000])(
      'fails when the server is killed after %d bytes, and keeps the stored snapshot',
      async (bytes) => {
        const deps = { source: directory(), store: catalog.directory, now: () => START };
        expect((await syncDirectory(deps, { force: true })).outcome).toBe('replaced');
        const before = await catalog.directory.current();
        const proxy = await actingProxy(dc, bytes, () => void dc.kill());
        const url = `ldap://127.0.0.1:${proxy.port}`;
        const record = await syncDirectory({ ...deps, source: directory({ url }) }, { force: true });
        expect(proxy.acted()).toBe(true);
        expect(record.outcome).toBe('failed');
        expect(await catalog.directory.current()).toEqual(before);
        await proxy.close();
        await dc.run();
      },
    );

    it('reads nothing again while nothing changes, and only what changed otherwise', async () => {
      follower = directory().follow();
      expect(await follower.next(START)).toMatchObject({ kind: 'read', extent: 'whole' });
      expect(await follower.next(START + 5_000)).toEqual({ kind: 'current' });
      dc.modify(member('delete', 'ring a', userDn(5)));
      const next = await follower.next(START + 10_000);
      expect(next).toMatchObject({ kind: 'read', extent: 'changes' });
      expect(groupsOf(snapshotOf(next), 'u5')).toEqual(DOMAIN_USER);
    });

    it('keeps the groups of who is renamed, and gives them to no successor, by reading what changed', async () => {
      follower = directory().follow();
      await follower.next(START);
      dc.modify(renamed(userDn(6), 'CN=renamed', UNITS[1]));
      const next = await follower.next(START + 5_000);
      expect(next).toMatchObject({ kind: 'read', extent: 'changes' });
      expect(groupsOf(snapshotOf(next), 'u6')).toEqual(['ring a', 'ring b', ...DOMAIN_USER].sort());
      dc.modify(`dn: CN=renamed,${UNITS[1]}\nchangetype: delete\n`);
      dc.modify(user('renamed', UNITS[1]));
      const after = await follower.next(START + 10_000);
      expect(after).toMatchObject({ kind: 'read', extent: 'changes' });
      expect(groupsOf(snapshotOf(after), 'renamed')).toEqual(DOMAIN_USER);
    });

    it('refuses an account from its expiry on, with nothing changed on the server', async () => {
      follower = directory().follow();
      const first = snapshotOf(await follower.next(START));
      expect(findUser(first, 'temporary')?.enabled).toBe(true);
      expect(await follower.next(START + 89_000)).toEqual({ kind: 'current' });
      const expired = snapshotOf(await follower.next(START + 90_000));
      expect(findUser(expired, 'temporary')?.enabled).toBe(false);
    });

    it('reads everything after a restart of the server, without failing', async () => {
      follower = directory().follow();
      await follower.next(START);
      await dc.kill();
      await dc.run();
      expect(await follower.next(START + 5_000)).toMatchObject({ kind: 'read', extent: 'whole' });
    });

    it('reads everything when somebody is moved into the part that is read', async () => {
      follower = directory({ baseDn: UNITS[1] }).follow();
      await follower.next(START);
      dc.modify(renamed(userDn(3), 'CN=u3', UNITS[1]));
      const next = await follower.next(START + 5_000);
      expect(next).toMatchObject({ kind: 'read', extent: 'whole' });
      expect(findUser(snapshotOf(next), 'u3')).not.toBe(null);
      dc.modify(renamed(userDn(3, UNITS[1]), 'CN=u3', UNITS[0]));
      const gone = await follower.next(START + 10_000);
      expect(gone).toMatchObject({ kind: 'read', extent: 'changes' });
      expect(findUser(snapshotOf(gone), 'u3')).toBe(null);
    });

    it('gives after each of many random changes what reading everything gives', async () => {
      dc.modify(
        [
          unit(`OU=wild,${COMPANY}`),
          unit(`OU=c,OU=wild,${COMPANY}`),
          unit(`OU=d,OU=wild,${COMPANY}`),
          unit(`OU=out,${COMPANY}`),
        ].join('\n'),
      );
      const more = { baseDn: `OU=wild,${COMPANY}` };
      // Somebody must be left, or there is nothing to read.
      dc.modify(user('stays', `OU=wild,${COMPANY}`));
      dc.modify(Array.from({ length: 5 }, (_, n) => user(`w${n}`, WILD[n % 2] ?? '')).join('\n'));
      dc.modify(Array.from({ length: 4 }, (_, n) => group(`g${n}`, 'universal', [], WILD[n % 2])).join('\n'));
      follower = directory(more).follow();
      let snapshot = snapshotOf(await follower.next(START));
      const extents = { whole: 0, changes: 0 };
      let accepted = 0;
      for (const [step, ldif] of fc.sample(change, { numRuns: STEPS, seed: 41 }).entries()) {
        if (!attempt(ldif)) continue;
        accepted += 1;
        const next = await follower.next(START + step * 5_000);
        if (next.kind === 'read') {
          snapshot = next.snapshot;
          extents[next.extent] += 1;
        } else if (next.kind !== 'current') throw new Error(`${ldif}: ${JSON.stringify(next)}`);
        expect([step, ldif, said(snapshot)]).toEqual([step, ldif, said(await read(more))]);
      }
      expect(accepted).toBeGreaterThan(STEPS / 8);
      expect(extents.changes).toBeGreaterThan(2 * extents.whole);
    });
  },
);

const KINDS = [
  ...(['add', 'delete', 'move', 'rename', 'disable', 'relogin', 'join', 'leave'] as const),
  ...(['group', 'ungroup', 'nest', 'unnest', 'regroup', 'move-group', 'move-unit', 'primary'] as const),
];
const WILD = ['c', 'd', 'out'].map((name, n) => `OU=${name},${n < 2 ? 'OU=wild,' : ''}${COMPANY}`);

/** One change, as the server is asked for it; it refuses those that make no sense at the moment. */
function asLdif(kind: (typeof KINDS)[number], n: number, m: number, at: string, to: string): string {
  const [who, other] = [`CN=w${n},${at}`, `CN=w${m},${to}`];
  const name = `g${m}`;
  switch (kind) {
    case 'add':
      return user(`w${n}`, at);
    case 'delete':
      return `dn: ${who}\nchangetype: delete\n`;
    case 'move':
      return renamed(who, `CN=w${n}`, to);
    case 'rename':
      return renamed(who, `CN=w${m}`, at);
    case 'disable':
      return set(who, 'userAccountControl', m % 2 === 0 ? DISABLED : ENABLED);
    case 'relogin':
      return set(who, 'sAMAccountName', `w${m}`);
    case 'join':
      return member('add', name, who, to);
    case 'leave':
      return member('delete', name, who, to);
    case 'group':
      return group(name, 'universal', [], to);
    case 'ungroup':
      return `dn: ${groupDn(name, to)}\nchangetype: delete\n`;
    case 'nest':
      return member('add', name, groupDn(`g${n}`, at), to);
    case 'unnest':
      return member('delete', name, groupDn(`g${n}`, at), to);
    case 'regroup':
      return set(groupDn(name, to), 'groupType', n % 2 === 0 ? TYPE.distribution : TYPE.universal);
    case 'move-group':
      return renamed(groupDn(name, at), `CN=g${n}`, to);
    case 'move-unit':
      return n % 2 === 0
        ? renamed(WILD[1] ?? '', 'OU=d', COMPANY)
        : renamed(`OU=d,${COMPANY}`, 'OU=d', `OU=wild,${COMPANY}`);
    case 'primary':
      return set(other, 'primaryGroupID', 513 + (n % 3));
  }
}

const change = fc
  .tuple(fc.constantFrom(...KINDS), fc.nat(4), fc.nat(4), fc.constantFrom(...WILD), fc.constantFrom(...WILD))
  .map((drawn) => asLdif(...drawn));

function attempt(ldif: string): boolean {
  try {
    dc.modify(ldif);
    return true;
  } catch {
    return false;
  }
}

function sidOf(base64: string): string {
  const sid = readSidBytes(Buffer.from(base64, 'base64'))?.sid;
  if (sid === undefined) throw new Error(`no SID: ${base64}`);
  return sid;
}

function reversed(bytes: Buffer): string {
  return Buffer.from(bytes).reverse().toString('hex');
}
