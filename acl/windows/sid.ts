import { type PrincipalId, principalId } from '../ids.ts';

/** Stands where an entry has a SID that cannot be read: it may be anyone, so it matches denials only. */
export const UNKNOWN_SID = principalId('S-?');

export const WELL_KNOWN = {
  everyone: principalId('S-1-1-0'),
  creatorOwner: principalId('S-1-3-0'),
  creatorGroup: principalId('S-1-3-1'),
  creatorOwnerServer: principalId('S-1-3-2'),
  creatorGroupServer: principalId('S-1-3-3'),
  ownerRights: principalId('S-1-3-4'),
  network: principalId('S-1-5-2'),
  interactive: principalId('S-1-5-4'),
  anonymous: principalId('S-1-5-7'),
  authenticatedUsers: principalId('S-1-5-11'),
  system: principalId('S-1-5-18'),
  administrators: principalId('S-1-5-32-544'),
  users: principalId('S-1-5-32-545'),
  guests: principalId('S-1-5-32-546'),
} as const;

/** Which SIDs the relative SDDL aliases are completed with. */
export interface SidContext {
  /** `S-1-5-21-…` of the domain the descriptor's server belongs to: DA, DU, … */
  readonly domainSid?: string | undefined;
  /** Of the forest's root domain: EA, SA, EK, RO. Without it `domainSid` stands in (a forest of one domain). */
  readonly rootDomainSid?: string | undefined;
  /** Of the server itself: LA, LG. */
  readonly machineSid?: string | undefined;
}

/** [MS-DTYP] 2.4.2: a SID has revision 1 and at most 15 sub-authorities. */
const SID_REVISION = 1;
const MAX_SUB_AUTHORITIES = 15;
const SID_HEADER_BYTES = 8;
const MAX_AUTHORITY = 2 ** 48 - 1;
const MAX_U32 = 2 ** 32 - 1;

/** [MS-DTYP] 2.4.2.1. The bounds on digits keep reading linear; the hex form always has `-` behind it. */
const SID_TEXT = /S-1-(0x[0-9a-f]{1,12}|\d{1,15})((?:-\d{1,10}){1,15})/iy;

/** Reads the SID that starts at `at`, in canonical form, with the position after it; null when none does. */
export function readSidText(text: string, at: number): { sid: PrincipalId; end: number } | null {
  SID_TEXT.lastIndex = at;
  const match = SID_TEXT.exec(text);
  if (match === null) return null;
  const authority = Number(match[1]);
  const subs = (match[2] ?? '').slice(1).split('-').map(Number);
  if (authority > MAX_AUTHORITY || subs.some((sub) => sub > MAX_U32)) return null;
  return { sid: sidOf(authority, subs), end: at + match[0].length };
}

/** A SID in its one canonical string form, or null when the text is not a SID. */
export function parseSid(text: string): PrincipalId | null {
  const read = readSidText(text, 0);
  return read !== null && read.end === text.length ? read.sid : null;
}

/** The SID stored at `offset` ([MS-DTYP] 2.4.2.2) and its length in bytes; null when it is not whole. */
export function readSidBytes(bytes: Uint8Array, offset = 0): { sid: PrincipalId; size: number } | null {
  const count = bytes[offset + 1];
  if (bytes[offset] !== SID_REVISION || count === undefined) return null;
  if (count < 1 || count > MAX_SUB_AUTHORITIES) return null;
  const size = SID_HEADER_BYTES + 4 * count;
  if (offset < 0 || offset + size > bytes.length) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, size);
  const authority = view.getUint16(2) * 2 ** 32 + view.getUint32(4);
  const subs = Array.from({ length: count }, (_, i) => view.getUint32(SID_HEADER_BYTES + 4 * i, true));
  return { sid: sidOf(authority, subs), size };
}

/** The bytes of a SID, or null when the principal is not a SID. */
export function sidToBytes(sid: string): Uint8Array | null {
  const canonical = parseSid(sid);
  if (canonical === null) return null;
  const [, , authority, ...subs] = canonical.split('-').map(Number);
  const bytes = new Uint8Array(SID_HEADER_BYTES + 4 * subs.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, SID_REVISION);
  view.setUint8(1, subs.length);
  view.setUint16(2, Math.floor((authority ?? 0) / 2 ** 32));
  view.setUint32(4, (authority ?? 0) % 2 ** 32);
  for (const [i, sub] of subs.entries()) view.setUint32(SID_HEADER_BYTES + 4 * i, sub, true);
  return bytes;
}

/** Decimal authority below 2^32, else twelve hex digits ([MS-DTYP] 2.4.2.1): one form, since ids are compared. */
function sidOf(authority: number, subs: readonly number[]): PrincipalId {
  const shown = authority <= MAX_U32 ? authority.toString() : `0x${authority.toString(16).padStart(12, '0')}`;
  return principalId(`S-1-${shown}-${subs.join('-')}`);
}

