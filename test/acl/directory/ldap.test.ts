import { describe, expect, it } from 'vitest';
import { activeDirectoryMapping } from '../../../acl/directory/ldap/active-directory.ts';
import { foldDn, isWithin, rdnValue } from '../../../acl/directory/ldap/dn.ts';
import { allOfRange, type LdapEntry, rangeOf } from '../../../acl/directory/ldap/entry.ts';
import { openldapMapping } from '../../../acl/directory/ldap/openldap.ts';
import { toSnapshot } from '../../../acl/directory/ldap/to-snapshot.ts';
import { findUser, makeToken, principalId } from '../../../acl/index.ts';

const NOW = Date.UTC(2026, 0, 1);
const BASE = 'DC=corp,DC=test';
const ad = activeDirectoryMapping();
const openldap = openldapMapping();

const GUID = Buffer.from('33221100554477668899aabbccddeeff', 'hex');
/** S-1-5-21-1-2-3-`rid`, as Active Directory stores it. */
const sid = (rid: number) => {
  const bytes = Buffer.from('010500000000000515000000010000000200000003000000', 'hex');
  const last = Buffer.alloc(4);
  last.writeUInt32LE(rid);
  return Buffer.concat([bytes, last]);
};
const guid = (n: number) => Buffer.concat([Buffer.alloc(15), Buffer.from([n])]);

const anna = (more: Partial<LdapEntry> = {}): LdapEntry => ({
  dn: `CN=Anna Berg,OU=Staff,${BASE}`,
  objectGUID: GUID,
  objectSid: sid(1105),
  sIDHistory: [],
  sAMAccountName: 'aberg',
  displayName: 'Anna Berg',
  primaryGroupID: '513',
  userAccountControl: '512',
  accountExpires: '9223372036854775807',
  ...more,
});
const group = (n: number, rid: number, name: string, more: Partial<LdapEntry> = {}): LdapEntry => ({
  dn: `CN=${name},CN=Users,${BASE}`,
  objectGUID: guid(n),
  objectSid: sid(rid),
  sAMAccountName: name,
  cn: name,
  member: [],
  ...more,
});

/** A member as Active Directory names it when asked for extended names. */
const named = (n: number, dn: string) =>
  `<GUID=00000000-0000-0000-0000-0000000000${n.toString(16).padStart(2, '0')}>;<SID=S-1-5-21-1-2-3-4>;${dn}`;

/** The snapshot of literal entries, or why there is none. */
function read(users: readonly LdapEntry[], groups: readonly LdapEntry[], mapping = ad) {
  const people = users.map((entry) => mapping.toUser(entry));
  const circles = groups.map((entry) => mapping.toGroup(entry, null));
  const valid = <T>(mapped: readonly ({ ok: true; value: T } | { ok: false; error: string })[]) =>
    mapped.map((one) => {
      if (!one.ok) throw new Error(one.error);
      return one.value;
    });
  return toSnapshot(valid(people), valid(circles), BASE, NOW).reading;
}

function tokenOf(login: string, reading: ReturnType<typeof read>): string[] {
  if (reading.kind === 'incomplete') throw new Error(reading.detail);
  const user = findUser(reading.snapshot, login);
  if (user === null) throw new Error(`no ${login}`);
  const made = makeToken({ user: user.id, snapshot: reading.snapshot, now: NOW, maxStalenessSeconds: 1 });
  return made.ok
    ? [...made.token.principals].filter((one) => /^(S-1-5-21-|[ug]id:)/.test(one)).sort()
    : [made.refusal.kind];
}

