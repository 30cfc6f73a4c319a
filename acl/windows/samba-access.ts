import type { PrincipalId } from '../ids.ts';
import type { Token } from '../token.ts';
import { evaluateWindows, type WindowsBecause } from './access.ts';
import { FILE_READ_DATA, FILE_TRAVERSE, mapGenericRights } from './access-mask.ts';
import { aceKind } from './ace-types.ts';
import { INHERIT_ONLY, type SecurityDescriptor, type WindowsAce } from './security-descriptor.ts';
import { UNKNOWN_SID, WELL_KNOWN } from './sid.ts';

/** What stands between a user of a Samba share and a file: its list, the share's, and those of the folders above. */
export interface SambaProtection {
  readonly file: SecurityDescriptor;
  readonly share: SecurityDescriptor | null;
  /** From the root of the share down. */
  readonly folders: readonly SecurityDescriptor[];
}

/** Why the kernel below Samba, which has POSIX lists, cannot be relied on to let somebody through. */
export type KernelDoubt =
  | 'denied'
  /** The user's own entry lacks the right; POSIX asks no other. */
  | 'own-entry-lacks'
  /** An entry of a group of theirs lacks the right; POSIX does not go on to Everyone. */
  | 'group-entry-lacks'
  /** The owner is let in as Everyone alone; POSIX asks the owner's own bits. */
  | 'owner-unnamed'
  | 'nobody-named'
  | 'no-list';

export type SambaBecause =
  | { readonly kind: 'windows'; readonly because: WindowsBecause }
  /** The directory gives the user no SID, so entries about them could not be told from others. */
  | { readonly kind: 'no-own-sid' }
  | {
      readonly kind: 'kernel';
      readonly place: { readonly part: 'file' } | { readonly part: 'folder'; readonly index: number };
      readonly doubt: KernelDoubt;
      /** Position in the stored order of the entry that gave rise to it. */
      readonly index: number | null;
    };

export interface SambaDecision {
  readonly read: boolean;
  readonly because: SambaBecause;
}

/**
 * Whether a Samba server that also asks the kernel lets a token read a file's content.
 *
 * Samba decides by the Windows lists and then opens the file as the unix user, so that POSIX lists must let them read
 * it and pass every folder above. Over SMB those cannot be seen. Either Samba made the Windows list from them, entry
 * by entry (source3/smbd/posix_acls.c, `posix_get_nt_acl`), or it made them from the Windows list (`set_nt_acl`). What
 * holds for both is held against the token, and where the two ways could differ the answer is no: more narrow than
 * Samba for some lists that no POSIX list can say, and never wider.
 */
export function evaluateSamba({ file, share, folders }: SambaProtection, token: Token): SambaDecision {
  const windows = evaluateWindows({ descriptor: file, share }, token.principals);
  if (!windows.read) return { read: false, because: { kind: 'windows', because: windows.because } };
  const own = ownSids(token);
  if (own.size === 0) return { read: false, because: { kind: 'no-own-sid' } };
  for (const [index, folder] of folders.entries()) {
    const refusal = kernelRefusal(folder, FILE_TRAVERSE, token.principals, own);
    if (refusal !== null) {
      return { read: false, because: { kind: 'kernel', place: { part: 'folder', index }, ...refusal } };
    }
  }
  const refusal = kernelRefusal(file, FILE_READ_DATA, token.principals, own);
  if (refusal !== null) {
    return { read: false, because: { kind: 'kernel', place: { part: 'file' }, ...refusal } };
  }
  return { read: true, because: { kind: 'windows', because: windows.because } };
}

/** SIDs of the user in person. Those of a group may be among them: `kernelRefusal` is then the narrower for it. */
function ownSids({ user, principals, via }: Token): ReadonlySet<PrincipalId> {
  let own = known.get(via);
  if (own === undefined) {
    own = new Set([...principals].filter((name) => name.startsWith('S-1-') && via.get(name) === user));
    known.set(via, own);
  }
  return own;
}

/** A token is asked about every scope of the index: who it is in person is worked out once. */
const known = new WeakMap<Token['via'], ReadonlySet<PrincipalId>>();

interface Refusal {
  readonly doubt: KernelDoubt;
  readonly index: number | null;
}

/** What the entries of one list say about one token, as a POSIX list would have to say it. */
interface Said {
  /** For each SID of the user whether it is given the right, by any entry, and by every one. */
  readonly own: Map<PrincipalId, { any: boolean; all: boolean; readonly index: number }>;
  group: boolean;
  groupLacks: number | null;
  everyone: boolean;
}

