import { HEADER_BYTES, parseSecurityDescriptor } from '../windows/binary.ts';
import type { SecurityDescriptor } from '../windows/security-descriptor.ts';

/** The extended attribute in which Samba's `acl_xattr` keeps the Windows descriptor of a file or folder. */
export const NTACL_XATTR = 'security.NTACL';

/**
 * What a stored descriptor says of the POSIX list it was stored beside. Samba follows the descriptor only while the
 * list is still that one; otherwise somebody changed permissions on the server past Samba.
 */
export type NtAclSeal =
  /** Versions 1 and 2, or a kind of hash that is not known: it says nothing. */
  | { readonly kind: 'none' }
  /** Version 3: SHA-256 over the descriptor that Samba makes of the list; needs Samba's table of ids. */
  | { readonly kind: 'made-descriptor' }
  /** Version 4: SHA-256 over the list itself, written as `description` names; see `posixListHash`. */
  | { readonly kind: 'list'; readonly description: string; readonly hash: Uint8Array };

export type NtAclReading =
  | { readonly ok: true; readonly descriptor: SecurityDescriptor; readonly seal: NtAclSeal }
  | { readonly ok: false; readonly error: string };

const SHA256 = 1;
const SHA256_BYTES = 32;
/** XATTR_SD_HASH_SIZE: room for a hash, filled up with zeros. */
const HASH_BYTES = 64;
/** Version 2 keeps 16 bytes, which nothing compares. */
const OLD_HASH_BYTES = 16;
const TIME_BYTES = 8;
/** Longer than any name of a kind of list. */
const MAX_DESCRIPTION = 256;
/** Offsets of owner, group, system list and list in a descriptor ([MS-DTYP] 2.4.6). */
const OFFSETS = [4, 8, 12, 16] as const;

/**
 * Reads the value of `security.NTACL`: `xattr_NTACL` of Samba's librpc/idl/xattr.idl, versions 1 to 4, in NDR
 * (C706, chapter 14; little-endian, pointers of 4 bytes, what they point to behind the structure).
 *
 * INVARIANT: nothing is read at a fixed place; each part begins where the one before ends, aligned as NDR aligns
 * it, and whatever does not add up is an error. Nothing is thrown.
 */
export function parseNtAcl(bytes: Uint8Array): NtAclReading {
  const cursor = new Cursor(bytes);
  const version = cursor.u16();
  const arm = cursor.u16();
  if (version === null || arm === null) return fail('shorter than its header');
  if (version !== arm) return fail(`version ${version} with the content of version ${arm}`);
  if (!cursor.pointer()) return fail('holds no descriptor');
  if (version === 1) return withDescriptor(cursor, { kind: 'none' });
  if (version < 1 || version > 4) return fail(`version ${version} is not known`);
  if (!cursor.pointer()) return fail('holds no descriptor');
  if (version === 2) {
    return cursor.take(OLD_HASH_BYTES) === null ? CUT : withDescriptor(cursor, { kind: 'none' });
  }
  const kind = cursor.u16();
  if (kind === null || cursor.take(HASH_BYTES) === null) return CUT;
  if (version === 3) {
    return withDescriptor(cursor, { kind: kind === SHA256 ? 'made-descriptor' : 'none' });
  }
  const description = cursor.text();
  if (description === null) return fail('what made its hash is not named');
  cursor.align();
  if (cursor.take(TIME_BYTES) === null) return CUT;
  const hash = cursor.take(HASH_BYTES);
  if (hash === null) return CUT;
  if (hash.subarray(SHA256_BYTES).some((byte) => byte !== 0)) return fail('its hash is longer than SHA-256');
  return withDescriptor(
    cursor,
    kind === SHA256
      ? { kind: 'list', description, hash: Uint8Array.from(hash.subarray(0, SHA256_BYTES)) }
      : { kind: 'none' },
  );
}

const CUT: NtAclReading = { ok: false, error: 'cut short' };

function fail(error: string): NtAclReading {
  return { ok: false, error };
}

/** The descriptor is the last part. Its offsets count from the start of the attribute, as NDR counts them. */
function withDescriptor(cursor: Cursor, seal: NtAclSeal): NtAclReading {
  cursor.align();
  const { at, bytes } = cursor;
  if (at + HEADER_BYTES > bytes.length) return CUT;
  // A copy: the slice of a Buffer would be the caller's own bytes.
  const own = Uint8Array.from(bytes.subarray(at));
  const view = new DataView(own.buffer, own.byteOffset, own.byteLength);
  for (const field of OFFSETS) {
    const offset = view.getUint32(field, true);
    if (offset === 0) continue;
    if (offset < at + HEADER_BYTES) return fail('an offset points before its descriptor');
    view.setUint32(field, offset - at, true);
  }
  const parsed = parseSecurityDescriptor(own);
  return parsed.ok ? { ok: true, descriptor: parsed.descriptor, seal } : fail(parsed.error);
}

/** Reads part after part; null once the bytes are at their end. */
class Cursor {
  readonly bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  take(length: number): Uint8Array | null {
    if (this.at + length > this.bytes.length) return null;
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  u16(): number | null {
    const [low, high] = this.take(2) ?? [];
    return low === undefined || high === undefined ? null : low | (high << 8);
  }

  /** Whether a unique pointer points to something; its number says no more than that. */
  pointer(): boolean {
    this.align();
    return this.take(4)?.some((byte) => byte !== 0) ?? false;
  }

  /** ASCII text up to its closing zero. */
  text(): string | null {
    const rest = this.bytes.subarray(this.at, this.at + MAX_DESCRIPTION);
    const end = rest.indexOf(0);
    const taken = end < 0 ? null : this.take(end + 1);
    if (taken === null || taken.some((byte) => byte > 0x7e)) return null;
    return String.fromCharCode(...taken.subarray(0, end));
  }

  /** To the next multiple of 4, as NDR places pointers, times and descriptors. */
  align(): void {
    this.at += -this.at & 3;
  }
}
