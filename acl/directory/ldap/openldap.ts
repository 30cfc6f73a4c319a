import { type PrincipalId, principalId } from '../../ids.ts';
import { rdnValue } from './dn.ts';
import { type LdapEntry, textOf, textsOf } from './entry.ts';
import type { LdapAttributes, LdapMapping, Mapped } from './mapping.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** 4294967295 is `(uid_t) -1`: nobody. */
const MAX_POSIX_NUMBER = 4_294_967_294;
/** RFC 4519 3.5 and 3.6: these classes must have a member; one without hides its members from this account. */
const NEVER_EMPTY: Readonly<Record<string, string>> = {
  groupofnames: 'member',
  groupofuniquenames: 'uniqueMember',
};
/** Name and Optional UID (RFC 4517 3.3.21): the bits behind the name tell apart reused names. */
const OPTIONAL_UID = /#'[01]*'B$/;

/** OpenLDAP and others with RFC 4519 (groupOfNames) and RFC 2307 (posixAccount, posixGroup) entries. */
export function openldapMapping({ login = 'uid', name = 'cn' }: LdapAttributes = {}): LdapMapping {
  return {
    userFilter: '(|(objectClass=person)(objectClass=posixAccount))',
    groupFilter: '(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=posixGroup))',
    keyAttribute: 'entryUUID',
    userAttributes: ['entryUUID', login, name, 'uidNumber', 'gidNumber'],
    groupAttributes: ['objectClass', 'entryUUID', 'cn', 'gidNumber', 'member', 'uniqueMember', 'memberUid'],
    binaryAttributes: [],
    rangedAttribute: null,
    names: 'plain',
    changes: 'csn',
    emptyReferrals: [],
    key: keyOf,
    plainName: (dn) => dn,

    toUser(entry) {
      const key = keyOf(entry);
      if (key === null) return noKey(entry);
      const uid = posixNumber(entry, 'uidNumber', 'uid');
      if (!uid.ok) return uid;
      const gid = posixNumber(entry, 'gidNumber', 'gid');
      if (!gid.ok) return gid;
      const logins = textsOf(entry, login).filter((value) => value.trim() !== '');
      const inName = rdnValue(entry.dn, login);
      const isInName = (value: string) => value.toLowerCase() === inName;
      logins.sort((a, b) => Number(isInName(b)) - Number(isInName(a)) || (a < b ? -1 : 1));
      return {
        ok: true,
        value: {
          key,
          dn: entry.dn,
          logins,
          name: textOf(entry, name),
          enabled: true,
          expiresAt: null,
          aliases: uid.value === null ? [] : [uid.value],
          primaryGroup: gid.value,
        },
      };
    },

    toGroup(entry) {
      const key = keyOf(entry);
      if (key === null) return noKey(entry);
      const gid = posixNumber(entry, 'gidNumber', 'gid');
      if (!gid.ok) return gid;
      for (const objectClass of textsOf(entry, 'objectClass')) {
        const attribute = NEVER_EMPTY[objectClass.toLowerCase()];
        if (attribute !== undefined && textOf(entry, attribute) === null) {
          const error = `the members of ${entry.dn} cannot be read: let the account read ${attribute}`;
          return { ok: false, error };
        }
      }
      const unique = textsOf(entry, 'uniqueMember').map((member) => member.replace(OPTIONAL_UID, ''));
      return {
        ok: true,
        value: {
          key,
          dn: entry.dn,
          name: textOf(entry, 'cn') ?? entry.dn,
          aliases: gid.value === null ? [] : [gid.value],
          members: [
            ...[...textsOf(entry, 'member'), ...unique]
              .filter((member) => member.trim() !== '')
              .map((dn) => ({ by: 'name', dn }) as const),
            ...textsOf(entry, 'memberUid').map((login) => ({ by: 'login', login }) as const),
          ],
        },
      };
    },
  };
}

function keyOf(entry: LdapEntry): string | null {
  const key = textOf(entry, 'entryUUID')?.toLowerCase();
  return key !== undefined && UUID.test(key) ? key : null;
}

function noKey(entry: LdapEntry): Mapped<never> {
  return { ok: false, error: `${entry.dn} shows no entryUUID: let the account read entryUUID` };
}

function posixNumber(entry: LdapEntry, attribute: string, prefix: string): Mapped<PrincipalId | null> {
  const values = textsOf(entry, attribute);
  const [text] = values;
  if (text === undefined) return { ok: true, value: null };
  if (values.length > 1 || !/^\d{1,10}$/.test(text) || Number(text) > MAX_POSIX_NUMBER) {
    return {
      ok: false,
      error: `${entry.dn} has no usable ${attribute}: write one number up to ${MAX_POSIX_NUMBER}`,
    };
  }
  return { ok: true, value: principalId(`${prefix}:${Number(text)}`) };
}
