import { type PrincipalId, principalId } from '../../ids.ts';
import { type DirectoryGroup, type DirectoryUser, foldLogin } from '../snapshot.ts';
import type { DirectoryReading } from '../source.ts';
import { foldDn, isWithin } from './dn.ts';
import type { LdapGroup, LdapUser } from './mapping.ts';

/** A reading, and how many members below the base nobody answers to: a sign that entries moved meanwhile. */
export interface LdapSnapshot {
  readonly reading: DirectoryReading;
  readonly strangers: number;
}

/**
 * Makes a snapshot of users and groups with their direct members. A name is never taken for identity: whatever
 * two entries share makes the reading incomplete where it names members (a login, a DN); a uid, gid or SID that two
 * share leaves both unanswered (`makeToken`).
 *
 * A primary group that is not among the groups still becomes one, known by its number or SID alone: without it
 * an entry that denies that group would not meet its members.
 */
export function toSnapshot(
  people: readonly LdapUser[],
  circles: readonly LdapGroup[],
  baseDn: string,
  now: number,
): LdapSnapshot {
  const users = new Map<PrincipalId, DirectoryUser>();
  const groups = new Map<PrincipalId, DirectoryGroup>();
  const groupsOf = new Map<PrincipalId, PrincipalId[]>();
  const byDn = new Map<string, PrincipalId[]>();
  const byKey = new Map<string, PrincipalId | null>();
  const byLogin = new Map<string, PrincipalId>();
  const byAlias = new Map<PrincipalId, PrincipalId>();
  const base = foldDn(baseDn) ?? '';
  const count = { nameless: 0, elsewhere: 0, strangers: 0, unnamed: 0 };
  const incomplete = (detail: string): LdapSnapshot => ({
    reading: { kind: 'incomplete', detail },
    strangers: 0,
  });
  const addMember = (member: PrincipalId, group: PrincipalId) => {
    const known = groupsOf.get(member);
    if (known === undefined) groupsOf.set(member, [group]);
    else if (!known.includes(group)) known.push(group);
  };
  const claim = (aliases: readonly PrincipalId[], owner: PrincipalId): void => {
    for (const alias of aliases) if (!byAlias.has(alias)) byAlias.set(alias, owner);
  };
  /** Undefined for somebody unknown; nobody for a user who is known and left out. */
  const keyed = (key: string): readonly PrincipalId[] | undefined => {
    const id = byKey.get(key);
    return id === undefined ? undefined : id === null ? [] : [id];
  };
  const place = (dn: string, id: PrincipalId, room: ReadonlyMap<PrincipalId, unknown>): string | null => {
    if (room.has(id)) return `${dn} was listed twice: it moved while the directory was read, sync again`;
    const folded = foldDn(dn);
    if (folded === null) return `${dn} is no distinguished name that can be compared: rename the entry`;
    const there = byDn.get(folded) ?? [];
    if (there.some((other) => room.has(other))) return `two entries are called ${dn}: rename one`;
    byDn.set(folded, [...there, id]);
    return null;
  };

  for (const person of people) {
    const id = principalId(`user:${person.key}`);
    const [login] = person.logins;
    if (login === undefined) {
      count.nameless += 1;
      byKey.set(person.key, null);
      byDn.set(foldDn(person.dn) ?? person.dn, []);
      continue;
    }
    const misplaced = place(person.dn, id, users);
    if (misplaced !== null) return incomplete(misplaced);
    byKey.set(person.key, id);
    for (const one of person.logins) {
      const folded = foldLogin(one);
      const owner = byLogin.get(folded);
      if (owner !== undefined && owner !== id)
        return incomplete(`login ${one} belongs to two users: rename one or narrow userFilter`);
      byLogin.set(folded, id);
    }
    claim(person.aliases, id);
    const { aliases } = person;
    const enabled = person.enabled && (person.expiresAt === null || person.expiresAt > now);
    users.set(id, { id, login, name: person.name ?? login, enabled, aliases });
  }
  if (users.size === 0)
    return incomplete(`no user was found below ${baseDn}: check baseDn, userFilter and the rights of bindDn`);

  for (const circle of circles) {
    const id = principalId(`group:${circle.key}`);
    const misplaced = place(circle.dn, id, groups);
    if (misplaced !== null) return incomplete(misplaced);
    byKey.set(circle.key, id);
    claim(circle.aliases, id);
    groups.set(id, { id, name: circle.name, aliases: circle.aliases });
  }
  for (const circle of circles) {
    const id = principalId(`group:${circle.key}`);
    for (const member of circle.members) {
      if (member.by === 'login') {
        const known = byLogin.get(foldLogin(member.login));
        if (known === undefined) count.unnamed += 1;
        else addMember(known, id);
        continue;
      }
      const folded = foldDn(member.dn);
      const known = member.by === 'key' ? keyed(member.key) : folded === null ? undefined : byDn.get(folded);
      for (const one of known ?? []) addMember(one, id);
      if (known !== undefined) continue;
      if (folded === null || isWithin(folded, base)) count.strangers += 1;
      else count.elsewhere += 1;
    }
  }
  const made = new Set<PrincipalId>();
  for (const person of people) {
    const id = principalId(`user:${person.key}`);
    const alias = person.primaryGroup;
    if (alias === null || !users.has(id)) continue;
    let group = byAlias.get(alias);
    // Where a person has it too, the group bears it besides: then it is ambiguous, and whom it concerns is refused.
    if (group === undefined || !groups.has(group)) {
      group = principalId(`group:${alias}`);
      groups.set(group, { id: group, name: alias, aliases: [alias] });
      byAlias.set(alias, group);
      made.add(alias);
    }
    addMember(id, group);
  }

  const warnings = [
    count.nameless > 0 && `${count.nameless} users have no login and were left out`,
    count.strangers > 0 && `${count.strangers} group members are neither known users nor known groups`,
    count.elsewhere > 0 && `${count.elsewhere} group members are outside ${baseDn} and were left out`,
    count.unnamed > 0 && `${count.unnamed} group members are logins that no user has`,
    made.size > 0 && `${made.size} primary groups have no entry: ${[...made].slice(0, 5).join(', ')}`,
    groups.size === 0 && 'the directory has no groups',
  ].filter((text) => text !== false);
  const snapshot = { users, groups, groupsOf, confirmedAt: now };
  return {
    reading: { kind: 'complete', snapshot, warnings },
    strangers: count.strangers + count.unnamed,
  };
}