describe('an Active Directory user', () => {
  it('is keyed by objectGUID with its first fields turned round, and has the SID as alias', () => {
    expect(ad.toUser(anna())).toEqual({
      ok: true,
      value: {
        key: '00112233-4455-6677-8899-aabbccddeeff',
        dn: `CN=Anna Berg,OU=Staff,${BASE}`,
        logins: ['aberg'],
        name: 'Anna Berg',
        enabled: true,
        expiresAt: null,
        aliases: ['S-1-5-21-1-2-3-1105'],
        primaryGroup: 'S-1-5-21-1-2-3-513',
      },
    });
  });

  it.each([
    { name: 'a normal account', more: {}, enabled: true },
    { name: 'bit 2 of userAccountControl', more: { userAccountControl: '514' }, enabled: false },
    { name: 'other bits only', more: { userAccountControl: '66048' }, enabled: true },
    { name: 'flags that cannot be read', more: { userAccountControl: [] }, enabled: false },
    { name: 'flags that are no number', more: { userAccountControl: 'x' }, enabled: false },
    { name: 'no expiry', more: { accountExpires: '0' }, enabled: true },
    { name: 'an expiry in 2020', more: { accountExpires: '132223104000000000' }, enabled: false },
    { name: 'an expiry in 2030', more: { accountExpires: '135379296000000000' }, enabled: true },
  ])('with $name is enabled: $enabled', ({ more, enabled }) => {
    const reading = read([anna(more)], []);
    if (reading.kind !== 'complete') throw new Error(reading.detail);
    expect(findUser(reading.snapshot, 'aberg')?.enabled).toBe(enabled);
  });

  it.each([
    { name: 'Administrators', rid: 544, aliases: [] },
    { name: 'Users', rid: 545, aliases: ['S-1-5-32-545'] },
    { name: 'Backup Operators', rid: 551, aliases: [] },
  ])('takes the SID of the built-in group $name for a name elsewhere: $aliases', ({ name, rid, aliases }) => {
    const bytes = Buffer.from('01020000000000052000000000000000', 'hex');
    bytes.writeUInt32LE(rid, 12);
    expect(ad.toGroup(group(1, rid, name, { objectSid: bytes }), [])).toMatchObject({ value: { aliases } });
  });

  it('keeps former SIDs as aliases', () => {
    expect(ad.toUser(anna({ sIDHistory: [sid(7), sid(8)] }))).toMatchObject({
      value: { aliases: ['S-1-5-21-1-2-3-1105', 'S-1-5-21-1-2-3-7', 'S-1-5-21-1-2-3-8'] },
    });
  });

  it.each([
    { name: 'objectGUID', more: { objectGUID: [] } },
    { name: 'objectGUID', more: { objectGUID: GUID.subarray(1) } },
    { name: 'objectSid', more: { objectSid: [] } },
    { name: 'objectSid', more: { objectSid: sid(5).subarray(0, 27) } },
    { name: 'objectSid', more: { sIDHistory: Buffer.from('00', 'hex') } },
    { name: 'primaryGroupID', more: { primaryGroupID: [] } },
  ])('that does not show its $name whole stops the reading', ({ name, more }) => {
    const mapped = ad.toUser(anna(more));
    expect(mapped.ok ? '' : mapped.error).toContain(name);
  });

  it('reads a GUID that the client took for text, and names in any case', () => {
    const text = 'ABCDEFGHIJKLMNOP';
    const { objectGUID: _, ...rest } = anna();
    expect(ad.toUser({ ...rest, OBJECTGUID: text, dn: 'CN=A' })).toMatchObject({
      value: { key: '44434241-4645-4847-494a-4b4c4d4e4f50' },
    });
  });
});