function kernelRefusal(
  descriptor: SecurityDescriptor,
  need: number,
  principals: ReadonlySet<PrincipalId>,
  own: ReadonlySet<PrincipalId>,
): Refusal | null {
  const { dacl, owner } = descriptor;
  if (dacl.kind !== 'list') return { doubt: 'no-list', index: null };
  const isOwner = owner === null || own.has(owner);
  const said: Said = { own: new Map(), group: false, groupLacks: null, everyone: false };
  for (const [index, ace] of dacl.aces.entries()) {
    const { effect } = aceKind(ace.type);
    if (effect === 'ignored' || (ace.flags & INHERIT_ONLY) !== 0) continue;
    const names = (mapGenericRights(ace.mask) & need) !== 0;
    if (effect !== 'allow') {
      const denies = effect === 'doubt' || names;
      // POSIX lists have no order: a denial behind a grant takes it away as well.
      if (denies && mayMean(ace.sid, principals, isOwner)) return { doubt: 'denied', index };
      continue;
    }
    hear(said, ace, { index, gives: names && isPlain(ace), principals, own, isOwner });
  }
  return conclude(said, isOwner);
}

function hear(
  said: Said,
  { sid }: WindowsAce,
  entry: {
    readonly index: number;
    readonly gives: boolean;
    readonly principals: ReadonlySet<PrincipalId>;
    readonly own: ReadonlySet<PrincipalId>;
    readonly isOwner: boolean;
  },
): void {
  const { index, gives, principals, own, isOwner } = entry;
  // Samba takes CREATOR OWNER for the owner's bits and CREATOR GROUP for those of the owning group.
  if (own.has(sid) || (sid === WELL_KNOWN.creatorOwner && isOwner && !gives)) {
    const before = said.own.get(sid) ?? { any: false, all: true, index };
    said.own.set(sid, { any: before.any || gives, all: before.all && gives, index: before.index });
  } else if (sid === WELL_KNOWN.everyone) {
    said.everyone ||= gives;
  } else if (principals.has(sid) || sid === WELL_KNOWN.creatorGroup) {
    if (gives) said.group ||= isUnixGroup(sid);
    else said.groupLacks ??= index;
  }
}

/** Whoever owns the file is asked by the owner's entry; then named users; then groups, any of which will do; then Everyone. */
function conclude(said: Said, isOwner: boolean): Refusal | null {
  for (const { any, all, index } of said.own.values()) {
    // Of several entries about the owner, one is the owner's bits and decides alone; which one is not known.
    if (!(isOwner ? all : any)) return { doubt: 'own-entry-lacks', index };
  }
  if (said.own.size > 0 || said.group) return null;
  if (said.groupLacks !== null) return { doubt: 'group-entry-lacks', index: said.groupLacks };
  if (!said.everyone) return { doubt: 'nobody-named', index: null };
  return isOwner ? { doubt: 'owner-unnamed', index: null } : null;
}

/** Whether an entry against a SID may be one against this token. */
function mayMean(sid: PrincipalId, principals: ReadonlySet<PrincipalId>, isOwner: boolean): boolean {
  if (principals.has(sid) || sid === UNKNOWN_SID || sid === WELL_KNOWN.creatorGroup) return true;
  return isOwner && (sid === WELL_KNOWN.creatorOwner || sid === WELL_KNOWN.ownerRights);
}

function isPlain({ type, conditional }: WindowsAce): boolean {
  const { layout, callback } = aceKind(type);
  return layout === 'basic' && !callback && !conditional;
}

/** Groups of Windows itself (Authenticated Users, BUILTIN) have no gid: Samba leaves them out of a POSIX list. */
function isUnixGroup(sid: PrincipalId): boolean {
  return sid.startsWith('S-1-5-21-') || sid.startsWith('S-1-22-2-');
}

/** One sentence for a reader of `acl explain`. `folders` are the names of the folders, the root's first. */
export function explainSambaDoubt(
  because: Exclude<SambaBecause, { kind: 'windows' }>,
  folders: readonly string[] = [],
): string {
  if (because.kind === 'no-own-sid') {
    return 'denied: the directory gives the user no SID, so this server’s entries about them could not be told';
  }
  const { place, doubt, index } = because;
  const list =
    place.part === 'file'
      ? 'the file’s list'
      : `the list of the folder ${folders[place.index] ?? place.index + 1}`;
  const at = index === null ? list : `entry ${index + 1} of ${list}`;
  switch (doubt) {
    case 'denied':
      return `denied: ${at} denies it`;
    case 'own-entry-lacks':
      return `denied: ${at} is the user’s own and lacks the right, and the server’s kernel asks no other`;
    case 'group-entry-lacks':
      return `denied: ${at} is a group’s and lacks the right, and the server’s kernel does not go on to Everyone`;
    case 'owner-unnamed':
      return `denied: ${list} lets its owner in as Everyone alone, and the server’s kernel asks the owner’s own bits`;
    case 'nobody-named':
      return `denied: no entry of ${list} that the server’s kernel knows gives the right to the token`;
    case 'no-list':
      return `denied: ${list} has no entries to judge the server’s kernel by`;
  }
}