/** Aliases that mean the same SID everywhere: [MS-DTYP] 2.5.1.1, completed from the Windows SDK's sddl.h. */
const FIXED: Readonly<Record<string, string>> = {
  WD: 'S-1-1-0',
  CO: 'S-1-3-0',
  CG: 'S-1-3-1',
  OW: 'S-1-3-4',
  NU: 'S-1-5-2',
  IU: 'S-1-5-4',
  SU: 'S-1-5-6',
  AN: 'S-1-5-7',
  ED: 'S-1-5-9',
  PS: 'S-1-5-10',
  AU: 'S-1-5-11',
  RC: 'S-1-5-12',
  SY: 'S-1-5-18',
  LS: 'S-1-5-19',
  NS: 'S-1-5-20',
  WR: 'S-1-5-33',
  UD: 'S-1-5-84-0-0-0-0-0',
  BA: 'S-1-5-32-544',
  BU: 'S-1-5-32-545',
  BG: 'S-1-5-32-546',
  PU: 'S-1-5-32-547',
  AO: 'S-1-5-32-548',
  SO: 'S-1-5-32-549',
  PO: 'S-1-5-32-550',
  BO: 'S-1-5-32-551',
  RE: 'S-1-5-32-552',
  RU: 'S-1-5-32-554',
  RD: 'S-1-5-32-555',
  NO: 'S-1-5-32-556',
  MU: 'S-1-5-32-558',
  LU: 'S-1-5-32-559',
  IS: 'S-1-5-32-568',
  CY: 'S-1-5-32-569',
  ER: 'S-1-5-32-573',
  CD: 'S-1-5-32-574',
  RA: 'S-1-5-32-575',
  ES: 'S-1-5-32-576',
  MS: 'S-1-5-32-577',
  HA: 'S-1-5-32-578',
  AA: 'S-1-5-32-579',
  RM: 'S-1-5-32-580',
  HO: 'S-1-5-32-584',
  SH: 'S-1-5-32-585',
  AC: 'S-1-15-2-1',
  LW: 'S-1-16-4096',
  ME: 'S-1-16-8192',
  MP: 'S-1-16-8448',
  HI: 'S-1-16-12288',
  SI: 'S-1-16-16384',
  AS: 'S-1-18-1',
  SS: 'S-1-18-2',
};

type Base = keyof SidContext;

/** Aliases that are a relative id under some authority: [MS-DTYP] 2.5.1.1 and 2.4.2.4. */
const RELATIVE: Readonly<Record<string, readonly [Base, number]>> = {
  RO: ['rootDomainSid', 498],
  LA: ['machineSid', 500],
  LG: ['machineSid', 501],
  DA: ['domainSid', 512],
  DU: ['domainSid', 513],
  DG: ['domainSid', 514],
  DC: ['domainSid', 515],
  DD: ['domainSid', 516],
  CA: ['domainSid', 517],
  SA: ['rootDomainSid', 518],
  EA: ['rootDomainSid', 519],
  PA: ['domainSid', 520],
  CN: ['domainSid', 522],
  AP: ['domainSid', 525],
  KA: ['domainSid', 526],
  EK: ['rootDomainSid', 527],
  RS: ['domainSid', 553],
};

const ALIAS_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(FIXED).map(([alias, sid]) => [sid, alias]),
);

/** The SID of a two-letter alias in any case, or in plain words why it has none. */
export function sidOfAlias(
  alias: string,
  context: SidContext,
): { readonly ok: true; readonly sid: PrincipalId } | { readonly ok: false; readonly error: string } {
  const name = alias.toUpperCase();
  const fixed = Object.hasOwn(FIXED, name) ? FIXED[name] : undefined;
  if (fixed !== undefined) return { ok: true, sid: principalId(fixed) };
  const relative = Object.hasOwn(RELATIVE, name) ? RELATIVE[name] : undefined;
  if (relative === undefined) return { ok: false, error: `no SID is called ${JSON.stringify(alias)}` };
  const [base, rid] = relative;
  const given = context[base] ?? (base === 'rootDomainSid' ? context.domainSid : undefined);
  if (given === undefined) return { ok: false, error: `${name} cannot be completed without ${base}` };
  const sid = parseSid(`${given}-${rid}`);
  return sid === null ? { ok: false, error: `${base} is not a SID` } : { ok: true, sid };
}

/** The alias SDDL prints for a SID, where it means the same everywhere; null for all others. */
export function aliasOfSid(sid: string): string | null {
  return ALIAS_OF.get(sid) ?? null;
}
