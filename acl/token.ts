import { bearers } from './directory/bearers.ts';
import { loginName, namesOf } from './directory/names.ts';
import type { DirectorySnapshot } from './directory/snapshot.ts';
import { AUTHENTICATED, EVERYONE, type PrincipalId, principalId } from './ids.ts';

/**
 * The set of principals a request acts with: the user, all groups transitively, and the well-known ones.
 * `via` names for each group the member through which it was reached, for explanations only.
 */
export interface Token {
  readonly user: PrincipalId;
  readonly principals: ReadonlySet<PrincipalId>;
  readonly via: ReadonlyMap<PrincipalId, PrincipalId>;
}

/** Everyone, Authenticated Users and Network: in the token of everybody who comes through us ([MS-DTYP] 2.4.2.4). */
const WELL_KNOWN_SIDS = ['S-1-1-0', 'S-1-5-11', 'S-1-5-2'].map(principalId);

/** Why no token could be made. Outside, all of them read alike: not permitted. */
export type TokenRefusal =
  | { readonly kind: 'unknown-user' }
  | { readonly kind: 'disabled-user' }
  | { readonly kind: 'no-directory' }
  | { readonly kind: 'stale-directory'; readonly ageSeconds: number }
  /** A name of the user or of one of their groups is borne by several: who is meant cannot be told. */
  | {
      readonly kind: 'ambiguous-identity';
      readonly name: PrincipalId;
      readonly bearers: readonly PrincipalId[];
    }
  /** Groups come from an identity provider's token, and this request has none that says them. */
  | { readonly kind: 'groups-unknown' };

/** Where the groups of one request come from; those of the directory always count as well. */
export type GroupSource =
  /** The directory knows all groups. */
  | { readonly kind: 'directory' }
  /** The sign-in says them: `group:ID`, a SID, or `sub:ISSUER#GROUP`. */
  | { readonly kind: 'claimed'; readonly groups: readonly PrincipalId[] }
  /** There were too many to say. A directory that knows none of this user's groups cannot stand in. */
  | { readonly kind: 'overage' }
  /** An identity provider would say them, but this request did not come through it. */
  | { readonly kind: 'unknown' };

export type TokenResult =
  | { readonly ok: true; readonly token: Token }
  | { readonly ok: false; readonly refusal: TokenRefusal };

export interface TokenRequest {
  readonly user: PrincipalId;
  readonly snapshot: DirectorySnapshot | null;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly maxStalenessSeconds: number;
  /** The directory alone when left out. */
  readonly groups?: GroupSource;
}

/**
 * Makes the token of a user from a complete directory snapshot.
 *
 * INVARIANT: a token is whole or it is not made. A missing group would hide a deny entry, so an absent or
 * stale snapshot refuses rather than answering with fewer groups, and so do groups that cannot be known.
 * INVARIANT: no token holds a name that two entries of the directory bear.
 */
export function makeToken(request: TokenRequest): TokenResult {
  const { user, snapshot, now, maxStalenessSeconds, groups = { kind: 'directory' } } = request;
  if (snapshot === null) return refuse({ kind: 'no-directory' });
  const ageSeconds = Math.floor((now - snapshot.confirmedAt) / 1000);
  // Written so that a clock that gives no number, or a snapshot from a far future, refuses as well.
  if (!(Math.abs(ageSeconds) <= maxStalenessSeconds)) return refuse({ kind: 'stale-directory', ageSeconds });
  const entry = snapshot.users.get(user);
  if (entry === undefined) return refuse({ kind: 'unknown-user' });
  if (!entry.enabled) return refuse({ kind: 'disabled-user' });
  if (groups.kind === 'unknown') return refuse({ kind: 'groups-unknown' });
  if (groups.kind === 'overage' && (snapshot.groupsOf.get(user) ?? []).length === 0) {
    return refuse({ kind: 'groups-unknown' });
  }
  const { of, ambiguous } = bearers(snapshot);
  const claimed = groups.kind === 'claimed' ? groups.groups : [];
  for (const name of claimed) {
    // A group that the directory has for a person, or for two groups, is nobody's to claim.
    const ids = of(name);
    if (ids.length > 1 || ids.some((id) => !snapshot.groups.has(id))) {
      return refuse({ kind: 'ambiguous-identity', name, bearers: ids });
    }
  }

  const via = groupsReached(snapshot, user, claimed);
  const principals = new Set<PrincipalId>([user, EVERYONE, AUTHENTICATED, ...WELL_KNOWN_SIDS, ...via.keys()]);
  const login = loginName(entry.login);
  const doubted = ambiguous.get(login);
  if (doubted !== undefined) return refuse({ kind: 'ambiguous-identity', name: login, bearers: doubted });
  for (const principal of [...principals]) {
    const bearer = snapshot.users.get(principal) ?? snapshot.groups.get(principal);
    for (const name of bearer === undefined ? [] : namesOf(bearer)) {
      const several = ambiguous.get(name);
      if (several !== undefined) return refuse({ kind: 'ambiguous-identity', name, bearers: several });
      if (principals.has(name)) continue;
      principals.add(name);
      via.set(name, principal);
    }
  }
  return { ok: true, token: { user, principals, via } };
}

/**
 * All groups of a user or group, each with the member through which it was reached, nearest first. `claimed` are
 * further groups of the start itself, by id or by a name. Cycles are walked once.
 */
export function groupsReached(
  snapshot: DirectorySnapshot,
  start: PrincipalId,
  claimed: readonly PrincipalId[] = [],
): Map<PrincipalId, PrincipalId> {
  const { of } = bearers(snapshot);
  const via = new Map<PrincipalId, PrincipalId>();
  const queue: PrincipalId[] = [];
  const reach = (group: PrincipalId, member: PrincipalId): void => {
    if (group === start || via.has(group)) return;
    via.set(group, member);
    queue.push(group);
  };
  for (const group of snapshot.groupsOf.get(start) ?? []) reach(group, start);
  for (const name of claimed) {
    reach(name, start);
    for (const group of of(name)) reach(group, name);
  }
  for (let member = queue.shift(); member !== undefined; member = queue.shift()) {
    for (const group of snapshot.groupsOf.get(member) ?? []) reach(group, member);
  }
  return via;
}

function refuse(refusal: TokenRefusal): TokenResult {
  return { ok: false, refusal };
}

/** The way from the user to a group of the token, user first; empty when the token does not hold it. */
export function groupPath(token: Token, group: PrincipalId): readonly PrincipalId[] {
  if (!token.principals.has(group)) return [];
  const path = [group];
  for (let step = token.via.get(group); step !== undefined; step = token.via.get(step)) path.unshift(step);
  return path;
}
