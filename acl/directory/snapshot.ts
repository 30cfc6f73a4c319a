import type { PrincipalId } from '../ids.ts';

export interface DirectoryUser {
  readonly id: PrincipalId;
  /** Label for people; never used to decide. */
  readonly name: string;
  /** What the user types to name themselves (`--as`, sign-in); unique in a snapshot, compared without case. */
  readonly login: string;
  readonly enabled: boolean;
  /** The same person in other systems: `uid:1001`, a SID. */
  readonly aliases?: readonly PrincipalId[];
}

export interface DirectoryGroup {
  readonly id: PrincipalId;
  readonly name: string;
  /** The same group in other systems: `gid:100`, a SID. */
  readonly aliases?: readonly PrincipalId[];
}

/** One complete reading of a directory: users, groups and direct memberships. */
export interface DirectorySnapshot {
  readonly users: ReadonlyMap<PrincipalId, DirectoryUser>;
  readonly groups: ReadonlyMap<PrincipalId, DirectoryGroup>;
  /** Direct groups of a user or group. The closure is the token's work. */
  readonly groupsOf: ReadonlyMap<PrincipalId, readonly PrincipalId[]>;
  /** Milliseconds since the epoch when this reading was last confirmed complete and current. */
  readonly confirmedAt: number;
}

/** The user whose login this is, or null. An ambiguous login names nobody. */
export function findUser(snapshot: DirectorySnapshot, login: string): DirectoryUser | null {
  const wanted = login.normalize('NFC').toLowerCase();
  let found: DirectoryUser | null = null;
  for (const user of snapshot.users.values()) {
    if (user.login.normalize('NFC').toLowerCase() !== wanted) continue;
    if (found !== null) return null;
    found = user;
  }
  return found;
}
