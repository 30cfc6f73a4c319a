import type { PrincipalId } from '../ids.ts';

export interface DirectoryUser {
  readonly id: PrincipalId;
  /** Label for people; never used to decide. */
  readonly name: string;
  /** What the user types to name themselves (`--as`, sign-in); unique in a snapshot, compared without case. */
  readonly login: string;
  readonly enabled: boolean;
  /** The same person in other systems by the directory itself: `uid:1001`, a SID. */
  readonly aliases?: readonly PrincipalId[];
  /** Further names that the identities file gives. `namesOf` has both. */
  readonly mapped?: readonly PrincipalId[];
  /** The id that the provisioning system (SCIM) knows the person by. */
  readonly externalId?: string;
}

export interface DirectoryGroup {
  readonly id: PrincipalId;
  readonly name: string;
  /** The same group in other systems by the directory itself: `gid:100`, a SID. */
  readonly aliases?: readonly PrincipalId[];
  /** Further names that the identities file gives. `namesOf` has both. */
  readonly mapped?: readonly PrincipalId[];
  /** The id that the provisioning system (SCIM) knows the group by. */
  readonly externalId?: string;
}

/**
 * One complete reading of a directory: users, groups and direct memberships.
 *
 * INVARIANT: its maps never change. What is worked out from them is remembered by them; a change is another snapshot
 * with other maps.
 */
export interface DirectorySnapshot {
  readonly users: ReadonlyMap<PrincipalId, DirectoryUser>;
  readonly groups: ReadonlyMap<PrincipalId, DirectoryGroup>;
  /** Direct groups of a user or group. The closure is the token's work. */
  readonly groupsOf: ReadonlyMap<PrincipalId, readonly PrincipalId[]>;
  /** Milliseconds since the epoch when this reading was last confirmed complete and current. */
  readonly confirmedAt: number;
}

/** A login as it is compared: without case and Unicode form. */
export function foldLogin(login: string): string {
  return login.normalize('NFC').toLowerCase();
}

/** The user whose login this is, or null. An ambiguous login names nobody. */
export function findUser(snapshot: DirectorySnapshot, login: string): DirectoryUser | null {
  const wanted = foldLogin(login);
  let found: DirectoryUser | null = null;
  for (const user of snapshot.users.values()) {
    if (foldLogin(user.login) !== wanted) continue;
    if (found !== null) return null;
    found = user;
  }
  return found;
}
