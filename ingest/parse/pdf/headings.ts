import { isCompanyName } from './boilerplate.ts';
import { type BodyText, roundedSize, shareOf } from './fonts.ts';
import {
  couldBeHeadingLine,
  isNumbered,
  LABEL,
  MAX_HEADING_LENGTH,
  readsAsHeading,
  startsNumbered,
} from './heading-text.ts';
import { MAX_LEVEL, rankLevels, sizeOf } from './levels.ts';
import type { Row } from './rows.ts';
import type { OutlineEntry } from './source.ts';
import { isPageTitle } from './table-title.ts';

/** One heading; all rows it runs over share the same object. */
export interface Heading {
  readonly level: number;
}

export type Headings = ReadonlyMap<Row, Heading>;

type Flows = readonly (readonly Row[])[];

/** Lines that look like a heading. */
export interface Candidate {
  readonly rows: readonly Row[];
  readonly text: string;
  /** Its size and weight: "14 bold". */
  readonly style: string;
  readonly page: number;
}

const MAX_ROWS = 3;
/** A heading is larger than the body by this factor, or bold and not smaller. */
const LARGER = 1.14;
const NOT_SMALLER = 0.97;
/** Share of a row's characters that must be bold; its number may be regular. */
const BOLD_SHARE = 0.75;
/** Space above a heading of body size, in units of the usual line spacing. */
const SPACE_ABOVE = 1.12;
/** Lines of one heading stand no further apart than this many font sizes. */
const MAX_LINE_GAP = 1.6;
/** A look that more of the document's characters have than this is emphasis or body, not headings. */
const MAX_LOOK_SHARE = 0.15;
/** Outlines with fewer found headings per page than this name chapters only; finer headings go by look. */
const DENSE_OUTLINE = 0.5;
/** Share of the outline's entries that must be found as lines on their pages. */
const FOUND_SHARE = 0.5;
const MIN_LETTERS = 3;

/** Rows that could be headings if their font were bold, with that font: what `findBoldFonts` should look up. */
export function fontsToKnow(
  flows: Flows,
  body: BodyText,
  smallest: Look['smallest'],
): ReadonlyMap<string, number> {
  const wanted = new Map<string, number>();
  for (const row of flows.flat()) {
    if (row.size < NOT_SMALLER * smallest(row.page) || row.text.length > MAX_HEADING_LENGTH) continue;
    for (const [font, count] of row.fonts) {
      if (font === body.font || count < MIN_LETTERS || wanted.has(font)) continue;
      if (couldBeHeading(row)) wanted.set(font, row.page);
    }
  }
  return wanted;
}

function couldBeHeading(row: Row): boolean {
  return row.cells.length <= 2 && couldBeHeadingLine(textOf(row));
}

/** A row's text as a heading: a label and its words, however far apart, are one line. */
function textOf(row: Row): string {
  const [label, words] = row.cells;
  if (label === undefined || words === undefined || !LABEL.test(label.text)) return row.text;
  return `${label.text} ${words.text}`;
}

/** Whether an outline's headings are all that a document needs: found on the pages, and not chapters only. */
export function areComplete(headings: Headings, outline: readonly OutlineEntry[], pages: number): boolean {
  const named = new Set(headings.values()).size;
  return named > 0 && named >= DENSE_OUTLINE * pages && named >= FOUND_SHARE * outline.length;
}

export interface Look {
  readonly body: BodyText;
  readonly bold: ReadonlySet<string>;
  /** Size of the running text around a page, at most that of the document. */
  readonly smallest: (page: number) => number;
  /** Usual distance of two baselines for a font size, in points. */
  readonly spacing: (size: number) => number;
}

