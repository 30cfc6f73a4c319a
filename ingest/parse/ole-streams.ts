/** Streams of an OLE container ([MS-CFB]), read whole; the chains of a damaged one end where they break. */

const FREE = 0xfffffffa;
const ENTRY_BYTES = 128;
const DIFAT_IN_HEADER = 109;
const MINI_STREAM_BELOW = 4_096;
const ROOT = 5;
const STREAM = 2;

interface Entry {
  readonly name: string;
  readonly kind: number;
  readonly left: number;
  readonly right: number;
  readonly child: number;
  readonly start: number;
  readonly size: number;
}

/**
 * Reads streams by name. A name is looked for among the children of the root first (an embedded document has
 * streams of the same names), then anywhere, for damaged directories.
 */
export class OleStreams {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #sector: number;
  readonly #miniSector: number;
  readonly #fat: readonly number[];
  readonly #miniFat: readonly number[];
  readonly #entries: readonly Entry[];
  readonly #miniStream: Uint8Array;

  /** @throws {RangeError} when the header itself is cut off or absurd */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const shift = this.#view.getUint16(30, true);
    const miniShift = this.#view.getUint16(32, true);
    if ((shift !== 9 && shift !== 12) || miniShift !== 6) throw new RangeError('sectors of an unknown size');
    this.#sector = 1 << shift;
    this.#miniSector = 1 << miniShift;
    this.#fat = this.#readFat();
    this.#entries = this.#readDirectory(this.#chain(this.#view.getUint32(48, true), Infinity));
    this.#miniFat = numbers(this.#chain(this.#view.getUint32(60, true), Infinity));
    const root = this.#entries.find(({ kind }) => kind === ROOT);
    this.#miniStream = root === undefined ? new Uint8Array() : this.#chain(root.start, root.size);
  }

  /** The bytes of a stream, as many of them as can be found; null when there is none of that name. */
  stream(name: string): Uint8Array | null {
    const isWanted = named(name);
    const entry = this.#rootChildren().find(isWanted) ?? this.#entries.find(isWanted);
    return entry === undefined ? null : this.#read(entry);
  }

  /** Every stream of this name, in any storage. */
  all(name: string): Uint8Array[] {
    return this.#entries.filter(named(name)).map((entry) => this.#read(entry));
  }

  /**
   * True when every chain of sectors and every branch of the directory ends, and nothing is larger than the file:
   * then a library that follows them without looking comes to an end as well.
   */
  get isSound(): boolean {
    const most = this.#bytes.length / this.#sector;
    const counts = [44, 64, 72].map((at) => this.#view.getUint32(at, true));
    if (counts.some((count) => count > most)) return false;
    const chains = [this.#view.getUint32(48, true), this.#view.getUint32(60, true)];
    if (!chains.every((start) => ends(start, this.#fat))) return false;
    return this.#hasSoundTree() && this.#entries.every((entry) => this.#isSoundEntry(entry));
  }

  #isSoundEntry({ kind, start, size }: Entry): boolean {
    if (kind !== STREAM && kind !== ROOT) return true;
    const isMini = kind === STREAM && size < MINI_STREAM_BELOW;
    return size <= this.#bytes.length && (size === 0 || ends(start, isMini ? this.#miniFat : this.#fat));
  }

  /** Every entry is reached once at most. */
  #hasSoundTree(): boolean {
    const seen = new Set<number>();
    const waiting = [0];
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      const entry = this.#entries[id];
      if (entry === undefined) continue;
      if (seen.has(id)) return false;
      seen.add(id);
      waiting.push(entry.left, entry.right, entry.child);
    }
    return true;
  }

  #read(entry: Entry): Uint8Array {
    return entry.size < MINI_STREAM_BELOW
      ? this.#miniChain(entry.start, entry.size)
      : this.#chain(entry.start, entry.size);
  }

  #rootChildren(): Entry[] {
    const found: Entry[] = [];
    const seen = new Set<number>();
    const waiting = [this.#entries.find(({ kind }) => kind === ROOT)?.child ?? FREE];
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      const entry = this.#entries[id];
      if (entry === undefined || seen.has(id)) continue;
      seen.add(id);
      found.push(entry);
      waiting.push(entry.left, entry.right);
    }
    return found;
  }

  #readFat(): number[] {
    const sectors: number[] = [];
    for (let i = 0; i < DIFAT_IN_HEADER; i++) sectors.push(this.#view.getUint32(76 + 4 * i, true));
    const most = this.#bytes.length / this.#sector;
    let next = this.#view.getUint32(68, true);
    for (let hops = 0; next < FREE && hops < most; hops++) {
      const table = numbers(this.#sectorAt(next));
      sectors.push(...table.slice(0, -1));
      next = table.at(-1) ?? FREE;
    }
    const fat: number[] = [];
    for (const id of sectors) {
      if (id < FREE && id < most) for (const value of numbers(this.#sectorAt(id))) fat.push(value);
    }
    return fat;
  }

  #readDirectory(data: Uint8Array): Entry[] {
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    const entries: Entry[] = [];
    for (let at = 0; at + ENTRY_BYTES <= data.length; at += ENTRY_BYTES) {
      const length = Math.min(64, view.getUint16(at + 64, true));
      const raw = Buffer.from(data.subarray(at, at + Math.max(0, length - 2))).toString('utf16le');
      entries.push({
        name: raw.split('\0')[0] ?? '',
        kind: view.getUint8(at + 66),
        left: view.getUint32(at + 68, true),
        right: view.getUint32(at + 72, true),
        child: view.getUint32(at + 76, true),
        start: view.getUint32(at + 116, true),
        size: view.getUint32(at + 120, true),
      });
    }
    return entries;
  }

  #sectorAt(id: number): Uint8Array {
    const at = (id + 1) * this.#sector;
    return this.#bytes.subarray(Math.min(at, this.#bytes.length), at + this.#sector);
  }

  #chain(start: number, size: number): Uint8Array {
    return follow(start, size, this.#fat, (id) => this.#sectorAt(id));
  }

  #miniChain(start: number, size: number): Uint8Array {
    const at = (id: number): Uint8Array =>
      this.#miniStream.subarray(id * this.#miniSector, (id + 1) * this.#miniSector);
    return follow(start, size, this.#miniFat, at);
  }
}

const named =
  (name: string) =>
  (entry: Entry): boolean =>
    entry.kind === STREAM && entry.name.toLowerCase() === name.toLowerCase();

/** Whether a chain comes to its end rather than back to itself. */
function ends(start: number, table: readonly number[]): boolean {
  const seen = new Set<number>();
  for (let id = start; id < FREE; id = table[id] ?? FREE) {
    if (seen.has(id)) return false;
    seen.add(id);
  }
  return true;
}

/** Each sector once: a chain that comes back to itself ends there. */
function follow(
  start: number,
  size: number,
  table: readonly number[],
  at: (id: number) => Uint8Array,
): Uint8Array {
  const pieces: Uint8Array[] = [];
  const seen = new Set<number>();
  let length = 0;
  for (let id = start; id < FREE && length < size && !seen.has(id); id = table[id] ?? FREE) {
    seen.add(id);
    const piece = at(id);
    if (piece.length === 0) break;
    pieces.push(piece);
    length += piece.length;
  }
  const whole = Buffer.concat(pieces);
  return new Uint8Array(whole.buffer, whole.byteOffset, Math.min(whole.length, size));
}

function numbers(data: Uint8Array): number[] {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const found: number[] = [];
  for (let at = 0; at + 4 <= data.length; at += 4) found.push(view.getUint32(at, true));
  return found;
}
