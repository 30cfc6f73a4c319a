/** Ways in which files break, each the same for the same seed. */

/** A small generator of numbers in [0, 1): mulberry32, by Tommy Ettinger, public domain. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const DAMAGES = [
  'bits',
  'cut',
  'hole',
  'blocks',
  'numbers',
  'lengths',
  'doubled',
  'repeated',
  'spliced',
  'renamed',
] as const;
export type Damage = (typeof DAMAGES)[number];

export interface NamedBytes {
  readonly bytes: Uint8Array;
  readonly name: string;
}

/** Disks, and the containers of old Office, lose whole blocks. */
const BLOCK = 512;

/** The bytes and the name after one kind of damage; `others` are files of other kinds. */
export function damaged(
  file: NamedBytes,
  damage: Damage,
  next: () => number,
  others: readonly NamedBytes[],
): NamedBytes {
  const { name } = file;
  const bytes = Uint8Array.from(file.bytes);
  const upTo = (most: number): number => Math.floor(next() * most);
  const at = (): number => upTo(bytes.length);
  const other = (): NamedBytes => others[upTo(others.length)] ?? file;
  switch (damage) {
    case 'bits':
      for (let i = 0; i < 1 + bytes.length / 500; i++) {
        const place = at();
        bytes[place] = (bytes[place] ?? 0) ^ (1 << upTo(8));
      }
      return { bytes, name };
    case 'cut':
      return { bytes: bytes.subarray(0, at()), name };
    case 'hole':
      bytes.fill(0, at(), at());
      return { bytes, name };
    case 'blocks':
      for (let i = 0; i < 1 + bytes.length / BLOCK / 20; i++) {
        const start = upTo(bytes.length / BLOCK) * BLOCK;
        bytes.fill(0, start, start + BLOCK);
      }
      return { bytes, name };
    case 'numbers':
      // Lengths and offsets are where parsers trust: the extremes of 32 bits, near the beginning as often as not.
      for (let i = 0; i < 4; i++) {
        const place = next() < 0.5 ? upTo(Math.min(1024, bytes.length)) : at();
        bytes.fill(next() < 0.5 ? 0xff : 0x7f, place, place + 4);
      }
      return { bytes, name };
    case 'lengths':
      for (let i = 0; i < 3; i++) lie(bytes, at(), next);
      return { bytes, name };
    case 'doubled':
      return { bytes: Buffer.concat([bytes.subarray(0, at()), bytes]), name };
    case 'repeated': {
      const start = at();
      const block = bytes.subarray(start, start + 1 + upTo(8 * BLOCK));
      const copies = Array.from({ length: 2 + upTo(100) }, () => block);
      return { bytes: Buffer.concat([bytes.subarray(0, start), ...copies, bytes.subarray(start)]), name };
    }
    case 'spliced': {
      const tail = other().bytes;
      return { bytes: Buffer.concat([bytes.subarray(0, at()), tail.subarray(upTo(tail.length))]), name };
    }
    case 'renamed':
      return { bytes, name: other().name };
  }
}

/** How a length lies: a little, by half or by twice, and as far as its bits go. */
const LIES: readonly ((length: number) => number)[] = [
  (length) => length + 1,
  (length) => length - 1,
  (length) => length * 2,
  (length) => Math.floor(length / 2),
  () => 0,
  () => 0x7fff_ffff,
  () => 0xffff_ffff,
];
/** Longest way from a place to the next field. */
const LOOK = 4_096;

/**
 * Changes the next thing from `from` on that looks like a length or an offset, as numbers in a binary file or as the
 * digits of a PDF or a tar: it names a place inside the file.
 */
function lie(bytes: Uint8Array, from: number, next: () => number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tell = LIES[Math.floor(next() * LIES.length)] ?? (() => 0);
  for (let at = from; at < Math.min(from + LOOK, bytes.length - 4); at++) {
    const digits = digitsAt(bytes, at);
    if (digits.length > 1) {
      const told = String(Math.abs(tell(Number(digits)))).slice(0, digits.length);
      Buffer.from(told.padStart(digits.length, '0')).copy(bytes, at);
      return;
    }
    for (const isLittle of [true, false]) {
      for (const width of [4, 2] as const) {
        const length = width === 4 ? view.getUint32(at, isLittle) : view.getUint16(at, isLittle);
        // Smaller ones are everywhere and mean nothing.
        if (length < 16 || length > bytes.length) continue;
        if (width === 4) view.setUint32(at, tell(length) >>> 0, isLittle);
        else view.setUint16(at, tell(length) & 0xffff, isLittle);
        return;
      }
    }
  }
}

/** The decimal digits that begin at a place, and only where none stands before them. */
function digitsAt(bytes: Uint8Array, at: number): string {
  const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;
  if (isDigit(bytes[at - 1])) return '';
  let end = at;
  while (isDigit(bytes[end]) && end < at + 12) end++;
  return Buffer.from(bytes.subarray(at, end)).toString('latin1');
}
