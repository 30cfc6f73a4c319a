import { isDeepStrictEqual } from 'node:util';
import { type ChangeMark, isNewSince, type Since } from './change-mark.ts';
import { type LdapConnection, type LdapResult, PartialAnswer } from './connection.ts';
import { ExtendedNames } from './controls.ts';
import { allOfRange, type LdapEntry } from './entry.ts';
import type { LdapGroup, LdapMapping, LdapUser, Mapped } from './mapping.ts';

/** Users and groups by key. */
export interface LdapContents {
  readonly users: ReadonlyMap<string, LdapUser>;
  readonly groups: ReadonlyMap<string, LdapGroup>;
}

/** What is read, and how it is called there. */
export interface LdapRoom {
  readonly connection: LdapConnection;
  readonly mapping: LdapMapping;
  readonly baseDn: string;
  readonly pageSize: number;
}

/** An entry as read, and what was made of it. */
interface Read<T> {
  readonly entry: LdapEntry;
  readonly value: T;
}

type Kind = 'users' | 'groups';

/**
 * Reads every user and group.
 * @throws {PartialAnswer} for anything less, and for an entry that stood in two places meanwhile
 */
export async function readContents(room: LdapRoom): Promise<LdapContents> {
  const users = await readUsers(room, null);
  const groups = await readGroups(room, null);
  return { users: byKey(users), groups: byKey(groups) };
}

/**
 * What the contents of a moment ago have become; null where the changes alone cannot tell, so that all is to be
 * read. `differs` is false when they still are what they were.
 *
 * Who is there now, and where, is listed by key: an account that may read users sees no deleted ones, and what
 * is moved with its parent does not count as changed.
 */
export async function readChanges(
  room: LdapRoom,
  before: LdapContents,
  mark: ChangeMark,
  since: Extract<Since, { kind: 'changes' }>,
): Promise<{ readonly contents: LdapContents; readonly differs: boolean } | null> {
  const users = await readUsers(room, since.users);
  const groups = await readGroups(room, since.groups);
  const userPlaces = await listPlaces(room, 'users');
  const groupPlaces =
    since.groups === null
      ? new Map(groups.map(({ value }) => [value.key, value.dn]))
      : await listPlaces(room, 'groups');
  const nextUsers = merge(before.users, users, userPlaces, mark);
  const nextGroups = merge(since.groups === null ? new Map() : before.groups, groups, groupPlaces, mark);
  if (nextUsers === null || nextGroups === null) return null;
  const differs = !same(before.users, nextUsers) || !same(before.groups, nextGroups);
  return { contents: { users: nextUsers, groups: nextGroups }, differs };
}

/** Who stands where now, as one comparable text. */
export async function readPlaces(room: LdapRoom): Promise<string> {
  const places = [await listPlaces(room, 'users'), await listPlaces(room, 'groups')];
  return placesText(places.flatMap((place) => [...place]));
}

/** The same text, of contents that were read. */
export function placesOf({ users, groups }: LdapContents): string {
  return placesText([...users.values(), ...groups.values()].map(({ key, dn }) => [key, dn]));
}

function placesText(places: readonly (readonly [string, string])[]): string {
  return places
    .map(([key, dn]) => `${key} ${dn}\n`)
    .sort()
    .join('');
}

async function readUsers(room: LdapRoom, changed: string | null): Promise<Read<LdapUser>[]> {
  const { userFilter, userAttributes } = room.mapping;
  const { entries } = await search(room, both(changed, userFilter), userAttributes, 'plain');
  return entries.map((entry) => ({ entry, value: usable(room.mapping.toUser(entry)) }));
}