/** The headings so far and those of the candidates that the outline does not name, with their levels. */
export function addHeadings(named: Headings, candidates: readonly Candidate[], flows: Flows): Headings {
  const headings = new Map(named);
  const known = [...named].map(([row, { level }]) => ({ size: row.size, level }));
  const after = new Map<Row, Row>();
  for (const flow of flows) {
    for (const [at, row] of flow.entries()) {
      const next = flow[at + 1];
      if (next !== undefined) after.set(row, next);
    }
  }
  const firsts = new Set(candidates.map(({ rows }) => rows[0]));
  const levels = rankLevels(
    candidates.map((candidate) => {
      const last = candidate.rows.at(-1);
      const next = last === undefined ? undefined : after.get(last);
      return { ...candidate, bare: next !== undefined && firsts.has(next) };
    }),
  );
  for (const [at, { rows }] of candidates.entries()) {
    const [first] = rows;
    if (first === undefined || rows.some((row) => headings.has(row))) continue;
    const heading = { level: known.length === 0 ? (levels[at] ?? 1) : levelBelow(known, first.size) };
    for (const row of rows) headings.set(row, heading);
  }
  return headings;
}

/** The level of a heading that the outline does not name: one below the deepest one that is set larger. */
function levelBelow(
  known: readonly { readonly size: number; readonly level: number }[],
  size: number,
): number {
  let deepest = 0;
  for (const other of known) if (other.size > size * 1.03) deepest = Math.max(deepest, other.level);
  return Math.min(MAX_LEVEL, deepest + 1);
}

/** The candidates whose words read as a heading and whose look is not too common to mark one. */
export function keepHeadings(candidates: readonly Candidate[], flows: Flows, body: BodyText): Candidate[] {
  const all = flows.flat().reduce((sum, row) => sum + row.text.length, 0);
  const read = candidates.filter(({ text }) => readsAsHeading(text));
  const characters = new Map<string, number>();
  for (const { style, text } of read) characters.set(style, (characters.get(style) ?? 0) + text.length);
  return read.filter(
    ({ style }) =>
      sizeOf(style) >= LARGER * body.size || (characters.get(style) ?? 0) <= MAX_LOOK_SHARE * all,
  );
}

/** The lines that size, weight, number or place show as possible headings, in reading order. */
export function candidatesByLook(flows: Flows, look: Look): Candidate[] {
  return flows.flatMap((flow) => candidatesOf(flow, look));
}

function candidatesOf(flow: readonly Row[], look: Look): Candidate[] {
  const found: Candidate[] = [];
  let at = 0;
  while (at < flow.length) {
    const row = flow[at];
    const style = row === undefined ? null : styleOf(flow, at, look);
    if (row === undefined || style === null) {
      at += 1;
      continue;
    }
    let to = at + 1;
    for (let next = flow[to]; next !== undefined; next = flow[to]) {
      if (styleOf(flow, to, look) !== style || !isNextLine(flow, to) || beginsAnew(flow, to)) break;
      to += 1;
    }
    const rows = flow.slice(at, to);
    const text = rows.map(textOf).join(' ');
    const fits = rows.length <= MAX_ROWS && text.length <= MAX_HEADING_LENGTH;
    if (fits && !runsOn(flow, to, look) && standsAlone(flow, at, to, style, look)) {
      found.push({ rows, text, style, page: row.page });
    }
    at = to;
  }
  return found;
}

function isNextLine(flow: readonly Row[], at: number): boolean {
  const row = flow[at];
  const above = flow[at - 1];
  if (row === undefined || above === undefined) return false;
  const gap = row.y - above.y;
  return gap >= 0 && gap <= MAX_LINE_GAP * row.size;
}

/** Whether a line of the same look is another heading, or no heading: a number, a caption, what a company presents. */
function beginsAnew(flow: readonly Row[], at: number): boolean {
  const text = flow[at]?.text ?? '';
  if (startsNumbered(text) || text.startsWith('(')) return true;
  return isCompanyName(text) || isCompanyName(flow[at - 1]?.text ?? '');
}

