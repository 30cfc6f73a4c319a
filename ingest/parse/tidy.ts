import type { Block, Warning } from '../document.ts';

/**
 * Characters that carry no text: controls, soft hyphens, zero-width space and byte-order mark, bidirectional
 * overrides and Unicode tags. The last two are also how text is hidden from a reader while a model sees it.
 * Joiners (U+200C, U+200D) stay: Persian, Indic scripts and emoji need them.
 */
const UNWANTED =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
  /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\uffff]|[\u{e0000}-\u{e007f}]/gu;

/** One line of clean text: NFC, no control characters, runs of white space as one space. */
export function cleanLine(text: string): string {
  // Single spaces, nearly all matches of \s+, are left alone: replacing them costs hundreds of megabytes.
  return clean(text)
    .replace(/\s{2,}|[^\S ]/g, ' ')
    .trim();
}

/** Clean text that keeps its lines and indentation; blank lines at the ends go. */
export function cleanLines(text: string): string {
  return clean(text.replace(/\r\n?/g, '\n'))
    .replace(/[^\S\n]+$/gm, '')
    .replace(/^\n+|\n+$/g, '');
}

function clean(text: string): string {
  return text.toWellFormed().replace(UNWANTED, '').normalize('NFC');
}

/**
 * The part of a long source that can matter under the limit, ending with a whole line. Markup, delimiters and
 * blank lines are not text, hence twice the limit; what is beyond need not even be parsed.
 */
export function headOf(
  text: string,
  maxCharacters: number,
): { readonly text: string; readonly cut: boolean } {
  const reach = maxCharacters * 2;
  if (text.length <= reach) return { text, cut: false };
  const end = text.lastIndexOf('\n', reach);
  return { text: text.slice(0, end > reach / 2 ? end : reach), cut: true };
}

/** The warning that goes with a cut. */
export function truncated(maxCharacters: number): Warning {
  return {
    code: 'truncated',
    detail: `only about the first ${maxCharacters} characters are read (ingest.maxCharacters)`,
  };
}

/** Messages about a library's own insides tell a reader nothing about the file. */
const INTERNAL = /argument|undefined|null\b|function|propert|iterable|instance|prototype|Invalid array/i;
const MAX_CAUSE_CHARACTERS = 120;

/** " (what the library said)" on one line without paths of this machine, or nothing where that is no help. */
export function plainCause(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const line = cleanLine(message.split('\n')[0] ?? '').replace(/\S*\/node_modules\/\S+/g, '…');
  return line === '' || INTERNAL.test(line) ? '' : ` (${line.slice(0, MAX_CAUSE_CHARACTERS)})`;
}

/** What programs write into the title field when nobody has named the file. */
const NO_TITLE =
  /^(untitled|title|titel|titolo|(power ?point[ -])?(presentation|präsentation|présentation|presentazione)( (di|standard).*)?|document|documento|dokument|book|workbook|cartella|mappe|slide|microsoft word)[ -]*\d*$/i;
/** "Microsoft Word - leave.doc": the program and the file it was printed from. */
const PROGRAM_PREFIX = /^microsoft (word|excel|powerpoint) - /i;

/** A title from a file's properties, or null when it says nothing about the content. */
export function meaningfulTitle(title: string | null | undefined): string | null {
  const line = cleanLine(title ?? '').replace(PROGRAM_PREFIX, '');
  return line === '' || NO_TITLE.test(line) ? null : line;
}

/** Text of a block in characters as the limit counts them. */
export function blockCharacters(block: Block): number {
  if (block.kind !== 'table') return block.text.length;
  const cells = (row: readonly string[]): number => row.reduce((sum, cell) => sum + cell.length, 0);
  return cells(block.header) + block.rows.reduce((sum, row) => sum + cells(row), 0);
}

/** Cleans every block, drops those without text and cuts at `maxCharacters`; `cut` tells whether it did. */
export function tidyBlocks(
  blocks: readonly Block[],
  maxCharacters: number,
): { readonly blocks: Block[]; readonly cut: boolean } {
  const kept: Block[] = [];
  let left = maxCharacters;
  for (const block of blocks) {
    const tidy = tidyBlock(block);
    if (tidy === null) continue;
    const size = blockCharacters(tidy);
    if (size > left) {
      const head = cutBlock(tidy, left);
      if (head !== null) kept.push(head);
      return { blocks: kept, cut: true };
    }
    left -= size;
    kept.push(tidy);
  }
  return { blocks: kept, cut: false };
}

function tidyBlock(block: Block): Block | null {
  if (block.kind === 'table') {
    const header = block.header.map(cleanLine);
    const rows = block.rows.map((row) => row.map(cleanLine)).filter((row) => row.some((cell) => cell !== ''));
    const named = header.some((cell) => cell !== '');
    if (rows.length === 0 && !named) return null;
    return { ...block, header: named ? header : [], rows };
  }
  const text = block.kind === 'code' ? cleanLines(block.text) : cleanLine(block.text);
  return text === '' ? null : { ...block, text };
}

function cutBlock(block: Block, left: number): Block | null {
  if (block.kind !== 'table') {
    const text = block.text
      .slice(0, left)
      .replace(/[\ud800-\udbff]$/, '')
      .trimEnd();
    return text === '' ? null : { ...block, text };
  }
  const rows: (readonly string[])[] = [];
  let room = left - block.header.join('').length;
  for (const row of block.rows) {
    const size = row.join('').length;
    if (size > room) {
      if (rows.length === 0) rows.push(cutRow(row, room));
      break;
    }
    room -= size;
    rows.push(row);
  }
  return room < 0 || rows.length === 0 ? null : { ...block, rows };
}

function cutRow(row: readonly string[], room: number): string[] {
  let left = Math.max(0, room);
  return row.map((cell) => {
    const kept = cell.length <= left ? cell : '';
    left -= kept.length;
    return kept;
  });
}
