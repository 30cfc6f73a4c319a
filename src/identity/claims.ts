import { type GroupSource, parseSid, principalId, subjectName, subjectOf } from '../../acl/index.ts';
import type { Issuer, IssuerGroups } from './issuer.ts';

/** What the claims of a verified token say. */
export interface Claimed {
  /** Who it is, as the issuer says it: one value for each configured claim, joined. */
  readonly subject: string;
  readonly groups: GroupSource;
  /** Scopes of ours. */
  readonly scopes: ReadonlySet<string>;
  /** Until when the token counts, in milliseconds since the epoch. */
  readonly expires: number;
}

/** Why the claims of a verified token sign nobody in. */
export type ClaimsRefusal =
  | 'no-subject'
  | 'email-not-verified'
  | 'groups-unreadable'
  | 'groups-not-said'
  | 'no-expiry';

export type ClaimsReading =
  | { readonly ok: true; readonly claimed: Claimed }
  | { readonly ok: false; readonly refusal: ClaimsRefusal };

type Payload = Readonly<Record<string, unknown>>;

/** Longest value of one claim that names somebody or a group; OpenID Connect Core 2 has 255 for `sub`. */
const MAX_VALUE = 512;
/** Groups in one token. What fits into a header is less. */
const MAX_GROUPS = 2_000;
/** Creator, owner and their like: they stand in for others and are nobody's group. */
const PLACEHOLDER_SID = /^S-1-3-/;

/**
 * Reads who it is, which groups and which scopes from the payload of a token whose signature, issuer, audience and
 * times were verified. Pure.
 *
 * INVARIANT: "no groups" is said only by a list without any. A claim that is absent, cut short or not to be
 * understood is never taken for it.
 */
export function readClaims(payload: Payload, issuer: Issuer): ClaimsReading {
  const values: string[] = [];
  for (const claim of issuer.user.claims) {
    const value = claimOf(payload, claim);
    if (typeof value !== 'string' || value === '' || value.length > MAX_VALUE) return refuse('no-subject');
    // An address that anybody may type into their own account names nobody.
    if (claim === 'email' && claimOf(payload, 'email_verified') !== true) return refuse('email-not-verified');
    values.push(value);
  }
  const expires = claimOf(payload, 'exp');
  if (typeof expires !== 'number' || !Number.isFinite(expires)) return refuse('no-expiry');
  const groups = readGroups(payload, issuer.issuer, issuer.groups);
  if (!groups.ok) return refuse(groups.refusal);
  const scopes = readScopes(payload, issuer);
  return {
    ok: true,
    claimed: { subject: subjectOf(values), groups: groups.source, scopes, expires: expires * 1000 },
  };
}

function readGroups(
  payload: Payload,
  issuer: string,
  groups: IssuerGroups,
):
  | { readonly ok: true; readonly source: GroupSource }
  | { readonly ok: false; readonly refusal: ClaimsRefusal } {
  if (groups.from === 'directory') return { ok: true, source: { kind: 'directory' } };
  const { claim, as, overage } = groups;
  const value = claimOf(payload, claim);
  if (value === undefined || saidElsewhere(payload, claim)) {
    return overage === 'directory'
      ? { ok: true, source: { kind: 'overage' } }
      : { ok: false, refusal: 'groups-not-said' };
  }
  // Some issuers write a list of one as its only value.
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length > MAX_GROUPS) return { ok: false, refusal: 'groups-unreadable' };
  const found = [];
  for (const item of list) {
    if (typeof item !== 'string' || item === '' || item.length > MAX_VALUE) {
      return { ok: false, refusal: 'groups-unreadable' };
    }
    const name = groupName(item, as, issuer);
    if (name === null) return { ok: false, refusal: 'groups-unreadable' };
    found.push(name);
  }
  return { ok: true, source: { kind: 'claimed', groups: found } };
}

/**
 * Whether the token says that its groups are to be looked up: distributed claims (OpenID Connect Core 5.6.2), which
 * Entra uses above 200 groups, or its `hasgroups`, which stands in tokens of the implicit flow above 5.
 */
function saidElsewhere(payload: Payload, claim: string): boolean {
  const hasGroups = claimOf(payload, 'hasgroups');
  if (hasGroups !== undefined && hasGroups !== false) return true;
  const names = claimOf(payload, '_claim_names');
  if (names === undefined) return false;
  // What is written there and cannot be understood may mean this claim.
  if (typeof names !== 'object' || names === null || Array.isArray(names)) return true;
  return Object.hasOwn(names, claim);
}

function groupName(value: string, as: 'sid' | 'group' | 'subject', issuer: string) {
  switch (as) {
    case 'sid': {
      const sid = parseSid(value);
      return sid === null || PLACEHOLDER_SID.test(sid) ? null : sid;
    }
    case 'group':
      return principalId(`group:${value}`);
    case 'subject':
      return subjectName(issuer, value);
  }
}

function readScopes(payload: Payload, { scopeClaim, scopes }: Issuer): ReadonlySet<string> {
  const value =
    scopeClaim === undefined
      ? (claimOf(payload, 'scope') ?? claimOf(payload, 'scp'))
      : claimOf(payload, scopeClaim);
  const said = new Set(
    typeof value === 'string'
      ? value.split(' ')
      : Array.isArray(value)
        ? value.filter((item) => typeof item === 'string')
        : [],
  );
  said.delete('');
  const ours = new Set<string>();
  const renamed = new Map(Object.entries(scopes));
  for (const word of said) if (!renamed.has(word)) ours.add(word);
  for (const [scope, words] of renamed) if (words.some((word) => said.has(word))) ours.add(scope);
  return ours;
}

/** The token's own claim: what every object inherits is not said by it. */
function claimOf(payload: Payload, claim: string): unknown {
  return Object.hasOwn(payload, claim) ? payload[claim] : undefined;
}

function refuse(refusal: ClaimsRefusal): ClaimsReading {
  return { ok: false, refusal };
}
