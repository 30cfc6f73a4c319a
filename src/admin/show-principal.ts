import {
  bearers,
  type DirectoryGroup,
  type DirectorySnapshot,
  type DirectoryUser,
  findUser,
  groupsReached,
  namesOf,
  type PrincipalId,
  principalId,
  type TokenResult,
} from '../../acl/index.ts';
import { refusalText } from './refusal-text.ts';

/** A name of a person or group in one system. */
export interface ShownName {
  readonly name: string;
  /** Who says so; nobody where it follows from another name (a Samba SID from a uid). */
  readonly from: readonly ('directory' | 'identities')[];
  /** Ids of others who bear it too; with any, nobody whom it concerns is answered. */
  readonly sharedWith: readonly string[];
}

/** A group that a person or group is in. */
export interface ShownGroup {
  readonly id: string;
  readonly name: string;
  /** From the person or group to this one, both included. */
  readonly path: readonly string[];
  readonly names: readonly ShownName[];
}

/** How old what is shown is. */
interface Age {
  /** ISO time when the directory was last known to be so. */
  readonly confirmed: string;
  readonly ageSeconds: number;
  readonly stale: boolean;
}

export interface ShownPerson extends Age {
  readonly kind: 'user';
  readonly id: string;
  readonly login: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly externalId: string | null;
  readonly names: readonly ShownName[];
  /** All, transitively; those that an identity provider says at sign-in are not among them. */
  readonly groups: readonly ShownGroup[];
  /** Why they are not answered; null when they are. */
  readonly refusal: { readonly kind: string; readonly detail: string } | null;
}

export interface ShownCircle extends Age {
  readonly kind: 'group';
  readonly id: string;
  readonly name: string;
  readonly externalId: string | null;
  readonly names: readonly ShownName[];
  /** Direct ones. */
  readonly members: {
    readonly users: readonly {
      readonly id: string;
      readonly login: string;
      readonly name: string;
      readonly enabled: boolean;
    }[];
    readonly groups: readonly { readonly id: string; readonly name: string }[];
  };
  /** Groups that it is in, transitively. */
  readonly groups: readonly ShownGroup[];
}

/** Whom a word of the operator means. */
export type Meant =
  | { readonly kind: 'user'; readonly user: DirectoryUser }
  | { readonly kind: 'group'; readonly group: DirectoryGroup }
  | { readonly kind: 'several'; readonly ids: readonly PrincipalId[] }
  | { readonly kind: 'nobody' };

/** Whom a login, an id with or without its kind, or a name of another system means; a login comes first. */
export function whoIsMeant(snapshot: DirectorySnapshot, word: string): Meant {
  const user = findUser(snapshot, word);
  if (user !== null) return { kind: 'user', user };
  const { of, ambiguous } = bearers(snapshot);
  const logins = ambiguous.get(principalId(`login:${word.normalize('NFC').toLowerCase()}`));
  if (logins !== undefined) return { kind: 'several', ids: logins };
  const named = of(principalId(word));
  if (named.length > 1) return { kind: 'several', ids: named };
  for (const id of [word, `group:${word}`, `user:${word}`, ...named].map(principalId)) {
    const found = snapshot.users.get(id);
    if (found !== undefined) return { kind: 'user', user: found };
    const group = snapshot.groups.get(id);
    if (group !== undefined) return { kind: 'group', group };
  }
  return { kind: 'nobody' };
}

export interface ShowDeps {
  readonly snapshot: DirectorySnapshot;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly maxStalenessSeconds: number;
}

/** A person with every name and group, and why they are refused when they are. `made` is their token as of now. */
export function showPerson(deps: ShowDeps, user: DirectoryUser, made: TokenResult): ShownPerson {
  const { id, login, name, enabled, externalId = null } = user;
  const refusal = made.ok ? null : { kind: made.refusal.kind, detail: refusalText(made.refusal) };
  return {
    kind: 'user',
    id,
    login,
    name,
    enabled,
    externalId,
    names: shownNames(deps.snapshot, user),
    groups: shownGroups(deps.snapshot, id),
    refusal,
    ...ageOf(deps),
  };
}

/** A group with its direct members, every name, and the groups that it is in. */
export function showGroup(deps: ShowDeps, group: DirectoryGroup): ShownCircle {
  const { snapshot } = deps;
  const { id, name, externalId = null } = group;
  const members = [...snapshot.groupsOf]
    .filter(([, groups]) => groups.includes(id))
    .map(([member]) => member);
  const users = members.flatMap((member) => {
    const found = snapshot.users.get(member);
    return found === undefined
      ? []
      : [{ id: found.id, login: found.login, name: found.name, enabled: found.enabled }];
  });
  const groups = members.flatMap((member) => {
    const found = snapshot.groups.get(member);
    return found === undefined ? [] : [{ id: found.id, name: found.name }];
  });
  return {
    kind: 'group',
    id,
    name,
    externalId,
    names: shownNames(snapshot, group),
    members: { users, groups },
    groups: shownGroups(snapshot, id),
    ...ageOf(deps),
  };
}

function shownGroups(snapshot: DirectorySnapshot, start: PrincipalId): ShownGroup[] {
  const via = groupsReached(snapshot, start);
  return [...via.keys()].map((id) => {
    const group = snapshot.groups.get(id);
    const path = [id];
    for (let step = via.get(id); step !== undefined; step = via.get(step)) path.unshift(step);
    return {
      id,
      name: group?.name ?? id,
      path,
      names: group === undefined ? [] : shownNames(snapshot, group),
    };
  });
}

function shownNames(snapshot: DirectorySnapshot, entry: DirectoryUser | DirectoryGroup): ShownName[] {
  const { ambiguous } = bearers(snapshot);
  const { aliases = [], mapped = [] } = entry;
  const from = (name: PrincipalId): ShownName['from'] => [
    ...(aliases.includes(name) ? (['directory'] as const) : []),
    ...(mapped.includes(name) ? (['identities'] as const) : []),
  ];
  return namesOf(entry).map((name) => ({
    name,
    from: from(name),
    sharedWith: (ambiguous.get(name) ?? []).filter((id) => id !== entry.id),
  }));
}

function ageOf({ snapshot, now, maxStalenessSeconds }: ShowDeps): Age {
  const age = Math.floor((now - snapshot.confirmedAt) / 1000);
  return {
    confirmed: new Date(snapshot.confirmedAt).toISOString(),
    ageSeconds: Math.max(0, age),
    stale: !(Math.abs(age) <= maxStalenessSeconds),
  };
}
