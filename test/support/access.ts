import {
  type AclEntry,
  type DirectorySnapshot,
  makeToken,
  type PrincipalId,
  principalId,
  type SidecarDescriptor,
  shareId,
  type Token,
} from '../../acl/index.ts';

/** `allow group:staff` or `deny user:bob` as an entry. */
export function entry(text: string, origin = 'test'): AclEntry {
  const [effect, principal] = text.split(' ');
  if ((effect !== 'allow' && effect !== 'deny') || principal === undefined)
    throw new Error(`not an entry: ${text}`);
  return { effect, principal: principalId(principal), origin };
}

export const entries = (...texts: readonly string[]): AclEntry[] => texts.map((text) => entry(text));

/** A descriptor of share `docs` whose share part lets everyone through unless said otherwise. */
export function descriptor(
  list: readonly string[],
  share: readonly string[] = ['allow everyone'],
): SidecarDescriptor {
  return {
    system: 'sidecar',
    share: shareId('docs'),
    shareEntries: entries(...share),
    entries: entries(...list),
  };
}

export interface DirectoryText {
  readonly users: readonly string[];
  readonly disabled?: readonly string[];
  /** Members of each group: `user:anna`, `group:staff`. */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  /** Further names of users by bare id: SIDs, `uid:N`. */
  readonly aliases?: Readonly<Record<string, readonly string[]>>;
  readonly confirmedAt?: number;
}

/** A snapshot written in short: users by bare id, groups by bare id with their members. */
export function snapshotOf({
  users,
  disabled = [],
  groups = {},
  aliases = {},
  confirmedAt = 0,
}: DirectoryText): DirectorySnapshot {
  const groupsOf = new Map<PrincipalId, PrincipalId[]>();
  for (const [group, members] of Object.entries(groups)) {
    for (const member of members.map(principalId)) {
      groupsOf.set(member, [...(groupsOf.get(member) ?? []), principalId(`group:${group}`)]);
    }
  }
  return {
    users: new Map(
      users.map((id) => [
        principalId(`user:${id}`),
        {
          id: principalId(`user:${id}`),
          name: id,
          login: id,
          enabled: !disabled.includes(id),
          aliases: (aliases[id] ?? []).map(principalId),
        },
      ]),
    ),
    groups: new Map(
      Object.keys(groups).map((id) => [
        principalId(`group:${id}`),
        { id: principalId(`group:${id}`), name: id },
      ]),
    ),
    groupsOf,
    confirmedAt,
  };
}

/** The token of a user in a directory; the test fails when there is none. */
export function tokenOf(user: string, directory: DirectoryText): Token {
  const result = makeToken({
    user: principalId(`user:${user}`),
    snapshot: snapshotOf(directory),
    now: 0,
    maxStalenessSeconds: 60,
  });
  if (!result.ok) throw new Error(`no token: ${result.refusal.kind}`);
  return result.token;
}