describe('a snapshot of Active Directory', () => {
  it('holds the primary group, which names no members, and the groups that hold it', () => {
    const reading = read(
      [anna()],
      [
        group(1, 513, 'Domain Users'),
        group(2, 2000, 'Readers', { member: named(1, 'cn=was called otherwise') }),
        group(3, 2001, 'Others'),
      ],
    );
    expect(tokenOf('ABERG', reading)).toEqual([1105, 2000, 513].map((rid) => `S-1-5-21-1-2-3-${rid}`));
  });

  it('holds the SID of a primary group that was not found', () => {
    const reading = read([anna()], [group(2, 2000, 'Readers')]);
    expect(tokenOf('aberg', reading)).toEqual(['S-1-5-21-1-2-3-1105', 'S-1-5-21-1-2-3-513']);
    expect(reading.kind === 'complete' && reading.warnings).toEqual([
      '1 primary groups have no entry: S-1-5-21-1-2-3-513',
    ]);
  });

  it.each([
    { name: 'one login', other: { objectSid: sid(9), sAMAccountName: 'ABERG' }, says: 'login ABERG' },
    {
      name: 'one GUID',
      other: { objectGUID: GUID, sAMAccountName: 'b', objectSid: sid(9) },
      says: 'listed twice',
    },
    {
      name: 'one name',
      other: { dn: anna().dn.toLowerCase(), sAMAccountName: 'b', objectSid: sid(9) },
      says: 'two entries are called',
    },
  ])('is incomplete where two users have $name', ({ other, says }) => {
    const second = anna({ dn: `CN=B,${BASE}`, objectGUID: guid(9), ...other });
    const reading = read([anna(), second], []);
    expect(reading.kind === 'incomplete' && reading.detail).toContain(says);
  });

  it.each([
    { name: 'one SID', other: { sAMAccountName: 'b' } },
    {
      name: 'a SID that was once another',
      other: { sAMAccountName: 'b', objectSid: sid(9), sIDHistory: sid(1105) },
    },
  ])('answers neither of two users who have $name, and everybody else', ({ other }) => {
    const second = anna({ dn: `CN=B,${BASE}`, objectGUID: guid(9), ...other });
    const third = anna({
      dn: `CN=C,${BASE}`,
      objectGUID: guid(10),
      sAMAccountName: 'c',
      objectSid: sid(10),
    });
    const reading = read([anna(), second, third], []);
    if (reading.kind !== 'complete') throw new Error(reading.detail);
    const { snapshot } = reading;
    const refusals = ['ABERG', 'b', 'c'].map((login) => {
      const user = findUser(snapshot, login)?.id ?? principalId('nobody');
      const made = makeToken({ user, snapshot, now: snapshot.confirmedAt, maxStalenessSeconds: 60 });
      return made.ok ? null : made.refusal;
    });
    const ambiguous = { kind: 'ambiguous-identity', name: 'S-1-5-21-1-2-3-1105' };
    expect(refusals).toMatchObject([ambiguous, ambiguous, null]);
  });

  it('leaves out users without a login and says so', () => {
    const reading = read(
      [anna(), anna({ dn: `CN=B,${BASE}`, objectGUID: guid(9), objectSid: sid(9), sAMAccountName: [] })],
      [],
    );
    expect(reading.kind === 'complete' && reading.warnings).toContain(
      '1 users have no login and were left out',
    );
  });
});

describe('members in ranges', () => {
  const first = group(1, 1, 'Big', { 'member;range=0-1': ['CN=1', 'CN=2'] });

  it('are asked for until the last range', async () => {
    const asked: number[] = [];
    const members = await allOfRange(first, 'member', async (from) => {
      asked.push(from);
      return from === 2
        ? { dn: first.dn, 'member;range=2-3': ['CN=3', 'CN=4'] }
        : { dn: first.dn, 'Member;Range=4-*': 'CN=5' };
    });
    expect(members).toEqual(['CN=1', 'CN=2', 'CN=3', 'CN=4', 'CN=5']);
    expect(asked).toEqual([2, 4]);
  });

  it('are taken as they are where the server gave all', () => {
    expect(rangeOf({ dn: '', member: ['CN=1', 'CN=2'] }, 'member')).toEqual({
      values: ['CN=1', 'CN=2'],
      next: null,
    });
    expect(
      rangeOf({ dn: '', 'member;range=0-*': 'CN=1', 'memberOf;range=0-1': 'CN=2' }, 'member').values,
    ).toEqual(['CN=1']);
  });

  it('are none where the client shows an empty range, as it does for a group without members', async () => {
    const empty = { dn: '', 'member;range=0-1499': [] };
    expect(await allOfRange(empty, 'member', async () => Promise.reject(new Error('asked')))).toEqual([]);
  });

  it.each([
    { name: 'does not advance', answer: { dn: '', 'member;range=0-1': ['CN=1', 'CN=2'] } },
    { name: 'is empty', answer: { dn: '', 'member;range=2-*': [] } },
  ])('are not whole where a range $name', async ({ answer }) => {
    expect(await allOfRange(first, 'member', async () => answer)).toBe(null);
  });
});

