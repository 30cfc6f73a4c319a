import { createHash } from 'node:crypto';
import type { PosixAcl } from '../posix/posix-acl.ts';

/** What Samba writes beside a hash that was made as `posixListHash` makes it. */
export const POSIX_LIST = 'posix_acl';

// SMB_ACL_* of Samba's librpc/idl/smb_acl.idl.
const USER = 1;
const USER_OBJ = 2;
const GROUP = 3;
const GROUP_OBJ = 4;
const OTHER = 5;
const MASK = 6;

/** What stands in place of a pointer to something. */
const REFERENT = 0x0002_0000;

/**
 * SHA-256 by which Samba knows whether the POSIX list of a file is still the one beside which it stored a
 * descriptor: over `smb_acl_wrapper` (librpc/idl/smb_acl.idl) in NDR, which holds the list, owner, group and mode.
 * The list of a file, not of a folder: those of folders also have a default list, and are never asked.
 *
 * `mode` is that of stat, kind of file included. The entries stand in the kernel's order, ids ascending.
 */
export function posixListHash(acl: PosixAcl, mode: number): Uint8Array {
  return createHash('sha256').update(wrapped(acl, mode)).digest();
}

function wrapped(acl: PosixAcl, mode: number): Uint8Array {
  const entries: readonly (readonly [tag: number, perm: number, id?: number])[] = [
    [USER_OBJ, acl.userObj],
    ...acl.users.map(({ uid, perm }) => [USER, perm, uid] as const),
    [GROUP_OBJ, acl.groupObj],
    ...acl.groups.map(({ gid, perm }) => [GROUP, perm, gid] as const),
    ...(acl.mask === null ? [] : [[MASK, acl.mask] as const]),
    [OTHER, acl.other],
  ];
  const out = new Words();
  out.u32(REFERENT); // the list
  out.u32(0); // no default list
  out.u64(acl.owner);
  out.u64(acl.group);
  out.u32(mode);
  out.u32(entries.length); // size of the array, ahead of what holds it
  out.align8();
  out.u32(entries.length);
  out.u32(0); // a cursor of Samba's, always 0
  for (const [tag, perm, id] of entries) {
    out.align8();
    out.u16(tag);
    out.u16(tag); // which kind of id follows
    if (id !== undefined) {
      out.align8();
      out.u64(id);
    }
    out.u32(perm);
  }
  return Uint8Array.from(out.bytes);
}

/** Little-endian numbers one after the other. */
class Words {
  readonly bytes: number[] = [];

  u16(value: number): void {
    this.bytes.push(value & 0xff, (value >>> 8) & 0xff);
  }

  u32(value: number): void {
    this.u16(value & 0xffff);
    this.u16(value >>> 16);
  }

  /** Ids have 32 bits. */
  u64(value: number): void {
    this.u32(value);
    this.u32(0);
  }

  align8(): void {
    while (this.bytes.length % 8 !== 0) this.bytes.push(0);
  }
}
