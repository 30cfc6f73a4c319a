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
  | { readonly kind: 'stale-directory'; readonly ageSeconds: number };

export type TokenResult =
  | { readonly ok: true; readonly token: Token }
  | { readonly ok: false; readonly refusal: TokenRefusal };

export interface TokenRequest {
  readonly user: PrincipalId;
  readonly snapshot: DirectorySnapshot | null;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly maxStalenessSeconds: number;
}

/**
 * Makes the token of a user from a complete directory snapshot.
 *
 * INVARIANT: a token is whole or it is not made. A missing group would hide a deny entry, so an absent or
 * stale snapshot refuses rather than answering with fewer groups.
 * Cycles among groups are walked once.
 */
export function makeToken({ user, snapshot, now, maxStalenessSeconds }: TokenRequest): TokenResult {
  if (snapshot === null) return { ok: false, refusal: { kind: 'no-directory' } };
  const ageSeconds = Math.floor((now - snapshot.confirmedAt) / 1000);
  // Written so that a clock that gives no number, or a snapshot from a far future, refuses as well.
  if (!(Math.abs(ageSeconds) <= maxStalenessSeconds)) {
    return { ok: false, refusal: { kind: 'stale-directory', ageSeconds } };
  }
  const entry = snapshot.users.get(user);
  if (entry === undefined) return { ok: false, refusal: { kind: 'unknown-user' } };
  if (!entry.enabled) return { ok: false, refusal: { kind: 'disabled-user' } };

  const via = new Map<PrincipalId, PrincipalId>();
  const principals = new Set<PrincipalId>([user, EVERYONE, AUTHENTICATED, ...WELL_KNOWN_SIDS]);
  const queue: PrincipalId[] = [user];
  for (let member = queue.shift(); member !== undefined; member = queue.shift()) {
    for (const group of snapshot.groupsOf.get(member) ?? []) {
      if (principals.has(group)) continue;
      principals.add(group);
      via.set(group, member);
      queue.push(group);
    }
  }
  for (const principal of [...principals]) {
    const known = snapshot.users.get(principal) ?? snapshot.groups.get(principal);
    for (const alias of known?.aliases ?? []) {
      principals.add(alias);
      via.set(alias, principal);
    }
  }
  return { ok: true, token: { user, principals, via } };
}

/** The way from the user to a group of the token, user first; empty when the token does not hold it. */
export function groupPath(token: Token, group: PrincipalId): readonly PrincipalId[] {
  if (!token.principals.has(group)) return [];
  const path = [group];
  for (let step = token.via.get(group); step !== undefined; step = token.via.get(step)) path.unshift(step);
  return path;
}
