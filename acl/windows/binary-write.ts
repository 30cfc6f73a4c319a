import { aceKind } from './ace-types.ts';
import { ACL_HEADER_BYTES, CONTROL, DESCRIPTOR_REVISION, HEADER_BYTES } from './binary.ts';
import { aceBytes } from './binary-ace.ts';
import type { SecurityDescriptor, WindowsAce } from './security-descriptor.ts';
import { sidToBytes } from './sid.ts';

/** Bytes, or in plain words why there are none. */
export type BytesResult =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly error: string };

/** [MS-DTYP] 2.4.5: size and count are 16 bits; object entries take revision 4. */
const ACL_REVISION = 2;
const ACL_REVISION_OBJECTS = 4;
const MAX_U16 = 0xffff;

/**
 * A self-relative security descriptor ([MS-DTYP] 2.4.6) that `parseSecurityDescriptor` reads back as an equal
 * one: header, owner, group, list.
 */
export function writeSecurityDescriptor(descriptor: SecurityDescriptor): BytesResult {
  const { dacl } = descriptor;
  const owner = optionalSid(descriptor.owner);
  if (!owner.ok) return owner;
  const group = optionalSid(descriptor.group);
  if (!group.ok) return group;
  const list: BytesResult = dacl.kind === 'list' ? aclBytes(dacl.aces) : NOTHING;
  if (!list.ok) return list;

  const control =
    CONTROL.selfRelative |
    (dacl.kind === 'absent' ? 0 : CONTROL.daclPresent) |
    (descriptor.protected ? CONTROL.daclProtected : 0) |
    (descriptor.autoInherited ? CONTROL.autoInherited : 0) |
    (descriptor.autoInheritRequired ? CONTROL.autoInheritRequired : 0);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt8(DESCRIPTOR_REVISION, 0);
  header.writeUInt16LE(control, 2);
  let at = HEADER_BYTES;
  for (const [field, part] of [
    [4, owner.bytes],
    [8, group.bytes],
    [16, list.bytes],
  ] as const) {
    if (part.length > 0) header.writeUInt32LE(at, field);
    at += part.length;
  }
  return { ok: true, bytes: Buffer.concat([header, owner.bytes, group.bytes, list.bytes]) };
}

const NOTHING: BytesResult = { ok: true, bytes: new Uint8Array() };

function optionalSid(sid: string | null): BytesResult {
  if (sid === null) return NOTHING;
  const bytes = sidToBytes(sid);
  return bytes === null ? { ok: false, error: `not a SID: ${JSON.stringify(sid)}` } : { ok: true, bytes };
}

function aclBytes(aces: readonly WindowsAce[]): BytesResult {
  const parts: Uint8Array[] = [];
  let size = ACL_HEADER_BYTES;
  for (const ace of aces) {
    const entry = aceBytes(ace);
    if (!entry.ok) return entry;
    parts.push(entry.bytes);
    size += entry.bytes.length;
    if (size > MAX_U16) return { ok: false, error: 'the list is larger than 64 KB' };
  }
  const header = Buffer.alloc(ACL_HEADER_BYTES);
  const objects = aces.some((ace) => aceKind(ace.type).layout === 'object');
  header.writeUInt8(objects ? ACL_REVISION_OBJECTS : ACL_REVISION, 0);
  header.writeUInt16LE(size, 2);
  header.writeUInt16LE(aces.length, 4);
  return { ok: true, bytes: Buffer.concat([header, ...parts]) };
}
