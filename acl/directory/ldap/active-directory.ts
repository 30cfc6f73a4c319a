import { type PrincipalId, principalId } from '../../ids.ts';
import { readSidBytes } from '../../windows/sid.ts';
import { bytesOf, type LdapEntry, textOf, textsOf } from './entry.ts';
import type { LdapAttributes, LdapMapping, LdapMember, Mapped } from './mapping.ts';

/** userAccountControl ([MS-ADTS] 2.2.16). */
const ACCOUNT_DISABLED = 0x2;
/** accountExpires ([MS-ADA1] 2.4): 100 ns since 1601; both ends mean never. */
const NEVER = new Set([0n, 0x7fff_ffff_ffff_ffffn]);
const FILETIME_OF_EPOCH = 116_444_736_000_000_000n;
/** 1.2.840.113556.1.4.803 is "all these bits"; the highest of groupType makes it a security group. */
const SECURITY_GROUPS = '(&(objectClass=group)(groupType:1.2.840.113556.1.4.803:=2147483648))';

/**
 * Active Directory and Samba's AD. Distribution groups are no part of a Windows token and are left out; former
 * SIDs (sIDHistory) are, and are kept as aliases.
 */
export function activeDirectoryMapping({
  login = 'sAMAccountName',
  name = 'displayName',
}: LdapAttributes = {}): LdapMapping {
  return {
    userFilter: '(&(objectCategory=person)(objectClass=user))',
    groupFilter: SECURITY_GROUPS,
    keyAttribute: 'objectGUID',
    userAttributes: [
      ...['objectGUID', 'objectSid', 'sIDHistory', login, name],
      ...['primaryGroupID', 'userAccountControl', 'accountExpires', 'uSNCreated'],
    ],
    groupAttributes: [
      ...['objectGUID', 'objectSid', 'sIDHistory', 'sAMAccountName', 'cn'],
      ...['member;range=0-1499', 'uSNCreated'],
    ],
    binaryAttributes: ['objectGUID', 'objectSid', 'sIDHistory'],
    rangedAttribute: 'member',
    names: 'extended',
    changes: 'usn',
    emptyReferrals: ['dc=domaindnszones', 'dc=forestdnszones', 'cn=configuration'],
    key: keyOf,
    plainName: (dn) => splitName(dn).dn,

    toUser(entry) {
      const key = keyOf(entry);
      const sids = sidsOf(entry);
      if (key === null || sids === null) return unreadable(entry, 'objectGUID and objectSid');
      const rid = textOf(entry, 'primaryGroupID');
      if (rid === null || !/^\d{1,10}$/.test(rid)) return unreadable(entry, 'primaryGroupID');
      const expiry = expiryOf(entry);
      return {
        ok: true,
        value: {
          key,
          dn: entry.dn,
          logins: textsOf(entry, login).filter((value) => value.trim() !== ''),
          name: textOf(entry, name) ?? textOf(entry, 'cn'),
          enabled: isEnabled(entry) && expiry !== 'unreadable',
          expiresAt: expiry === 'unreadable' ? null : expiry,
          aliases: sids,
          primaryGroup: inDomainOf(sids[0], Number(rid)),
        },
      };
    },

    toGroup(entry, members) {
      const key = keyOf(entry);
      const sids = sidsOf(entry);
      if (key === null || sids === null) return unreadable(entry, 'objectGUID and objectSid');
      const { dn } = splitName(entry.dn);
      const keyed: LdapMember[] = [];
      for (const member of members ?? textsOf(entry, 'member')) {
        const split = splitName(member);
        if (split.key === null) return { ok: false, error: `${dn} names members without their objectGUID` };
        keyed.push({ by: 'key', key: split.key, dn: split.dn });
      }
      const name = textOf(entry, 'sAMAccountName') ?? textOf(entry, 'cn') ?? dn;
      return { ok: true, value: { key, dn, name, aliases: sids.filter(holdsElsewhere), members: keyed } };
    },
  };
}

/** objectGUID as text ([MS-DTYP] 2.3.4.2): its first three fields are little-endian. */
function keyOf(entry: LdapEntry): string | null {
  const [guid, ...more] = bytesOf(entry, 'objectGUID');
  if (guid?.length !== 16 || more.length > 0) return null;
  const fields = [
    guid.readUInt32LE(0).toString(16).padStart(8, '0'),
    guid.readUInt16LE(4).toString(16).padStart(4, '0'),
    guid.readUInt16LE(6).toString(16).padStart(4, '0'),
    guid.toString('hex', 8, 10),
    guid.toString('hex', 10),
  ];
  return fields.join('-');
}

/** The SID first, then former ones; null when one of them is not whole or the first is missing. */
function sidsOf(entry: LdapEntry): readonly [PrincipalId, ...PrincipalId[]] | null {
  const current = bytesOf(entry, 'objectSid');
  const sids: PrincipalId[] = [];
  for (const bytes of [...current, ...bytesOf(entry, 'sIDHistory')]) {
    const read = readSidBytes(bytes);
    if (read === null || read.size !== bytes.length) return null;
    if (!sids.includes(read.sid)) sids.push(read.sid);
  }
  const [first, ...former] = sids;
  return current.length !== 1 || first === undefined ? null : [first, ...former];
}

const BUILT_IN = 'S-1-5-32-';
const BUILT_IN_USERS = principalId(`${BUILT_IN}545`);

/**
 * Whether a SID means the same group on a file server. A controller's built-in groups (Administrators, Backup
 * Operators) are its own: a file server has others of the same SIDs, with other members. Only Users holds everybody
 * of the domain on both.
 */
function holdsElsewhere(sid: PrincipalId): boolean {
  return !sid.startsWith(BUILT_IN) || sid === BUILT_IN_USERS;
}

/** The SID with its last part, which is unique within the domain, replaced. */
function inDomainOf(sid: PrincipalId, rid: number): PrincipalId {
  return principalId(`${sid.slice(0, sid.lastIndexOf('-'))}-${rid}`);
}

/** An account whose flags cannot be read counts as disabled. */
function isEnabled(entry: LdapEntry): boolean {
  const flags = textOf(entry, 'userAccountControl');
  return flags !== null && /^-?\d+$/.test(flags) && (Number(flags) & ACCOUNT_DISABLED) === 0;
}

function expiryOf(entry: LdapEntry): number | null | 'unreadable' {
  const text = textOf(entry, 'accountExpires') ?? '0';
  if (!/^\d{1,20}$/.test(text)) return 'unreadable';
  const at = BigInt(text);
  return NEVER.has(at) ? null : Number((at - FILETIME_OF_EPOCH) / 10_000n);
}

const EXTENDED = /^<GUID=([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})>;(?:<[^>]*>;)*/i;

/** `<GUID=…>;<SID=…>;CN=…` ([MS-ADTS] 3.1.1.3.4.1.5) as key and name; the key is null in a plain name. */
function splitName(text: string): { readonly key: string | null; readonly dn: string } {
  const found = EXTENDED.exec(text);
  return found === null
    ? { key: null, dn: text }
    : { key: found[1]?.toLowerCase() ?? null, dn: text.slice(found[0].length) };
}

function unreadable(entry: LdapEntry, attributes: string): Mapped<never> {
  return {
    ok: false,
    error: `${attributes} of ${splitName(entry.dn).dn} cannot be read: let the account read them`,
  };
}
