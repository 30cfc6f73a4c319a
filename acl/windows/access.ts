import type { PrincipalId } from '../ids.ts';
import { FILE_READ_DATA, mapGenericRights } from './access-mask.ts';
import { aceKind } from './ace-types.ts';
import { INHERIT_ONLY, type SecurityDescriptor, type WindowsAce } from './security-descriptor.ts';
import { UNKNOWN_SID, WELL_KNOWN } from './sid.ts';

/** What protects one file: its own descriptor and, where the share has one, the share's. */
export interface WindowsProtection {
  readonly descriptor: SecurityDescriptor;
  readonly share?: SecurityDescriptor | null | undefined;
}

export type WindowsPart = 'share' | 'file';

/** Why a decision fell. `index` counts from 0 in stored order. */
export type WindowsBecause =
  | {
      readonly part: WindowsPart;
      readonly kind: 'ace';
      readonly index: number;
      readonly ace: WindowsAce;
    }
  | {
      readonly part: WindowsPart;
      readonly kind: 'null-dacl' | 'empty-dacl' | 'absent-dacl' | 'no-ace-matched';
    };

export interface WindowsDecision {
  readonly read: boolean;
  readonly because: WindowsBecause;
}

/** Why an entry had no say. */
export type WindowsSkip =
  | 'inherit-only'
  | 'not-an-access-entry'
  | 'other-principal'
  | 'no-read-right'
  | 'conditional-allow'
  | 'object-allow'
  | 'unknown-allow'
  | 'already-decided';

export interface WindowsAceExplanation {
  readonly part: WindowsPart;
  readonly index: number;
  readonly ace: WindowsAce;
  /** Whether the entry's SID is one the token acts with. */
  readonly matched: boolean;
  readonly outcome: 'allow' | 'deny' | 'skip';
  /** Null when the entry is the one that decided its part. */
  readonly skipped: WindowsSkip | null;
}

export interface WindowsExplanation extends WindowsDecision {
  readonly aces: readonly WindowsAceExplanation[];
}

/**
 * Whether a token may read a file's content, as Windows decides it: [MS-DTYP] 2.5.3.2 for the one right
 * FILE_READ_DATA, entries in stored order. Share part and file part must both allow.
 *
 * `principals` are canonical SIDs. An owner has READ_CONTROL and WRITE_DAC without any entry, but never data.
 * Every doubt is a no: an absent list denies, a condition never grants and always denies, an entry type that
 * is not known denies, OWNER RIGHTS without a known owner may restrict anyone.
 */
export function evaluateWindows(
  { descriptor, share }: WindowsProtection,
  principals: ReadonlySet<PrincipalId>,
): WindowsDecision {
  if (share) {
    const decision = evaluatePart('share', share, principals);
    if (!decision.read) return decision;
  }
  return evaluatePart('file', descriptor, principals);
}

/** The decision of `evaluateWindows` and every entry of both parts in stored order with what it did. */
export function explainWindows(
  { descriptor, share }: WindowsProtection,
  principals: ReadonlySet<PrincipalId>,
): WindowsExplanation {
  const aces: WindowsAceExplanation[] = [];
  const shareDecision = share ? evaluatePart('share', share, principals, aces) : null;
  const fileDecision = evaluatePart('file', descriptor, principals, aces);
  const decision = shareDecision?.read === false ? shareDecision : fileDecision;
  return { ...decision, aces };
}

function evaluatePart(
  part: WindowsPart,
  descriptor: SecurityDescriptor,
  principals: ReadonlySet<PrincipalId>,
  seen?: WindowsAceExplanation[],
): WindowsDecision {
  const { dacl, owner } = descriptor;
  if (dacl.kind !== 'list') {
    return { read: dacl.kind === 'null', because: { part, kind: `${dacl.kind}-dacl` } };
  }
  if (dacl.aces.length === 0) return { read: false, because: { part, kind: 'empty-dacl' } };

  const holder: Holder = { principals, owner };
  let decision: WindowsDecision | null = null;
  for (const [index, ace] of dacl.aces.entries()) {
    const verdict = judge(ace, holder);
    const decides = decision === null && verdict.outcome !== 'skip';
    seen?.push({
      part,
      index,
      ace,
      matched: verdict.matched,
      outcome: decides ? verdict.outcome : 'skip',
      skipped: decides ? null : (verdict.skipped ?? 'already-decided'),
    });
    if (decides) {
      decision = { read: verdict.outcome === 'allow', because: { part, kind: 'ace', index, ace } };
      if (seen === undefined) return decision;
    }
  }
  return decision ?? { read: false, because: { part, kind: 'no-ace-matched' } };
}

interface Holder {
  readonly principals: ReadonlySet<PrincipalId>;
  readonly owner: PrincipalId | null;
}

interface Verdict {
  readonly matched: boolean;
  readonly outcome: 'allow' | 'deny' | 'skip';
  readonly skipped: WindowsSkip | null;
}

const ALLOW: Verdict = { matched: true, outcome: 'allow', skipped: null };
const DENY: Verdict = { matched: true, outcome: 'deny', skipped: null };
const skip = (matched: boolean, skipped: WindowsSkip): Verdict => ({
  matched,
  outcome: 'skip',
  skipped,
});

/** What one entry says, regardless of the others. */
function judge(ace: WindowsAce, holder: Holder): Verdict {
  const kind = aceKind(ace.type);
  const matched = matches(ace.sid, holder, kind.effect !== 'allow');
  if ((ace.flags & INHERIT_ONLY) !== 0) return skip(matched, 'inherit-only');
  if (kind.effect === 'ignored') return skip(matched, 'not-an-access-entry');
  if (!matched) return skip(false, 'other-principal');
  // What the mask of such a type means is not known, so it is not asked.
  if (kind.effect === 'doubt') return DENY;
  if ((mapGenericRights(ace.mask) & FILE_READ_DATA) === 0) return skip(true, 'no-read-right');
  if (kind.effect === 'deny') return DENY;
  if (kind.layout === 'opaque') return skip(true, 'unknown-allow');
  if (kind.callback || ace.conditional) return skip(true, 'conditional-allow');
  // A file has no object tree for a grant on a property to refer to; Samba does not honour these either.
  if (kind.layout === 'object') return skip(true, 'object-allow');
  return ALLOW;
}

/** SIDs that only stand for someone at inheritance time: [MS-DTYP] 2.4.2.4. They match nobody. */
const TEMPLATES: ReadonlySet<PrincipalId> = new Set([
  WELL_KNOWN.creatorOwner,
  WELL_KNOWN.creatorGroup,
  WELL_KNOWN.creatorOwnerServer,
  WELL_KNOWN.creatorGroupServer,
]);

function matches(sid: PrincipalId, { principals, owner }: Holder, mayDeny: boolean): boolean {
  if (TEMPLATES.has(sid)) return false;
  if (sid === UNKNOWN_SID) return mayDeny;
  if (sid === WELL_KNOWN.ownerRights) return owner === null ? mayDeny : principals.has(owner);
  return principals.has(sid);
}
