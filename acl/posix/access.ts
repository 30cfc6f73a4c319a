import { type PrincipalId, principalId } from '../ids.ts';
import { EXECUTE, type Perm, type PosixAcl, posixId, READ } from './posix-acl.ts';

/** What protects a file: its own list and that of every folder above it, outermost first. */
export interface PosixChain {
  readonly file: PosixAcl;
  readonly ancestors: readonly PosixAcl[];
}

/** The entry that decided, or one of several that could have. */
export type PosixEntry =
  | { readonly kind: 'user-obj'; readonly uid: number; readonly perm: Perm }
  | { readonly kind: 'user'; readonly uid: number; readonly perm: Perm }
  | { readonly kind: 'group-obj'; readonly gid: number; readonly perm: Perm }
  | { readonly kind: 'group'; readonly gid: number; readonly perm: Perm }
  | { readonly kind: 'other'; readonly perm: Perm };

/** Which list decided. `index` counts the ancestors from the outermost, from 0. */
export type PosixPlace = { readonly part: 'file' } | { readonly part: 'ancestor'; readonly index: number };

export type PosixDoubt = 'no-uid' | 'several-uids' | 'unreadable-id';

/** Why a decision fell. `mask` is null where none applies to the entry. */
export type PosixBecause =
  | {
      readonly kind: 'posix-entry';
      readonly place: PosixPlace;
      readonly entry: PosixEntry;
      readonly mask: Perm | null;
    }
  | {
      readonly kind: 'posix-groups';
      readonly place: PosixPlace;
      /** The entries of the caller's groups, none of which holds the right. */
      readonly entries: readonly PosixEntry[];
    }
  | { readonly kind: 'posix-doubt'; readonly doubt: PosixDoubt };

export interface PosixDecision {
  readonly read: boolean;
  readonly because: PosixBecause;
}

/** Whom the kernel would see: one uid, and groups asked for by number. */
export interface PosixIdentity {
  readonly uid: number;
  readonly inGroup: (gid: number) => boolean;
}

export type PosixIdentityReading =
  | { readonly ok: true; readonly identity: PosixIdentity }
  | { readonly ok: false; readonly doubt: PosixDoubt };

const UID = 'uid:';
const GID = 'gid:';

/**
 * The one uid and the gids among principals. None, several, or one that is no number is a doubt: a group that
 * cannot be read might be the one that keeps its members from the rights of others.
 * The set must not change while the identity is used.
 */
export function posixIdentity(principals: ReadonlySet<PrincipalId>): PosixIdentityReading {
  let uid: number | null = null;
  for (const principal of principals) {
    if (principal.startsWith(UID)) {
      const id = posixId(principal.slice(UID.length));
      if (id === null) return { ok: false, doubt: 'unreadable-id' };
      if (uid !== null) return { ok: false, doubt: 'several-uids' };
      uid = id;
    } else if (principal.startsWith(GID) && posixId(principal.slice(GID.length)) === null) {
      return { ok: false, doubt: 'unreadable-id' };
    }
  }
  if (uid === null) return { ok: false, doubt: 'no-uid' };
  return { ok: true, identity: { uid, inGroup: (gid) => principals.has(principalId(`${GID}${gid}`)) } };
}

/** Whether the principals of a token may read a file: `posixIdentity`, then `evaluatePosixAs`. */
export function evaluatePosix(chain: PosixChain, principals: ReadonlySet<PrincipalId>): PosixDecision {
  const reading = posixIdentity(principals);
  if (!reading.ok) return { read: false, because: { kind: 'posix-doubt', doubt: reading.doubt } };
  return evaluatePosixAs(chain, reading.identity);
}

/**
 * Whether an identity may read a file: search on every folder above it, then read on the file.
 *
 * Source: POSIX.1e draft 17, 23.1.5; acl(5), ACCESS CHECK ALGORITHM. No uid is special, 0 neither: whoever
 * is root on some machine of the company is not therefore meant to read here (as with NFS root_squash).
 *
 * Linux departs from the algorithm in one case: where all bits of the mask are off, it looks at mode bits only,
 * so that a named user or a member of a named group falls to OTHER. Here they stay denied, as the list says.
 */
export function evaluatePosixAs(chain: PosixChain, identity: PosixIdentity): PosixDecision {
  for (const [index, ancestor] of chain.ancestors.entries()) {
    const search = check(ancestor, identity, EXECUTE, { part: 'ancestor', index });
    if (!search.read) return search;
  }
  return check(chain.file, identity, READ, { part: 'file' });
}

/** The access check on one list for one right: the whole of `evaluatePosixAs` but the walk over the folders. */
export function check(
  acl: PosixAcl,
  { uid, inGroup }: PosixIdentity,
  right: Perm,
  place: PosixPlace,
): PosixDecision {
  const by = (entry: PosixEntry, mask: Perm | null): PosixDecision => ({
    read: (entry.perm & (mask ?? entry.perm) & right) === right,
    because: { kind: 'posix-entry', place, entry, mask },
  });

  if (uid === acl.owner) return by({ kind: 'user-obj', uid, perm: acl.userObj }, null);
  const named = acl.users.find((entry) => entry.uid === uid);
  if (named !== undefined) return by({ kind: 'user', ...named }, acl.mask);

  const matching: PosixEntry[] = [];
  if (inGroup(acl.group)) matching.push({ kind: 'group-obj', gid: acl.group, perm: acl.groupObj });
  for (const entry of acl.groups) if (inGroup(entry.gid)) matching.push({ kind: 'group', ...entry });
  // One entry of several is enough, and the mask cuts them all alike: the first that holds the right decides.
  const holding = matching.find((entry) => (entry.perm & right) === right);
  if (holding !== undefined) return by(holding, acl.mask);
  // INVARIANT: who is in a group of the list never falls to OTHER.
  if (matching.length > 0)
    return { read: false, because: { kind: 'posix-groups', place, entries: matching } };
  return by({ kind: 'other', perm: acl.other }, null);
}