/** Whether a line of the same look goes on in lower case below: the whole is a sentence in bold. */
function runsOn(flow: readonly Row[], at: number, { bold }: Look): boolean {
  const row = flow[at];
  const above = flow[at - 1];
  if (row === undefined || above === undefined || !isNextLine(flow, at)) return false;
  if (roundedSize(row.size) !== roundedSize(above.size) || !/^\p{Ll}/u.test(row.text)) return false;
  return shareOf(row, bold) >= BOLD_SHARE === shareOf(above, bold) >= BOLD_SHARE;
}

/** Size and weight of a row that could be a heading; null for body text. */
function styleOf(flow: readonly Row[], at: number, { body, bold, smallest }: Look): string | null {
  const row = flow[at];
  if (row === undefined) return null;
  const size = roundedSize(row.size);
  if (size < NOT_SMALLER * smallest(row.page) || !couldBeHeading(row)) return null;
  const larger = size >= LARGER * body.size;
  const isBold = shareOf(row, bold) >= BOLD_SHARE;
  if (larger || isBold) return `${size} ${isBold ? 'bold' : 'plain'}`;
  if (isNumbered(row.text)) return `${size} numbered`;
  return isPageTitle(flow, at, body) ? `${size} bold` : null;
}

function standsAlone(
  flow: readonly Row[],
  from: number,
  to: number,
  style: string,
  { body, spacing }: Look,
): boolean {
  const first = flow[from];
  const last = flow[to - 1];
  if (first === undefined || last === undefined) return false;
  const above = flow[from - 1];
  const below = flow[to];
  const larger = first.size >= LARGER * body.size;
  if (!larger && labelsTable(flow, from, to, spacing)) return false;
  if (!larger && (below?.cells.length ?? 0) > 1) {
    if (above === undefined && !isPageTitle(flow, from, body)) return false;
  }
  if (!larger && !startsNumbered(first.text) && namesColumns(flow, from, to)) return false;
  if (above !== undefined && above.y < first.y) {
    const usual = spacing(larger ? above.size : first.size);
    const ended = /[.!?:]$/.test(above.text) || roundedSize(above.size) !== roundedSize(first.size);
    const near = first.y - above.y < SPACE_ABOVE * usual;
    const presented = from < 2 && isCompanyName(above.text);
    if (near && !(ended || larger || presented || isPageTitle(flow, from, body))) return false;
  }
  if (!style.endsWith('numbered')) return true;
  // Plain numbered lines need space on both sides and a line of text after them.
  const usual = spacing(first.size);
  const roomAbove = above === undefined || first.y - above.y >= SPACE_ABOVE * usual;
  const roomBelow = below !== undefined && below.y - last.y >= SPACE_ABOVE * usual;
  return roomAbove && roomBelow && to - from === 1;
}

/** A table's first rows may hold captions and labels alone. */
const LABEL_ROWS = 2;
const LABEL_GAP = 2;
const HEADER_ROWS = 6;

/** Whether a line stands between rows of several cells, close below them: a group label of a table. */
function labelsTable(flow: readonly Row[], from: number, to: number, spacing: Look['spacing']): boolean {
  const wide = (row: Row | undefined): boolean => (row?.cells.length ?? 0) > 1;
  const first = flow[from];
  const above = flow[from - 1];
  if (first === undefined || above === undefined) return false;
  if (wide(above) && wide(flow[to])) return true;
  const near = first.y - above.y < LABEL_GAP * spacing(first.size);
  const before = flow.slice(Math.max(0, from - LABEL_ROWS), from);
  return near && before.some(isColumns) && flow.slice(to, to + LABEL_ROWS).some(wide);
}

function isColumns(row: Row): boolean {
  return row.cells.length > 2;
}

/** Whether a line stands in the right half above a table, whose columns it then names. */
function namesColumns(flow: readonly Row[], from: number, to: number): boolean {
  const below = flow.slice(to, to + HEADER_ROWS);
  if (!below.some((row) => row.cells.length > 1)) return false;
  const left = Math.min(...flow.map((row) => row.left));
  const right = Math.max(...flow.map((row) => row.right));
  const row = flow[from];
  return row !== undefined && row.left > (left + right) / 2;
}
