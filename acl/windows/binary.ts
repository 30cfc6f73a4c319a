import type { PrincipalId } from '../ids.ts';
import { readAce } from './binary-ace.ts';
import type { Dacl, SecurityDescriptorResult, WindowsAce } from './security-descriptor.ts';
import { readSidBytes } from './sid.ts';

/** [MS-DTYP] 2.4.6: revision, reserved byte, control, offsets of owner, group, system list and list. */
export const HEADER_BYTES = 20;
export const DESCRIPTOR_REVISION = 1;

/** Control bits of [MS-DTYP] 2.4.6 that reading needs. */
export const CONTROL = {
  daclPresent: 0x0004,
  saclPresent: 0x0010,
  autoInheritRequired: 0x0100,
  autoInherited: 0x0400,
  daclProtected: 0x1000,
  selfRelative: 0x8000,
} as const;

/** [MS-DTYP] 2.4.5: revision, reserved byte, size, number of entries, two reserved bytes. */
export const ACL_HEADER_BYTES = 8;
/** 2 plain, 4 with object entries ([MS-DTYP] 2.4.5); 3 was written by systems with compound entries. */
const ACL_REVISIONS: ReadonlySet<number> = new Set([2, 3, 4]);

interface Failure {
  readonly ok: false;
  readonly error: string;
}
type Read<T> = { readonly ok: true; readonly value: T; readonly size: number } | Failure;

/**
 * Reads a self-relative security descriptor ([MS-DTYP] 2.4.6), the form that SMB, `security.NTACL` and AD carry.
 *
 * INVARIANT: every offset and size is checked against the bytes, parts must not overlap, and whatever does not
 * add up is an error, never a shorter list. Bytes after the last part are allowed. Nothing is thrown.
 */
export function parseSecurityDescriptor(bytes: Uint8Array): SecurityDescriptorResult {
  if (bytes.length < HEADER_BYTES) return fail('shorter than its header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint8(0) !== DESCRIPTOR_REVISION) return fail(`revision ${view.getUint8(0)} is not known`);
  const control = view.getUint16(2, true);
  const has = (bit: number): boolean => (control & bit) !== 0;
  if (!has(CONTROL.selfRelative)) return fail('not self-relative');
  const [ownerAt, groupAt, saclAt, daclAt] = [4, 8, 12, 16].map((at) => view.getUint32(at, true));

  const owner = optional(ownerAt, (at) => readSid(bytes, at, 'owner'));
  if (!owner.ok) return owner;
  const group = optional(groupAt, (at) => readSid(bytes, at, 'group'));
  if (!group.ok) return group;
  // The entries of the system list are not read, but its extent must be sound for the overlap check.
  const sacl = optional(has(CONTROL.saclPresent) ? saclAt : 0, (at) => readAclHeader(view, at));
  if (!sacl.ok) return sacl;
  const present = has(CONTROL.daclPresent);
  const aces = optional(present ? daclAt : 0, (at) => readAcl(bytes, view, at));
  if (!aces.ok) return aces;

  if (overlap([spanOf(ownerAt, owner), spanOf(groupAt, group), spanOf(saclAt, sacl), spanOf(daclAt, aces)])) {
    return fail('its parts overlap');
  }
  return {
    ok: true,
    descriptor: {
      owner: owner.value,
      group: group.value,
      dacl: daclOf(present, aces.value),
      protected: present && has(CONTROL.daclProtected),
      autoInherited: present && has(CONTROL.autoInherited),
      autoInheritRequired: present && has(CONTROL.autoInheritRequired),
    },
  };
}

/** Present with offset 0 is the null list, which lets everyone in; not present says nothing. */
function daclOf(present: boolean, aces: readonly WindowsAce[] | null): Dacl {
  if (!present) return { kind: 'absent' };
  return aces === null ? { kind: 'null' } : { kind: 'list', aces };
}

/** Offset 0 means that the part is not there. */
function optional<T>(at: number | undefined, read: (at: number) => Read<T>): Read<T | null> {
  if (at === undefined || at === 0) return { ok: true, value: null, size: 0 };
  return at < HEADER_BYTES ? fail('an offset points into the header') : read(at);
}

function readSid(bytes: Uint8Array, at: number, part: string): Read<PrincipalId> {
  const read = readSidBytes(bytes, at);
  return read === null
    ? fail(`no whole SID where its ${part} should be`)
    : { ok: true, value: read.sid, size: read.size };
}

/** The number of entries of the list at `at`, once its extent is known to lie inside the bytes. */
function readAclHeader(view: DataView, at: number): Read<number> {
  if (at + ACL_HEADER_BYTES > view.byteLength) return fail('a list lies outside the bytes');
  if (!ACL_REVISIONS.has(view.getUint8(at))) return fail(`list revision ${view.getUint8(at)} is not known`);
  const size = view.getUint16(at + 2, true);
  if (size < ACL_HEADER_BYTES || at + size > view.byteLength) return fail('a list lies outside the bytes');
  return { ok: true, value: view.getUint16(at + 4, true), size };
}

function readAcl(bytes: Uint8Array, view: DataView, start: number): Read<readonly WindowsAce[]> {
  const header = readAclHeader(view, start);
  if (!header.ok) return header;
  const end = start + header.size;
  const aces: WindowsAce[] = [];
  let at = start + ACL_HEADER_BYTES;
  for (let index = 0; index < header.value; index += 1) {
    const read = readAce(bytes, at, end);
    if (!read.ok) return fail(`entry ${index + 1}: ${read.error}`);
    aces.push(read.ace);
    at += read.size;
  }
  // Free space after the entries is legal; anything in it would be an entry that the count does not know.
  if (bytes.subarray(at, end).some((byte) => byte !== 0)) return fail('its list holds more than its entries');
  return { ok: true, value: aces, size: header.size };
}

type Span = readonly [start: number, end: number];

function spanOf(at: number | undefined, part: { readonly size: number }): Span {
  return [at ?? 0, (at ?? 0) + part.size];
}

function overlap(spans: readonly Span[]): boolean {
  const parts = spans.filter(([start, end]) => end > start).sort(([a], [b]) => a - b);
  return parts.some(([start], index) => start < (parts[index - 1]?.[1] ?? 0));
}

function fail(problem: string): Failure {
  return { ok: false, error: `security descriptor: ${problem}` };
}
