import { writeSecurityDescriptor } from '../../../acl/windows/binary-write.ts';
import { parseSddl } from '../../../acl/windows/sddl.ts';
import type { SecurityDescriptor } from '../../../acl/windows/security-descriptor.ts';

/** `xattr_NTACL` as Samba writes it, put together here a second time and the other way round. */
export type NtAclText =
  | { readonly version: 1 | 2 }
  | { readonly version: 3; readonly hashType?: number }
  | {
      readonly version: 4;
      readonly hashType?: number;
      readonly description?: string;
      readonly hash: Uint8Array;
    };

export function descriptorOf(sddl: string): SecurityDescriptor {
  const parsed = parseSddl(sddl);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.descriptor;
}

export function ntAcl(text: NtAclText, descriptor: SecurityDescriptor): Buffer {
  const written = writeSecurityDescriptor(descriptor);
  if (!written.ok) throw new Error(written.error);
  const head = headOf(text);
  const own = Buffer.from(written.bytes);
  // NDR counts the offsets of a descriptor from the start of all bytes.
  for (const field of [4, 8, 12, 16]) {
    const offset = own.readUInt32LE(field);
    if (offset !== 0) own.writeUInt32LE(offset + head.length, field);
  }
  return Buffer.concat([head, own]);
}

export const ntAclV1 = (sddl: string): Buffer => ntAcl({ version: 1 }, descriptorOf(sddl));

function headOf(text: NtAclText): Buffer {
  const start = [...u16(text.version), ...u16(text.version), ...POINTER];
  switch (text.version) {
    case 1:
      return padded(start);
    case 2:
      return padded([...start, ...POINTER, ...filled(16)]);
    case 3:
      return padded([...start, ...POINTER, ...u16(text.hashType ?? 1), ...filled(64)]);
    case 4: {
      const name = Buffer.from(`${text.description ?? 'posix_acl'}\0`);
      const first = padded([...start, ...POINTER, ...u16(text.hashType ?? 1), ...filled(64), ...name]);
      const hash = Buffer.alloc(64);
      hash.set(text.hash);
      return Buffer.concat([first, Buffer.from(filled(8)), hash]);
    }
  }
}

const POINTER = [0, 0, 2, 0];
const u16 = (value: number): number[] => [value & 0xff, value >> 8];
const filled = (length: number): number[] => Array.from({ length }, () => 0xcd);
const padded = (bytes: readonly number[]): Buffer =>
  Buffer.from([...bytes, ...Array.from({ length: -bytes.length & 3 }, () => 0)]);
