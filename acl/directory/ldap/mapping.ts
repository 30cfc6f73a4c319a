import type { PrincipalId } from '../../ids.ts';
import type { LdapEntry } from './entry.ts';

/** A person as read from one entry. */
export interface LdapUser {
  /** UUID that survives a rename. */
  readonly key: string;
  readonly dn: string;
  /** Best one first; empty when the entry has none. */
  readonly logins: readonly string[];
  readonly name: string | null;
  readonly enabled: boolean;
  /** From this time on, in milliseconds since the epoch, the account counts as disabled; null for never. */
  readonly expiresAt: number | null;
  readonly aliases: readonly PrincipalId[];
  /** Alias of the group that the entry of the person names (`gid:100`, a SID) instead of being named by it. */
  readonly primaryGroup: PrincipalId | null;
}

/** How a group names a member. A name changes meaning when entries move, a key does not. */
export type LdapMember =
  | { readonly by: 'name'; readonly dn: string }
  | { readonly by: 'login'; readonly login: string }
  | { readonly by: 'key'; readonly key: string; readonly dn: string };

/** A group as read from one entry, with its direct members as they are written there. */
export interface LdapGroup {
  readonly key: string;
  readonly dn: string;
  readonly name: string;
  readonly aliases: readonly PrincipalId[];
  readonly members: readonly LdapMember[];
}

/** An entry read, or in plain words why it cannot be used and how to mend it. */
export type Mapped<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: string };

/** Another attribute than the usual one for the login or the label. */
export interface LdapAttributes {
  readonly login?: string;
  readonly name?: string;
}

/** What one kind of server calls things. Nothing outside its own file knows which kind it is. */
export interface LdapMapping {
  readonly userFilter: string;
  readonly groupFilter: string;
  readonly keyAttribute: string;
  readonly userAttributes: readonly string[];
  readonly groupAttributes: readonly string[];
  readonly binaryAttributes: readonly string[];
  /** Attribute that is handed out in ranges; null where the server gives all values at once. */
  readonly rangedAttribute: string | null;
  /** `extended`: groups are asked to name themselves and their members with their keys. */
  readonly names: 'plain' | 'extended';
  /** Which numbers say what changed, where the server keeps them. */
  readonly changes: 'usn' | 'csn';
  /** RDNs of parts of the tree that a search of the root points to and that hold no users and groups. */
  readonly emptyReferrals: readonly string[];
  key(entry: LdapEntry): string | null;
  /** A name as people write it. */
  plainName(dn: string): string;
  toUser(entry: LdapEntry): Mapped<LdapUser>;
  /** `members` is given where the ranged attribute was collected. */
  toGroup(entry: LdapEntry, members: readonly string[] | null): Mapped<LdapGroup>;
}