describe('an OpenLDAP entry', () => {
  const uuid = (n: number) => `00000000-0000-0000-0000-00000000000${n}`;
  const user = (n: number, more: Partial<LdapEntry> = {}): LdapEntry => ({
    ...{
      dn: `uid=u${n},${BASE}`,
      entryUUID: uuid(n),
      uid: `u${n}`,
      cn: `U ${n}`,
      uidNumber: `${n}`,
      gidNumber: '100',
    },
    ...more,
  });
  const posix = {
    dn: `cn=all,${BASE}`,
    objectClass: 'posixGroup',
    entryUUID: uuid(8),
    cn: 'all',
    gidNumber: '100',
  };

  it('puts a user into the group of its gidNumber and takes the login of its name', () => {
    const reading = read([user(1, { uid: ['a-former', 'U1'] }), user(2)], [posix], openldap);
    expect(tokenOf('u1', reading)).toEqual(['gid:100', 'uid:1']);
  });

  it('finds members by any of their logins', () => {
    const reading = read(
      [user(1, { uid: ['former', 'u1'], gidNumber: [] })],
      [{ ...posix, memberUid: ['former', 'nobody'] }],
      openldap,
    );
    expect(tokenOf('u1', reading)).toEqual(['gid:100', 'uid:1']);
    expect(reading.kind === 'complete' && reading.warnings).toEqual([
      '1 group members are logins that no user has',
    ]);
  });

  it.each([
    { name: 'no entryUUID', more: { entryUUID: [] } },
    { name: 'a uidNumber of nobody', more: { uidNumber: '4294967295' } },
    { name: 'a uidNumber below zero', more: { uidNumber: '-1' } },
    { name: 'two uidNumbers', more: { uidNumber: ['1', '2'] } },
  ])('with $name stops the reading', ({ more }) => {
    expect(openldap.toUser(user(1, more)).ok).toBe(false);
  });

  it('stops the reading where a group that must have members shows none', () => {
    expect(openldap.toGroup({ ...posix, objectClass: ['top', 'groupOfNames'] }, null).ok).toBe(false);
    expect(openldap.toGroup(posix, null).ok).toBe(true);
  });
});

describe('distinguished names', () => {
  it.each([
    ['CN=Anna Berg,DC=x', 'cn = anna  berg , dc=X'],
    ['cn=a\\,b,dc=x', 'cn=a\\2cb,dc=x'],
    ['cn=G\\C3\\A4ste', 'cn=gäste'],
    ['cn=a+uid=b,dc=x', 'UID=B+CN=A,dc=x'],
  ])('%s is %s', (one, other) => {
    expect(foldDn(one)).not.toBe(null);
    expect(foldDn(one)).toBe(foldDn(other));
  });

  it('that hide a further part in a value are not below it', () => {
    expect(isWithin(foldDn('cn=a\\,dc=x') ?? '', foldDn('dc=x') ?? '')).toBe(false);
    expect(isWithin(foldDn('cn=a\\",dc\\=\\"x') ?? '', foldDn('dc=x') ?? '')).toBe(false);
    expect(isWithin(foldDn('cn=a,dc=x') ?? '', foldDn('DC=X') ?? '')).toBe(true);
  });

  it.each(['a', 'cn=a,', 'cn=a,,dc=x', '=a', 'cn=\\ff', 'cn=a+'])('%s is none', (text) => {
    expect(foldDn(text)).toBe(null);
  });

  it('give the value of their first part', () => {
    expect(rdnValue('cn=x+uid=An\\,na,ou=y', 'uid')).toBe('an,na');
    expect(rdnValue('cn=x,uid=y', 'uid')).toBe(null);
  });
});
