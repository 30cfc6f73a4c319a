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

export const DAMAGES = ['bits', 'cut', 'hole', 'numbers', 'doubled', 'renamed'] as const;
export type Damage = (typeof DAMAGES)[number];

/** The bytes and the name after one kind of damage; `names` are those of other kinds of files. */
export function damaged(
  file: { readonly bytes: Uint8Array; readonly name: string },
  damage: Damage,
  next: () => number,
  names: readonly string[],
): { readonly bytes: Uint8Array; readonly name: string } {
  const { name } = file;
  const bytes = Uint8Array.from(file.bytes);
  const at = (): number => Math.floor(next() * bytes.length);
  switch (damage) {
    case 'bits':
      for (let i = 0; i < 1 + bytes.length / 500; i++) {
        const place = at();
        bytes[place] = (bytes[place] ?? 0) ^ (1 << Math.floor(next() * 8));
      }
      return { bytes, name };
    case 'cut':
      return { bytes: bytes.subarray(0, at()), name };
    case 'hole':
      bytes.fill(0, at(), at());
      return { bytes, name };
    case 'numbers':
      // Lengths and offsets are where parsers trust: the extremes of 32 bits, near the beginning as often as not.
      for (let i = 0; i < 4; i++) {
        const place = next() < 0.5 ? Math.floor(next() * Math.min(1024, bytes.length)) : at();
        bytes.fill(next() < 0.5 ? 0xff : 0x7f, place, place + 4);
      }
      return { bytes, name };
    case 'doubled':
      return { bytes: Buffer.concat([bytes.subarray(0, at()), bytes]), name };
    case 'renamed':
      return { bytes, name: names[Math.floor(next() * names.length)] ?? name };
  }
}
