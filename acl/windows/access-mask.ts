/** FILE_READ_DATA ([MS-SMB2] 2.2.13.1.1): the one right that reading a file's content takes. */
export const FILE_READ_DATA = 0x1;

/** FILE_TRAVERSE ([MS-SMB2] 2.2.13.1.2): what passing through a folder takes where it is asked for. */
export const FILE_TRAVERSE = 0x20;

const GENERIC_READ = 0x80000000;
const GENERIC_WRITE = 0x40000000;
const GENERIC_EXECUTE = 0x20000000;
const GENERIC_ALL = 0x10000000;

/** What the generic rights mean on files ([MS-DTYP] 2.4.3; the mapping of NTFS). */
const FILE_GENERIC_MAPPING = [
  [GENERIC_READ, 0x120089],
  [GENERIC_WRITE, 0x120116],
  [GENERIC_EXECUTE, 0x1200a0],
  [GENERIC_ALL, 0x1f01ff],
] as const;

/** An access mask with its generic bits replaced by the file rights they stand for; unsigned 32 bits. */
export function mapGenericRights(mask: number): number {
  let mapped = mask;
  for (const [generic, rights] of FILE_GENERIC_MAPPING) {
    if ((mask & generic) !== 0) mapped = (mapped & ~generic) | rights;
  }
  return mapped >>> 0;
}

/** Two-letter rights of SDDL ([MS-DTYP] 2.5.1.1). */
const RIGHTS: Readonly<Record<string, number>> = {
  GA: GENERIC_ALL,
  GR: GENERIC_READ,
  GW: GENERIC_WRITE,
  GX: GENERIC_EXECUTE,
  FA: 0x1f01ff,
  FR: 0x120089,
  FW: 0x120116,
  FX: 0x1200a0,
  RC: 0x20000,
  SD: 0x10000,
  WD: 0x40000,
  WO: 0x80000,
  CC: 0x1,
  DC: 0x2,
  LC: 0x4,
  SW: 0x8,
  RP: 0x10,
  WP: 0x20,
  DT: 0x40,
  LO: 0x80,
  CR: 0x100,
  KA: 0xf003f,
  KR: 0x20019,
  KW: 0x20006,
  KX: 0x20019,
  NW: 0x1,
  NR: 0x2,
  NX: 0x4,
};

/** Masks that are printed by name; all others as hex. */
const PRINTED: ReadonlyMap<number, string> = new Map(
  ['GA', 'GR', 'GW', 'GX', 'FA', 'FR', 'FW', 'FX'].map((name) => [RIGHTS[name] ?? 0, name]),
);

/** Two-letter ACE flags of SDDL ([MS-DTYP] 2.5.1.1), and CR (critical) of the Windows SDK. */
const FLAGS: Readonly<Record<string, number>> = {
  OI: 0x01,
  CI: 0x02,
  NP: 0x04,
  IO: 0x08,
  ID: 0x10,
  CR: 0x20,
  SA: 0x40,
  FA: 0x80,
};

/** TP (trust-protected filter) shares its bit with SA, which is what is printed. */
const READ_FLAGS: Readonly<Record<string, number>> = { ...FLAGS, TP: 0x40 };

const MAX_U32 = 2 ** 32 - 1;

/** A number as Windows reads one: 0x hex, 0 octal, else decimal; null when it is none or above 32 bits. */
export function parseNumber(text: string): number | null {
  if (text.length > 32) return null;
  let value: number;
  if (/^0x[0-9a-f]+$/i.test(text)) value = Number.parseInt(text.slice(2), 16);
  else if (/^0[0-7]*$/.test(text)) value = Number.parseInt(text, 8);
  else if (/^[1-9]\d*$/.test(text)) value = Number.parseInt(text, 10);
  else return null;
  return value <= MAX_U32 ? value : null;
}

/** The rights field of an SDDL entry: empty, a number, or letter pairs; null when it is none of them. */
export function parseRights(text: string): number | null {
  return /^\d/.test(text) ? parseNumber(text) : parsePairs(text, RIGHTS);
}

/** The shortest SDDL writing of an access mask that reads back as the same mask. */
export function printRights(mask: number): string {
  return mask === 0 ? '' : (PRINTED.get(mask) ?? `0x${mask.toString(16)}`);
}

/** The flags field of an SDDL entry: empty, a number up to 0xff, or letter pairs; null when it is none. */
export function parseFlags(text: string): number | null {
  const flags = /^\d/.test(text) ? parseNumber(text) : parsePairs(text, READ_FLAGS);
  return flags === null || flags > 0xff ? null : flags;
}

export function printFlags(flags: number): string {
  return Object.entries(FLAGS)
    .filter(([, bit]) => (flags & bit) !== 0)
    .map(([name]) => name)
    .join('');
}

function parsePairs(text: string, values: Readonly<Record<string, number>>): number | null {
  const letters = text.toUpperCase().replaceAll(/\s/g, '');
  let sum = 0;
  for (let at = 0; at < letters.length; at += 2) {
    const pair = letters.slice(at, at + 2);
    const value = Object.hasOwn(values, pair) ? values[pair] : undefined;
    if (value === undefined) return null;
    sum |= value;
  }
  return sum >>> 0;
}