async function readGroups(room: LdapRoom, changed: string | null): Promise<Read<LdapGroup>[]> {
  const { connection, mapping } = room;
  const { groupFilter, groupAttributes, rangedAttribute, names } = mapping;
  const { entries } = await search(room, both(changed, groupFilter), groupAttributes, names);
  const groups: Read<LdapGroup>[] = [];
  for (const entry of entries) {
    const members =
      rangedAttribute === null
        ? null
        : await allOfRange(entry, rangedAttribute, (from) =>
            connection.readOne(names === 'extended' ? `<GUID=${mapping.key(entry)}>` : entry.dn, {
              attributes: [`${rangedAttribute};range=${from}-*`],
              controls: names === 'extended' ? [new ExtendedNames()] : [],
            }),
          );
    if (rangedAttribute !== null && members === null)
      throw new PartialAnswer(`not all members of ${mapping.plainName(entry.dn)} were given: sync again`);
    groups.push({ entry, value: usable(mapping.toGroup(entry, members)) });
  }
  return groups;
}

/** The name of each entry now, by key. */
async function listPlaces(room: LdapRoom, kind: Kind): Promise<Map<string, string>> {
  const { mapping } = room;
  const filter = kind === 'users' ? mapping.userFilter : mapping.groupFilter;
  const { entries } = await search(room, filter, [mapping.keyAttribute], 'plain');
  const places = new Map<string, string>();
  for (const entry of entries) {
    const key = mapping.key(entry);
    if (key === null)
      throw new PartialAnswer(`${entry.dn} shows no ${mapping.keyAttribute}: let the account read it`);
    if (places.has(key)) throw listedTwice(entry.dn);
    places.set(key, entry.dn);
  }
  return places;
}

async function search(
  { connection, mapping, baseDn, pageSize }: LdapRoom,
  filter: string,
  attributes: readonly string[],
  names: LdapMapping['names'],
): Promise<LdapResult> {
  const { binaryAttributes, emptyReferrals } = mapping;
  const controls = names === 'extended' ? [new ExtendedNames()] : [];
  const result = await connection.searchAll(baseDn, {
    filter,
    attributes,
    binaryAttributes,
    pageSize,
    controls,
  });
  for (const url of result.referrals) {
    const path = URL.parse(url)?.pathname.slice(1).toLowerCase() ?? '';
    if (emptyReferrals.some((rdn) => path.startsWith(`${rdn},`))) continue;
    throw new PartialAnswer(
      `a part of ${baseDn} is on another server (${url}): narrow baseDn or ask that one`,
    );
  }
  return result;
}

/** Those that are there now: as they changed, else as they were, each under its present name. */
function merge<T extends { readonly key: string; readonly dn: string }>(
  before: ReadonlyMap<string, T>,
  changed: readonly Read<T>[],
  places: ReadonlyMap<string, string>,
  mark: ChangeMark,
): Map<string, T> | null {
  const known = new Map(before);
  for (const { entry, value } of changed) {
    if (!before.has(value.key) && !isNewSince(entry, mark)) return null;
    known.set(value.key, value);
  }
  const now = new Map<string, T>();
  for (const [key, dn] of places) {
    const value = known.get(key);
    if (value === undefined) return null;
    now.set(key, value.dn === dn ? value : { ...value, dn });
  }
  return now;
}

function same<T>(before: ReadonlyMap<string, T>, now: ReadonlyMap<string, T>): boolean {
  if (before.size !== now.size) return false;
  for (const [key, value] of now) {
    const old = before.get(key);
    if (old !== value && !isDeepStrictEqual(old, value)) return false;
  }
  return true;
}

function byKey<T extends { readonly key: string; readonly dn: string }>(
  read: readonly Read<T>[],
): Map<string, T> {
  const found = new Map<string, T>();
  for (const { value } of read) {
    if (found.has(value.key)) throw listedTwice(value.dn);
    found.set(value.key, value);
  }
  return found;
}

function usable<T>(mapped: Mapped<T>): T {
  if (!mapped.ok) throw new PartialAnswer(mapped.error);
  return mapped.value;
}

function both(changed: string | null, filter: string): string {
  return changed === null ? filter : `(&${changed}${filter.startsWith('(') ? filter : `(${filter})`})`;
}

function listedTwice(dn: string): PartialAnswer {
  return new PartialAnswer(`${dn} was listed twice: it moved while the directory was read, sync again`);
}
