import type { AclEntry, Descriptor } from './descriptor.ts';
import type { Token } from './token.ts';

/** Why a decision fell, as a value that explanations and tests read. */
export type Because =
  | {
      readonly kind: 'entry';
      readonly part: 'share' | 'file';
      readonly index: number;
      readonly entry: AclEntry;
    }
  | { readonly kind: 'no-entry-matched'; readonly part: 'share' | 'file' }
  | { readonly kind: 'no-descriptor'; readonly detail: string };

export interface Decision {
  readonly read: boolean;
  readonly because: Because;
}

/**
 * Whether a token may read what a descriptor protects. Both the share part and the file part must allow.
 *
 * In each part the first entry whose principal the token holds decides; with none, the answer is no.
 * A descriptor that could not be read (`null`) is a no.
 * Source of the ordered evaluation: [MS-DTYP] 2.5.3.2, reduced to one right (read data).
 */
export function decide(descriptor: Descriptor | null, token: Token): Decision {
  if (descriptor === null) {
    return {
      read: false,
      because: { kind: 'no-descriptor', detail: 'no access-control list could be read' },
    };
  }
  switch (descriptor.system) {
    case 'sidecar': {
      const share = firstMatch('share', descriptor.shareEntries, token);
      return share.read ? firstMatch('file', descriptor.entries, token) : share;
    }
  }
}

function firstMatch(part: 'share' | 'file', entries: readonly AclEntry[], token: Token): Decision {
  for (const [index, entry] of entries.entries()) {
    if (token.principals.has(entry.principal)) {
      return { read: entry.effect === 'allow', because: { kind: 'entry', part, index, entry } };
    }
  }
  return { read: false, because: { kind: 'no-entry-matched', part } };
}
