import type { PrincipalId } from '../ids.ts';
import { loginName, namesOf } from './names.ts';
import type { DirectoryGroup, DirectorySnapshot } from './snapshot.ts';

/** Who bears each name of a snapshot: aliases, and logins as `login:NAME`. */
export interface Bearers {
  /** Ids of the users and groups that bear a name; one, where all is well. */
  of(name: PrincipalId): readonly PrincipalId[];
  /** The names that two or more bear. Nobody may act under any of them. */
  readonly ambiguous: ReadonlyMap<PrincipalId, readonly PrincipalId[]>;
}

/** A token is made at every question: who bears what is worked out once for the maps of a snapshot. */
const known = new WeakMap<
  DirectorySnapshot['users'],
  { groups: DirectorySnapshot['groups']; found: Bearers }
>();

/** Who bears each name of a snapshot. Disabled users count: a number that was given again is still theirs. */
export function bearers({ users, groups }: DirectorySnapshot): Bearers {
  const remembered = known.get(users);
  if (remembered?.groups === groups) return remembered.found;
  const found = find(users, groups);
  known.set(users, { groups, found });
  return found;
}

function find(users: DirectorySnapshot['users'], groups: ReadonlyMap<PrincipalId, DirectoryGroup>): Bearers {
  // One id for a name, since nearly every name has one: a list for each would cost more than all the rest.
  const first = new Map<PrincipalId, PrincipalId>();
  const ambiguous = new Map<PrincipalId, PrincipalId[]>();
  const claim = (name: PrincipalId, id: PrincipalId): void => {
    const other = first.get(name);
    if (other === undefined) first.set(name, id);
    else if (other !== id) {
      const several = ambiguous.get(name);
      if (several === undefined) ambiguous.set(name, [other, id]);
      // All names of one entry come in a row.
      else if (several.at(-1) !== id) several.push(id);
    }
  };
  for (const user of users.values()) {
    claim(loginName(user.login), user.id);
    for (const name of namesOf(user)) claim(name, user.id);
  }
  for (const group of groups.values()) for (const name of namesOf(group)) claim(name, group.id);
  return {
    of: (name) => {
      const id = first.get(name);
      return ambiguous.get(name) ?? (id === undefined ? [] : [id]);
    },
    ambiguous,
  };
}

/** How many ids stand in one sentence. */
const SHOWN = 5;

/** Ids of those who bear one name, in words; the first few of many. */
export function bearersText(ids: readonly PrincipalId[]): string {
  const more = ids.length - SHOWN;
  return more > 0 ? `${ids.slice(0, SHOWN).join(', ')} and ${more} more` : ids.join(' and ');
}

/** One sentence for each ambiguous name, with its mend. */
export function ambiguityWarnings(snapshot: DirectorySnapshot): string[] {
  return [...bearers(snapshot).ambiguous].map(
    ([name, ids]) =>
      `${name} belongs to ${bearersText(ids)}: nobody whom it concerns is answered until only one has it`,
  );
}
