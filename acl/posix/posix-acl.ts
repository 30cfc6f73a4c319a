/** Bits of one permission: 4 read, 2 write, 1 execute (on a folder: search). */
export type Perm = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

export const READ: Perm = 4;
export const WRITE: Perm = 2;
/** On a folder: the right to reach what is inside. */
export const EXECUTE: Perm = 1;

/** The three permission bits of a number; what is above them is dropped. */
export const perm = (bits: number): Perm => (bits & 7) as Perm;

/**
 * The access list of one file or folder as Linux keeps it (acl(5), POSIX.1e draft 17), ids as numbers.
 *
 * INVARIANT: `users` and `groups` are ascending by id and name no id twice, so that equal lists look equal.
 * INVARIANT: with a named user or group there is a mask (acl_valid(3)); without one there may be.
 */
export interface PosixAcl {
  readonly owner: number;
  readonly group: number;
  readonly userObj: Perm;
  readonly users: readonly NamedUser[];
  readonly groupObj: Perm;
  readonly groups: readonly NamedGroup[];
  readonly mask: Perm | null;
  readonly other: Perm;
}

export interface NamedUser {
  readonly uid: number;
  readonly perm: Perm;
}

export interface NamedGroup {
  readonly gid: number;
  readonly perm: Perm;
}

/** A list, or in plain words why there is none. Whoever gets the words must deny. */
export type PosixReading =
  | { readonly ok: true; readonly acl: PosixAcl }
  | { readonly ok: false; readonly error: string };

/** Mode and owners as `stat` gives them. */
export interface PosixStat {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

export type EntryTag = 'user-obj' | 'user' | 'group-obj' | 'group' | 'mask' | 'other';

/** One entry as it stands in a source; `id` is null where the tag has none. */
export interface RawEntry {
  readonly tag: EntryTag;
  readonly id: number | null;
  readonly perm: Perm;
}

/** `(uid_t) -1` is no id: chown(2) reads it as "leave", and the kernel writes it for an id it cannot map. */
const NO_ID = 0xffff_ffff;

/** More than any file system stores (ext4 about 500, XFS 5,461): what is longer did not come from one. */
const MAX_ENTRIES = 10_000;

/** Whether a number can be a uid or gid. */
export const isPosixId = (id: number): boolean => Number.isInteger(id) && id >= 0 && id < NO_ID;

/** A uid or gid from canonical decimal text, or null: `01`, `+1`, `1e3` and (uid_t) -1 are none. */
export function posixId(text: string): number | null {
  if (!/^(0|[1-9]\d{0,9})$/.test(text)) return null;
  const id = Number(text);
  return isPosixId(id) ? id : null;
}

/** The list that mode bits alone stand for: three entries, no mask. Bits above 0o777 say nothing of reading. */
export function fromMode(mode: number, uid: number, gid: number): PosixReading {
  if (!isPosixId(uid) || !isPosixId(gid)) return { ok: false, error: 'the owner or group has no valid id' };
  if (!Number.isInteger(mode) || mode < 0) return { ok: false, error: 'the mode is not a number' };
  const acl: PosixAcl = {
    owner: uid,
    group: gid,
    userObj: perm(mode >> 6),
    users: [],
    groupObj: perm(mode >> 3),
    groups: [],
    mask: null,
    other: perm(mode),
  };
  return { ok: true, acl };
}

/** The nine mode bits a list shows in `stat`: with a mask the group bits are the mask (acl(5), CORRESPONDENCE). */
export function modeOf(acl: PosixAcl): number {
  return (acl.userObj << 6) | ((acl.mask ?? acl.groupObj) << 3) | acl.other;
}

/**
 * Refuses a list whose mode bits differ from the file's. The kernel keeps the two equal, so a difference means
 * they were read at two times, or that the list is not what decides on that file system.
 */
export function agreeing(acl: PosixAcl, mode: number): PosixReading {
  const shown = modeOf(acl);
  if (shown === (mode & 0o777)) return { ok: true, acl };
  return {
    ok: false,
    error: `the list shows mode ${octal(shown)}, the file has ${octal(mode & 0o777)}: it changed while it was read`,
  };
}

/** Three octal digits. */
export const octal = (mode: number): string => mode.toString(8).padStart(3, '0');

/** Makes a list of entries in any order, checked as acl_valid(3) does: each base entry once, no id twice, a mask. */
export function fromEntries(entries: readonly RawEntry[], owner: number, group: number): PosixReading {
  if (!isPosixId(owner) || !isPosixId(group)) {
    return { ok: false, error: 'the owner or group has no valid id' };
  }
  if (entries.length > MAX_ENTRIES) return { ok: false, error: `more than ${MAX_ENTRIES} entries` };
  const base = new Map<EntryTag, Perm>();
  const users = new Map<number, Perm>();
  const groups = new Map<number, Perm>();
  for (const entry of entries) {
    if (entry.tag === 'user' || entry.tag === 'group') {
      const named = entry.tag === 'user' ? users : groups;
      if (entry.id === null || !isPosixId(entry.id))
        return { ok: false, error: `a ${entry.tag} without an id` };
      if (named.has(entry.id)) return { ok: false, error: `${entry.tag} ${entry.id} stands twice` };
      named.set(entry.id, entry.perm);
    } else {
      if (base.has(entry.tag)) return { ok: false, error: `${TEXT_OF[entry.tag]} stands twice` };
      base.set(entry.tag, entry.perm);
    }
  }
  const userObj = base.get('user-obj');
  const groupObj = base.get('group-obj');
  const other = base.get('other');
  if (userObj === undefined) return { ok: false, error: 'user:: is missing' };
  if (groupObj === undefined) return { ok: false, error: 'group:: is missing' };
  if (other === undefined) return { ok: false, error: 'other:: is missing' };
  const mask = base.get('mask') ?? null;
  if (mask === null && users.size + groups.size > 0) {
    return { ok: false, error: 'mask:: is missing: a list that names a user or group has one' };
  }
  const acl: PosixAcl = {
    owner,
    group,
    userObj,
    users: ascending(users).map(([uid, bits]) => ({ uid, perm: bits })),
    groupObj,
    groups: ascending(groups).map(([gid, bits]) => ({ gid, perm: bits })),
    mask,
    other,
  };
  return { ok: true, acl };
}

const TEXT_OF = { 'user-obj': 'user::', 'group-obj': 'group::', mask: 'mask::', other: 'other::' } as const;

function ascending(named: ReadonlyMap<number, Perm>): [number, Perm][] {
  return [...named].sort(([a], [b]) => a - b);
}
