/**
 * What reading needs to know of one ACE type. Nothing else in this folder enumerates the types.
 *
 * `effect`: `ignored` types sit in system lists and neither grant nor deny; `doubt` is a type that may
 * restrict in a way not computed here, so it is held to deny.
 */
export interface AceKind {
  readonly name: string;
  /** The SDDL code, or null where SDDL has none and the type is written as a number. */
  readonly sddl: string | null;
  readonly effect: 'allow' | 'deny' | 'ignored' | 'doubt';
  /** `basic`: mask, SID. `object`: mask, flags, optional GUIDs, SID. `opaque`: nothing in it can be read. */
  readonly layout: 'basic' | 'object' | 'opaque';
  /** A callback ACE: its effect depends on a condition, which is never evaluated here. */
  readonly callback: boolean;
  /** Whether bytes (in SDDL: a seventh field) after the SID belong to the entry. */
  readonly data: boolean;
}

type Effect = AceKind['effect'];

const basic = (name: string, sddl: string, effect: Effect, data = false): AceKind => ({
  name,
  sddl,
  effect,
  layout: 'basic',
  callback: false,
  data,
});
const object = (name: string, sddl: string, effect: Effect): AceKind => ({
  ...basic(name, sddl, effect),
  layout: 'object',
});
const callback = (
  name: string,
  sddl: string | null,
  effect: Effect,
  layout: 'basic' | 'object',
): AceKind => ({
  name,
  sddl,
  effect,
  layout,
  callback: true,
  data: true,
});

/** [MS-DTYP] 2.4.4.1 (types) and 2.5.1.1 (SDDL codes), the type number being the index. */
const KINDS: readonly AceKind[] = [
  basic('allow', 'A', 'allow'),
  basic('deny', 'D', 'deny'),
  basic('audit', 'AU', 'ignored'),
  basic('alarm', 'AL', 'ignored'),
  // Reserved, with two SIDs; a grant that is not understood grants nothing.
  { name: 'compound allow', sddl: null, effect: 'allow', layout: 'opaque', callback: false, data: true },
  object('object allow', 'OA', 'allow'),
  object('object deny', 'OD', 'deny'),
  object('object audit', 'OU', 'ignored'),
  object('object alarm', 'OL', 'ignored'),
  callback('conditional allow', 'XA', 'allow', 'basic'),
  callback('conditional deny', 'XD', 'deny', 'basic'),
  callback('conditional object allow', 'ZA', 'allow', 'object'),
  callback('conditional object deny', null, 'deny', 'object'),
  callback('conditional audit', 'XU', 'ignored', 'basic'),
  callback('conditional alarm', null, 'ignored', 'basic'),
  callback('conditional object audit', null, 'ignored', 'object'),
  callback('conditional object alarm', null, 'ignored', 'object'),
  basic('mandatory label', 'ML', 'ignored'),
  basic('resource attribute', 'RA', 'ignored', true),
  basic('scoped policy', 'SP', 'ignored'),
  basic('process trust label', 'TL', 'ignored'),
  callback('access filter', 'FL', 'doubt', 'basic'),
];

const UNKNOWN: AceKind = {
  name: 'unknown',
  sddl: null,
  effect: 'doubt',
  layout: 'opaque',
  callback: false,
  data: true,
};

const BY_CODE: ReadonlyMap<string, number> = new Map(
  KINDS.flatMap((kind, type) => (kind.sddl === null ? [] : [[kind.sddl, type] as const])),
);

/** What is known of an ACE type; a type that is not known is a doubt. */
export function aceKind(type: number): AceKind {
  return KINDS[type] ?? UNKNOWN;
}

/** The type number of an SDDL code in capitals, or null. */
export function aceTypeOfCode(code: string): number | null {
  return BY_CODE.get(code) ?? null;
}
