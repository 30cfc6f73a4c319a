import type { AclEntry, Descriptor, WindowsDescriptor } from './descriptor.ts';
import type { PrincipalId } from './ids.ts';
import {
  evaluatePosixAs,
  type PosixBecause,
  type PosixChain,
  type PosixIdentityReading,
  posixIdentity,
} from './posix/access.ts';
import type { Token } from './token.ts';
import { evaluateWindows, type WindowsBecause } from './windows/access.ts';
import { evaluateSamba, type SambaBecause } from './windows/samba-access.ts';

/** Why a decision fell, as a value that explanations and tests read. */
export type Because =
  | {
      readonly kind: 'entry';
      readonly part: 'share' | 'file';
      readonly index: number;
      readonly entry: AclEntry;
    }
  | { readonly kind: 'no-entry-matched'; readonly part: 'share' | 'file' }
  | { readonly kind: 'no-descriptor'; readonly detail: string }
  | { readonly kind: 'posix'; readonly because: PosixBecause }
  | { readonly kind: 'windows'; readonly because: WindowsBecause }
  | { readonly kind: 'samba'; readonly because: Exclude<SambaBecause, { kind: 'windows' }> };

export interface Decision {
  readonly read: boolean;
  readonly because: Because;
}

/**
 * Whether a token may read what a descriptor protects. Both the share part and the file part must allow.
 *
 * The share's entries and a sidecar's: the first whose principal the token holds decides; with none, the answer
 * is no ([MS-DTYP] 2.5.3.2, reduced to one right). POSIX and Windows lists are decided as their systems do.
 * A descriptor that could not be read (`null`) is a no.
 */
export function decide(descriptor: Descriptor | null, token: Token): Decision {
  if (descriptor === null) {
    return {
      read: false,
      because: { kind: 'no-descriptor', detail: 'no access-control list could be read' },
    };
  }
  const share = firstMatch('share', descriptor.shareEntries, token);
  if (!share.read) return share;
  switch (descriptor.system) {
    case 'sidecar':
      return firstMatch('file', descriptor.entries, token);
    case 'posix':
      return decidePosix(descriptor.chain, token);
    case 'windows': {
      const decision = decideWindows(descriptor, token);
      const { kernel } = descriptor;
      return decision.read && kernel !== undefined ? decidePosix(kernel, token) : decision;
    }
  }
}

function decideWindows({ file, shareLevel, samba }: WindowsDescriptor, token: Token): Decision {
  if (samba !== undefined) {
    const { read, because } = evaluateSamba({ file, share: shareLevel, ...samba }, token);
    return { read, because: because.kind === 'windows' ? because : { kind: 'samba', because } };
  }
  const { read, because } = evaluateWindows({ descriptor: file, share: shareLevel }, token.principals);
  return { read, because: { kind: 'windows', because } };
}

function decidePosix(chain: PosixChain, { principals }: Token): Decision {
  const identity = identityOf(principals);
  if (!identity.ok) {
    const because: PosixBecause = { kind: 'posix-doubt', doubt: identity.doubt };
    return { read: false, because: { kind: 'posix', because } };
  }
  const { read, because } = evaluatePosixAs(chain, identity.identity);
  return { read, because: { kind: 'posix', because } };
}

/** A token is asked about every scope of the index: whom the kernel would see is worked out once. */
const identities = new WeakMap<ReadonlySet<PrincipalId>, PosixIdentityReading>();

function identityOf(principals: ReadonlySet<PrincipalId>): PosixIdentityReading {
  let identity = identities.get(principals);
  if (identity === undefined) {
    identity = posixIdentity(principals);
    identities.set(principals, identity);
  }
  return identity;
}

function firstMatch(part: 'share' | 'file', entries: readonly AclEntry[], token: Token): Decision {
  // By number: asked for every scope of the index, a pair made for each entry costs as much as the answer.
  for (let index = 0; index < entries.length; index += 1) {
    const entry = entries[index];
    if (entry !== undefined && token.principals.has(entry.principal)) {
      return { read: entry.effect === 'allow', because: { kind: 'entry', part, index, entry } };
    }
  }
  return { read: false, because: { kind: 'no-entry-matched', part } };
}
