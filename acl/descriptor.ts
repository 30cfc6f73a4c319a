import { createHash } from 'node:crypto';
import type { PrincipalId, ShareId } from './ids.ts';

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
 * Other sources (Windows, POSIX) add members to this union; `decide` and `canonical` switch on `system`.
 */
export interface SidecarDescriptor {
  readonly system: 'sidecar';
  readonly share: ShareId;
  readonly shareEntries: readonly AclEntry[];
  readonly entries: readonly AclEntry[];
}

export type Descriptor = SidecarDescriptor;

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
  }
}

/** Hex SHA-256 of the canonical form: the identity under which the catalog hands out a scope. */
export function descriptorHash(descriptor: Descriptor): string {
  return createHash('sha256').update(canonical(descriptor)).digest('hex');
}

function line(entry: AclEntry): string {
  return `${entry.effect} ${entry.principal}`;
}
