import {
  agreeing,
  type EntryTag,
  fromEntries,
  type PosixAcl,
  type PosixReading,
  type PosixStat,
  perm,
  type RawEntry,
} from './posix-acl.ts';

/** The extended attribute in which Linux hands out the access list of a file or folder. */
export const ACCESS_XATTR = 'system.posix_acl_access';

// linux/posix_acl_xattr.h: u32 version, then entries of {u16 tag, u16 perm, u32 id}, little-endian.
const VERSION = 2;
const HEADER_BYTES = 4;
const ENTRY_BYTES = 8;
/** ACL_UNDEFINED_ID: what stands as the id where a tag has none. */
const UNDEFINED_ID = 0xffff_ffff;

// linux/posix_acl.h
const TAGS: ReadonlyMap<number, EntryTag> = new Map([
  [0x01, 'user-obj'],
  [0x02, 'user'],
  [0x04, 'group-obj'],
  [0x08, 'group'],
  [0x10, 'mask'],
  [0x20, 'other'],
]);

/**
 * Reads the bytes of `system.posix_acl_access` with the `stat` of the same file. What is not exactly such a
 * list, or shows another mode than the file has, is an error. A file without the attribute: `fromMode`.
 */
export function fromXattr(bytes: Uint8Array, { mode, uid, gid }: PosixStat): PosixReading {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER_BYTES) return { ok: false, error: 'the attribute is too short' };
  const version = view.getUint32(0, true);
  if (version !== VERSION) return { ok: false, error: `version ${version} of the attribute is not known` };
  if ((bytes.length - HEADER_BYTES) % ENTRY_BYTES !== 0) {
    return { ok: false, error: 'the attribute ends within an entry' };
  }
  const entries: RawEntry[] = [];
  for (let at = HEADER_BYTES; at < bytes.length; at += ENTRY_BYTES) {
    const number = view.getUint16(at, true);
    const bits = view.getUint16(at + 2, true);
    const tag = TAGS.get(number);
    if (tag === undefined) return { ok: false, error: `entry type ${number} is not known` };
    if (bits > 7) return { ok: false, error: `permission ${bits} is not known` };
    const named = tag === 'user' || tag === 'group';
    entries.push({ tag, id: named ? view.getUint32(at + 4, true) : null, perm: perm(bits) });
  }
  const reading = fromEntries(entries, uid, gid);
  return reading.ok ? agreeing(reading.acl, mode) : reading;
}

/** The bytes the kernel would hand out for a list. */
export function toXattr(acl: PosixAcl): Uint8Array {
  const entries: readonly (readonly [tag: number, bits: number, id: number])[] = [
    [0x01, acl.userObj, UNDEFINED_ID],
    ...acl.users.map(({ uid, perm: bits }) => [0x02, bits, uid] as const),
    [0x04, acl.groupObj, UNDEFINED_ID],
    ...acl.groups.map(({ gid, perm: bits }) => [0x08, bits, gid] as const),
    ...(acl.mask === null ? [] : [[0x10, acl.mask, UNDEFINED_ID] as const]),
    [0x20, acl.other, UNDEFINED_ID],
  ];
  const bytes = new Uint8Array(HEADER_BYTES + entries.length * ENTRY_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, VERSION, true);
  for (const [index, [tag, bits, id]] of entries.entries()) {
    const at = HEADER_BYTES + index * ENTRY_BYTES;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, bits, true);
    view.setUint32(at + 4, id, true);
  }
  return bytes;
}
