import { createHash } from 'node:crypto';
import type { PrincipalId, ShareId } from './ids.ts';
import type { PosixChain } from './posix/access.ts';
import type { PosixAcl } from './posix/posix-acl.ts';
import { INHERIT_ONLY, type SecurityDescriptor } from './windows/security-descriptor.ts';

/** One line of an ordered access-control list, with where it came from so that `acl explain` can name it. */
export interface AclEntry {
  readonly effect: 'allow' | 'deny';
  readonly principal: PrincipalId;
  /** For readers only, never part of the decision: `hr/.acl.yaml` or `share`. */
  readonly origin: string;
}

/**
 * An access-control list as read from its source, in neutral form.
 *
 * INVARIANT: `entries` and `shareEntries` stand in evaluation order and are never sorted.
 * INVARIANT: both lists must allow; an empty list denies.
 *
 * `decide` and `canonical` switch on `system`; another kind of source adds a member to `Descriptor`.
 */
export interface SidecarDescriptor {
  readonly system: 'sidecar';
  readonly share: ShareId;
  readonly shareEntries: readonly AclEntry[];
  readonly entries: readonly AclEntry[];
}

/** Permissions of a POSIX file system: the file's own list and that of every folder above it inside the share. */
export interface PosixDescriptor {
  readonly system: 'posix';
  readonly share: ShareId;
  readonly shareEntries: readonly AclEntry[];
  readonly chain: PosixChain;
}

/** A Windows security descriptor and that of the share, where the share has one of its own. */
export interface WindowsDescriptor {
  readonly system: 'windows';
  readonly share: ShareId;
  readonly shareEntries: readonly AclEntry[];
  readonly file: SecurityDescriptor;
  readonly shareLevel: SecurityDescriptor | null;
  /** Present where a Samba server asks its kernel as well, with the lists of the folders above, the root's first. */
  readonly samba?: { readonly folders: readonly SecurityDescriptor[] };
  /** Present where the server's kernel must let the user read as well, by lists that could be read. */
  readonly kernel?: PosixChain;
}

export type Descriptor = SidecarDescriptor | PosixDescriptor | WindowsDescriptor;

/** Text that is equal for two descriptors exactly when they decide alike for every token. */
export function canonical(descriptor: Descriptor): string {
  switch (descriptor.system) {
    case 'sidecar':
      return JSON.stringify([
        'sidecar',
        descriptor.share,
        descriptor.shareEntries.map(line),
        descriptor.entries.map(line),
      ]);
    case 'posix':
      return JSON.stringify([
        'posix',
        descriptor.share,
        descriptor.shareEntries.map(line),
        ...posixChain(descriptor.chain),
      ]);
    case 'windows':
      return JSON.stringify([
        'windows',
        descriptor.share,
        descriptor.shareEntries.map(line),
        windowsList(descriptor.file),
        descriptor.shareLevel === null ? null : windowsList(descriptor.shareLevel),
        // Left out where there is none, so that the scopes of other sources stay what they are.
        ...(descriptor.samba === undefined ? [] : [['samba', descriptor.samba.folders.map(windowsList)]]),
        ...(descriptor.kernel === undefined ? [] : [['kernel', ...posixChain(descriptor.kernel)]]),
      ]);
  }
}

/** Hex SHA-256 of the canonical form: the identity under which the catalog hands out a scope. */
export function descriptorHash(descriptor: Descriptor): string {
  return createHash('sha256').update(canonical(descriptor)).digest('hex');
}

function line(entry: AclEntry): string {
  return `${entry.effect} ${entry.principal}`;
}

function posixChain({ file, ancestors }: PosixChain): unknown[] {
  return [posixList(file), ancestors.map(posixList)];
}

function posixList({ owner, group, userObj, users, groupObj, groups, mask, other }: PosixAcl): unknown[] {
  return [owner, group, userObj, users.map(Object.values), groupObj, groups.map(Object.values), mask, other];
}

/** What decides: the owner (for OWNER RIGHTS) and the entries in stored order, of their flags only one. */
function windowsList({ owner, dacl }: SecurityDescriptor): unknown[] {
  if (dacl.kind !== 'list') return [owner, dacl.kind];
  return [
    owner,
    dacl.aces.map(({ type, flags, mask, sid, conditional, objectType }) => [
      ...[type, flags & INHERIT_ONLY, mask, sid, conditional, objectType ?? null],
    ]),
  ];
}
