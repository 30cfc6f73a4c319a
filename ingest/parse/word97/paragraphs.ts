import { structure, viewOf, type WordLayout } from './layout.ts';

/** What the tables say of the paragraph whose mark stands at a byte. */
export interface ParagraphProperties {
  /** 1 to 9 for a heading, by style or outline level; null for text. */
  readonly heading: number | null;
  readonly isItem: boolean;
  readonly inTable: boolean;
  /** The mark ends a row of a table rather than a cell. */
  readonly endsRow: boolean;
  /** The row is repeated on every page. */
  readonly isHeader: boolean;
}

const PLAIN: ParagraphProperties = {
  heading: null,
  isItem: false,
  inTable: false,
  endsRow: false,
  isHeader: false,
};

const STYLES_AT = 0xa2;
const PAPX_AT = 0x102;
const PAGE = 512;
/** [MS-DOC] 2.6.2, paragraph properties. */
const IN_TABLE = 0x2416;
const ENDS_ROW = 0x2417;
const INNER_ENDS_ROW = 0x244c;
const OUTLINE_LEVEL = 0x2640;
const LIST = 0x460b;
const HEADER_ROW = 0x3404;
const TABLE_DEFINITION = 0xd608;
const TABS = 0xc615;
/** Built-in styles ([MS-DOC] 2.9.271 sti): heading 1 to 9, and the title of the document. */
const LAST_HEADING_STYLE = 9;
const TITLE_STYLE = 62;
const MAX_BASES = 10;

interface Run {
  readonly start: number;
  readonly end: number;
  readonly properties: ParagraphProperties;
}

/** Reads the paragraph tables once; the answer looks a byte of the main stream up in them. */
export function paragraphProperties(layout: WordLayout): (offset: number) => ParagraphProperties {
  const runs = readRuns(layout, headingStyles(structure(layout.main, layout.table, STYLES_AT)));
  return (offset) => {
    let low = 0;
    let high = runs.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const run = runs[middle];
      if (run === undefined) break;
      if (offset < run.start) high = middle - 1;
      else if (offset >= run.end) low = middle + 1;
      else return run.properties;
    }
    return PLAIN;
  };
}

interface Style {
  /** Number of the built-in style it is; 0xfff for one of the user's own. */
  readonly sti: number;
  /** Index of the style it is based on. */
  readonly base: number;
}

/** Heading level of each style that is one, by its built-in number or that of a style it is based on. */
function headingStyles(sheet: Uint8Array): Map<number, number> {
  const view = viewOf(sheet);
  const styles: Style[] = [];
  const levels = new Map<number, number>();
  if (sheet.length < 4) return levels;
  for (let at = 2 + view.getUint16(0, true); at + 2 <= sheet.length; ) {
    const size = view.getUint16(at, true);
    const known = size >= 4 && at + 6 <= sheet.length;
    styles.push({
      sti: known ? view.getUint16(at + 2, true) & 0xfff : 0xfff,
      base: known ? view.getUint16(at + 4, true) >> 4 : 0xfff,
    });
    at += 2 + size + (size % 2);
  }
  for (const istd of styles.keys()) {
    const level = headingLevel(styles, istd);
    if (level !== null) levels.set(istd, level);
  }
  return levels;
}

function headingLevel(styles: readonly Style[], istd: number): number | null {
  let style = styles[istd];
  for (let hops = 0; style !== undefined && hops < MAX_BASES; hops++) {
    if (style.sti >= 1 && style.sti <= LAST_HEADING_STYLE) return style.sti;
    if (style.sti === TITLE_STYLE) return 1;
    style = styles[style.base];
  }
  return null;
}

function readRuns(layout: WordLayout, styles: ReadonlyMap<number, number>): Run[] {
  const plc = structure(layout.main, layout.table, PAPX_AT);
  const view = viewOf(plc);
  const count = Math.floor((plc.length - 4) / 8);
  const runs: Run[] = [];
  for (let i = 0; i < count; i++) {
    const page = (view.getUint32(4 * (count + 1) + 4 * i, true) & 0x3fffff) * PAGE;
    readPage(layout.main.subarray(page, page + PAGE), styles, runs);
  }
  return runs.sort((a, b) => a.start - b.start);
}

/** [MS-DOC] 2.9.175 PapxFkp: bounds of the paragraphs, then where on the page each one's properties are. */
function readPage(page: Uint8Array, styles: ReadonlyMap<number, number>, runs: Run[]): void {
  if (page.length < PAGE) return;
  const view = viewOf(page);
  const count = page[PAGE - 1] ?? 0;
  if (4 * (count + 1) + 13 * count > PAGE - 1) return;
  for (let i = 0; i < count; i++) {
    const at = 2 * (page[4 * (count + 1) + 13 * i] ?? 0);
    const short = page[at] ?? 0;
    const from = short === 0 ? at + 2 : at + 1;
    const size = short === 0 ? 2 * (page[at + 1] ?? 0) : 2 * short - 1;
    runs.push({
      start: view.getUint32(4 * i, true),
      end: view.getUint32(4 * (i + 1), true),
      properties:
        at === 0 ? PLAIN : toProperties(page.subarray(from, Math.min(from + size, PAGE - 1)), styles),
    });
  }
}

function toProperties(data: Uint8Array, styles: ReadonlyMap<number, number>): ParagraphProperties {
  if (data.length < 2) return PLAIN;
  const view = viewOf(data);
  let heading = styles.get(view.getUint16(0, true)) ?? null;
  let found = PLAIN;
  for (let at = 2; at + 3 <= data.length; ) {
    const code = view.getUint16(at, true);
    const value = data[at + 2] ?? 0;
    if (code === IN_TABLE) found = { ...found, inTable: value !== 0 };
    if (code === ENDS_ROW || code === INNER_ENDS_ROW) found = { ...found, endsRow: value !== 0 };
    if (code === HEADER_ROW) found = { ...found, isHeader: value !== 0 };
    if (code === OUTLINE_LEVEL) heading = value < LAST_HEADING_STYLE ? value + 1 : null;
    if (code === LIST && at + 4 <= data.length)
      found = { ...found, isItem: view.getUint16(at + 2, true) !== 0 };
    at += 2 + operandBytes(code, data, at + 2);
  }
  return { ...found, heading };
}

/** [MS-DOC] 2.2.5.1: the size of an operand stands in the code; two kinds say it themselves. */
function operandBytes(code: number, data: Uint8Array, at: number): number {
  const kind = code >> 13;
  if (kind === 0 || kind === 1) return 1;
  if (kind === 2 || kind === 4 || kind === 5) return 2;
  if (kind === 3) return 4;
  if (kind === 7) return 3;
  if (code === TABLE_DEFINITION) return (data[at] ?? 0) + 256 * (data[at + 1] ?? 0) + 1;
  if (code === TABS && data[at] === 255) return data.length;
  return 1 + (data[at] ?? 0);
}
