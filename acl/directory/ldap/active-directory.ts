import { type PrincipalId, principalId } from '../../ids.ts';
import { readSidBytes } from '../../windows/sid.ts';
import { bytesOf, type LdapEntry, textOf, textsOf } from './entry.ts';
import type { LdapAttributes, LdapMapping, Mapped } from './mapping.ts';

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
      ...['primaryGroupID', 'userAccountControl', 'accountExpires'],
    ],
    groupAttributes: ['objectGUID', 'objectSid', 'sIDHistory', 'sAMAccountName', 'cn', 'member;range=0-1499'],
    binaryAttributes: ['objectGUID', 'objectSid', 'sIDHistory'],
    rangedAttribute: 'member',
    emptyReferrals: ['dc=domaindnszones', 'dc=forestdnszones', 'cn=configuration'],
    key: keyOf,

    toUser(entry, now) {
      const key = keyOf(entry);
      const sids = sidsOf(entry);
      if (key === null || sids === null) return unreadable(entry, 'objectGUID and objectSid');
      const rid = textOf(entry, 'primaryGroupID');
      if (rid === null || !/^\d{1,10}$/.test(rid)) return unreadable(entry, 'primaryGroupID');
      return {
        ok: true,
        value: {
          key,
          dn: entry.dn,
          logins: textsOf(entry, login).filter((value) => value.trim() !== ''),
          name: textOf(entry, name) ?? textOf(entry, 'cn'),
          enabled: isEnabled(entry, now),
          aliases: sids,
          primaryGroup: inDomainOf(sids[0], Number(rid)),
        },
      };
    },

    toGroup(entry, members) {
      const key = keyOf(entry);
      const sids = sidsOf(entry);
      if (key === null || sids === null) return unreadable(entry, 'objectGUID and objectSid');
      return {
        ok: true,
        value: {
          key,
          dn: entry.dn,
          name: textOf(entry, 'sAMAccountName') ?? textOf(entry, 'cn') ?? entry.dn,
          aliases: sids,
          memberDns: members ?? textsOf(entry, 'member'),
          memberLogins: [],
        },
      };
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

/** The SID with its last part, which is unique within the domain, replaced. */
function inDomainOf(sid: PrincipalId, rid: number): PrincipalId {
  return principalId(`${sid.slice(0, sid.lastIndexOf('-'))}-${rid}`);
}

/** An account whose flags or expiry cannot be read counts as disabled. */
function isEnabled(entry: LdapEntry, now: number): boolean {
  const flags = textOf(entry, 'userAccountControl');
  if (flags === null || !/^-?\d+$/.test(flags)) return false;
  if ((Number(flags) & ACCOUNT_DISABLED) !== 0) return false;
  const expires = textOf(entry, 'accountExpires') ?? '0';
  if (!/^\d{1,20}$/.test(expires)) return false;
  const at = BigInt(expires);
  return NEVER.has(at) || (at - FILETIME_OF_EPOCH) / 10_000n > BigInt(Math.floor(now));
}

function unreadable(entry: LdapEntry, attributes: string): Mapped<never> {
  return { ok: false, error: `${attributes} of ${entry.dn} cannot be read: let the account read them` };
}
