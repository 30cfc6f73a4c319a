/**
 * Where a Word 97–2003 document keeps its text ([MS-DOC]). A document is a run of characters in pieces scattered
 * over the main stream; what each paragraph is stands in tables of the other stream.
 */
export interface WordLayout {
  readonly main: Uint8Array;
  readonly table: Uint8Array;
  /** Pieces in reading order. */
  readonly pieces: readonly Piece[];
  /** Characters of the text itself and of what follows it, in this order ([MS-DOC] 2.4.1). */
  readonly lengths: {
    readonly text: number;
    readonly footnotes: number;
    readonly headers: number;
    readonly macros: number;
    readonly comments: number;
    readonly endnotes: number;
    readonly boxes: number;
  };
}

export interface Piece {
  readonly start: number;
  readonly end: number;
  /** Byte in the main stream of the first character. */
  readonly offset: number;
  readonly bytesPerCharacter: 1 | 2;
}

/** Marks inside the text ([MS-DOC] 2.4.1). */
export const FIELD_BEGIN = '\u0013';
export const FIELD_RESULT = '\u0014';
export const FIELD_END = '\u0015';
export const NO_BREAK_HYPHEN = '\u001e';

const WORD_97 = 0xa5ec;
const FIRST_NFIB_97 = 0xc1;
const FLAGS_AT = 0x0a;
const ENCRYPTED = 0x0100;
const IN_FIRST_TABLE = 0x0200;
const CLX_AT = 0x1a2;
const COMPRESSED = 0x40000000;

export const isEncrypted = (main: Uint8Array): boolean =>
  main.length > FLAGS_AT + 1 && (viewOf(main).getUint16(FLAGS_AT, true) & ENCRYPTED) !== 0;

/** True for Word 97 and later; Word 6 and 95 keep their text in one run. */
export function isWord97(main: Uint8Array): boolean {
  return (
    main.length >= CLX_AT + 8 && viewOf(main).getUint16(0, true) === WORD_97 && nFib(main) >= FIRST_NFIB_97
  );
}

const nFib = (main: Uint8Array): number => viewOf(main).getUint16(2, true);

/** Name of the stream that holds the tables. */
export const tableName = (main: Uint8Array): string =>
  (viewOf(main).getUint16(FLAGS_AT, true) & IN_FIRST_TABLE) !== 0 ? '1Table' : '0Table';

export function readLayout(main: Uint8Array, table: Uint8Array): WordLayout {
  const view = viewOf(main);
  const length = (at: number): number => Math.max(0, view.getInt32(at, true));
  return {
    main,
    table,
    pieces: readPieces(main, structure(main, table, CLX_AT)),
    lengths: {
      text: length(0x4c),
      footnotes: length(0x50),
      headers: length(0x54),
      macros: length(0x58),
      comments: length(0x5c),
      endnotes: length(0x60),
      boxes: length(0x64),
    },
  };
}

/** The text of Word 6 and 95: one run of bytes, its beginning and end in the header. */
export function readOldText(main: Uint8Array): Uint8Array {
  const view = viewOf(main);
  return main.subarray(view.getUint32(0x18, true), view.getUint32(0x1c, true));
}

/** A structure of the table stream by the place in the header that names its offset and length. */
export function structure(main: Uint8Array, table: Uint8Array, at: number): Uint8Array {
  if (at + 8 > main.length) return new Uint8Array();
  const view = viewOf(main);
  const start = view.getUint32(at, true);
  return table.subarray(Math.min(start, table.length), start + view.getUint32(at + 4, true));
}

/** [MS-DOC] 2.8.35 PlcPcd behind any number of property modifiers. */
function readPieces(main: Uint8Array, clx: Uint8Array): Piece[] {
  const view = viewOf(clx);
  let at = 0;
  while (clx[at] === 1 && at + 3 <= clx.length) at += 3 + view.getUint16(at + 1, true);
  if (clx[at] !== 2 || at + 5 > clx.length) return [];
  const size = Math.min(view.getUint32(at + 1, true), clx.length - at - 5);
  const count = Math.floor((size - 4) / 12);
  const first = at + 5;
  const pieces: Piece[] = [];
  for (let i = 0; i < count; i++) {
    const start = view.getUint32(first + 4 * i, true);
    const end = view.getUint32(first + 4 * (i + 1), true);
    const fc = view.getUint32(first + 4 * (count + 1) + 8 * i + 2, true);
    const isCompressed = (fc & COMPRESSED) !== 0;
    const offset = isCompressed ? (fc & 0x3fffffff) / 2 : fc & 0x3fffffff;
    if (end > start && offset < main.length) {
      pieces.push({ start, end, offset, bytesPerCharacter: isCompressed ? 1 : 2 });
    }
  }
  return pieces;
}

/** The characters of a range, each with the byte of the main stream where its paragraph's properties are looked up. */
export function readRange(
  { main, pieces }: WordLayout,
  from: number,
  to: number,
): { readonly text: string; readonly offsets: Int32Array } {
  const texts: string[] = [];
  const offsets: number[] = [];
  for (const piece of pieces) {
    const start = Math.max(from, piece.start);
    const end = Math.min(to, piece.end);
    if (start >= end) continue;
    const { bytesPerCharacter: width } = piece;
    const first = piece.offset + (start - piece.start) * width;
    const raw = Buffer.from(main.subarray(first, first + (end - start) * width));
    const text = width === 2 ? raw.toString('utf16le') : western(raw);
    texts.push(text);
    for (let i = 0; i < text.length; i++) offsets.push(first + i * width);
  }
  return { text: texts.join(''), offsets: Int32Array.from(offsets) };
}

const WESTERN = new TextDecoder('windows-1252');
export const western = (bytes: Uint8Array): string => WESTERN.decode(bytes);

export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Text as a reader sees it: of a field its result, of a hyphen that does not break a plain one. */
export function withoutFields(text: string): string {
  let depth = 0;
  let shown = '';
  for (const char of text) {
    if (char === FIELD_BEGIN) depth++;
    else if (char === FIELD_RESULT || char === FIELD_END) depth = Math.max(0, depth - 1);
    else if (depth === 0) shown += char === NO_BREAK_HYPHEN ? '-' : char;
  }
  return shown;
}
