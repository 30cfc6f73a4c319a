import { type BodyText, roundedSize, shareOf } from './fonts.ts';
import type { OutlineEntry } from './outline.ts';
import type { Row } from './rows.ts';

/** One heading; all rows it runs over share the same object. */
export interface Heading {
  readonly level: number;
}

export type Headings = ReadonlyMap<Row, Heading>;

/** Longer text is a paragraph, whatever its look. */
const MAX_LENGTH = 140;
const MAX_ROWS = 3;
/** A heading is larger than the body by this factor, or bold and not smaller. */
const LARGER = 1.14;
const NOT_SMALLER = 0.97;
/** Share of a row's characters that must be bold; its number may be regular. */
const BOLD_SHARE = 0.75;
/** Space above a heading of body size, in units of the usual line spacing. */
const SPACE_ABOVE = 1.12;
/** A look that more of the document's characters have than this is emphasis or body, not headings. */
const MAX_LOOK_SHARE = 0.15;
const MAX_LEVEL = 6;
/** Outlines with fewer found headings per page than this name chapters only; finer headings go by look. */
const DENSE_OUTLINE = 0.5;
/** Share of the outline's entries that must be found as lines on their pages. */
const FOUND_SHARE = 0.5;

export const NUMBERING =
  /^(?:(?:section|article|clause|chapter|appendix|annex|sezione|articolo|capitolo|allegato|abschnitt|kapitel)\s+)?(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+(?=\p{L})/iu;
const KEYWORD =
  /^(?:section|article|chapter|appendix|annex|item|part|sezione|articolo|capitolo|allegato|parte)\s+(?:\d+[a-z]?|[ivx]+|[a-z])\b/i;

/** "IV. RESULTS", as journals set their sections. */
const ROMAN_CAPITALS = /^[IVX]{1,5}\.\s+[^\p{Ll}]+$/u;

/** Rows that could be headings if their font were bold, with that font: what `findBoldFonts` should look up. */
export function fontsToKnow(flows: readonly (readonly Row[])[], body: BodyText): ReadonlyMap<string, number> {
  const wanted = new Map<string, number>();
  for (const row of flows.flat()) {
    if (row.size < NOT_SMALLER * body.size || row.text.length > MAX_LENGTH) continue;
    for (const [font, count] of row.fonts) {
      if (font === body.font || count < MIN_LETTERS || wanted.has(font)) continue;
      if (couldBeHeading(row)) wanted.set(font, row.page);
    }
  }
  return wanted;
}

const MIN_LETTERS = 3;

function couldBeHeading(row: Row): boolean {
  if (row.cells.length > 2) return false;
  const text = row.text;
  if (text.length > MAX_LENGTH || text.includes(' | ')) return false;
  const letters = text.replace(/[^\p{L}]/gu, '').length;
  if (letters < MIN_LETTERS || letters < 0.4 * text.length) return false;
  if (/[,;]$|^[\u2022\u25cf\uf0b7]/u.test(text)) return false;
  return !/[^.]\.$/.test(text) || NUMBERING.test(text) || KEYWORD.test(text);
}

type Flows = readonly (readonly Row[])[];

/** Headings that the outline names, with its levels. */
export function headingsByOutline(flows: Flows, outline: readonly OutlineEntry[]): Headings {
  const byPage = new Map<number, (readonly Row[])[]>();
  for (const flow of flows) {
    const page = flow[0]?.page;
    if (page === undefined) continue;
    const others = byPage.get(page);
    if (others === undefined) byPage.set(page, [flow]);
    else others.push(flow);
  }
  const found = new Map<Row, Heading>();
  for (const entry of outline) {
    const rows = rowsOfTitle(entry, byPage.get(entry.page) ?? [], found) ?? [];
    const heading = { level: entry.level };
    for (const row of rows) found.set(row, heading);
  }
  return found;
}

/** Whether an outline's headings are all that a document needs: found on the pages, and not chapters only. */
export function areComplete(headings: Headings, outline: readonly OutlineEntry[], pages: number): boolean {
  const named = new Set(headings.values()).size;
  return named > 0 && named >= DENSE_OUTLINE * pages && named >= FOUND_SHARE * outline.length;
}

export interface Look {
  readonly body: BodyText;
  readonly bold: ReadonlySet<string>;
  /** Usual distance of two baselines for a font size, in points. */
  readonly spacing: (size: number) => number;
}

/** The headings so far and those that size, weight and number show. */
export function addHeadingsByLook(named: Headings, flows: Flows, look: Look): Headings {
  const headings = new Map(named);
  const known = [...named].map(([row, { level }]) => ({ size: row.size, level }));
  for (const { rows, level } of byLook(flows, look)) {
    const [first] = rows;
    if (first === undefined || rows.some((row) => headings.has(row))) continue;
    const heading = { level: known.length === 0 ? level : levelBelow(known, first.size) };
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

/** The largest set of up to three rows on the page that read like the entry's title. */
function rowsOfTitle(
  entry: OutlineEntry,
  flows: readonly (readonly Row[])[],
  taken: ReadonlyMap<Row, Heading>,
): readonly Row[] | null {
  const wanted = lettersOf(entry.title);
  if (wanted === '') return null;
  let best: readonly Row[] | null = null;
  for (const flow of flows) {
    for (let at = 0; at < flow.length; at += 1) {
      const rows = titleAt(flow, at, wanted);
      const first = rows?.[0];
      if (rows === null || first === undefined || taken.has(first)) continue;
      if (best === null || first.size > (best[0]?.size ?? 0) * 1.05) best = rows;
    }
  }
  return best;
}

function titleAt(flow: readonly Row[], at: number, wanted: string): readonly Row[] | null {
  let text = '';
  for (let length = 1; length <= MAX_ROWS; length += 1) {
    const row = flow[at + length - 1];
    if (row === undefined) return null;
    text += ` ${row.text}`;
    const letters = lettersOf(text);
    if (letters === wanted) return flow.slice(at, at + length);
    if (letters.length > wanted.length) return null;
  }
  return null;
}

/** A title's letters and digits without its number: outlines and pages write numbers differently. */
function lettersOf(title: string): string {
  return title
    .trim()
    .replace(/^(?:\d{1,2}(?:\.\d{1,2})*\.?|[A-Z]\.|[IVX]+\.)\s+/, '')
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]/gu, '');
}

interface Candidate {
  readonly rows: readonly Row[];
  readonly text: string;
  /** Its size and weight. */
  readonly style: string;
}

function byLook(flows: Flows, look: Look): { readonly rows: readonly Row[]; readonly level: number }[] {
  const candidates = flows.flatMap((flow) => candidatesOf(flow, look));
  const looks = rankedLooks(candidates, flows, look.body);
  return candidates.flatMap(({ rows, text, style }) => {
    const byStyle = looks.get(style);
    if (byStyle === undefined) return [];
    const number = NUMBERING.exec(text)?.[1];
    return [{ rows, level: number === undefined ? byStyle : number.split('.').length }];
  });
}

function candidatesOf(flow: readonly Row[], look: Look): Candidate[] {
  const found: Candidate[] = [];
  let at = 0;
  while (at < flow.length) {
    const row = flow[at];
    const style = row === undefined ? null : styleOf(row, look);
    if (row === undefined || style === null) {
      at += 1;
      continue;
    }
    let to = at + 1;
    for (let next = flow[to]; next !== undefined; next = flow[to]) {
      const gap = next.y - (flow[to - 1]?.y ?? next.y);
      if (styleOf(next, look) !== style || gap > 1.6 * row.size || gap < 0) break;
      if (NUMBERING.test(next.text)) break;
      to += 1;
    }
    const rows = flow.slice(at, to);
    const text = rows.map((row) => row.text).join(' ');
    if (rows.length <= MAX_ROWS && text.length <= MAX_LENGTH && standsAlone(flow, at, to, style, look)) {
      found.push({ rows, text, style });
    }
    at = to;
  }
  return found;
}

/** Size and weight of a row that could be a heading; null for body text. */
function styleOf(row: Row, { body, bold }: Look): string | null {
  const size = roundedSize(row.size);
  if (size < NOT_SMALLER * body.size) return null;
  const larger = size >= LARGER * body.size;
  const isBold = shareOf(row, bold) >= BOLD_SHARE;
  if (!larger && !isBold && !isNumbered(row.text)) return null;
  if (!couldBeHeading(row)) return null;
  return `${size} ${isBold ? 'bold' : larger ? 'plain' : 'numbered'}`;
}

function isNumbered(text: string): boolean {
  if (text.length > MAX_NUMBERED_LENGTH) return false;
  return NUMBERING.exec(text)?.[1]?.includes('.') === true || KEYWORD.test(text) || ROMAN_CAPITALS.test(text);
}

/** A numbered line of body look must be short to be a heading: clauses of contracts are numbered too. */
const MAX_NUMBERED_LENGTH = 70;

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
  // Bold rows between rows of several cells are the group labels of a table.
  if (!larger && (below?.cells.length ?? 0) > 1 && (above === undefined || above.cells.length > 1))
    return false;
  if (above !== undefined && above.y < first.y) {
    const usual = spacing(larger ? above.size : first.size);
    const ended = /[.!?:]$/.test(above.text) || roundedSize(above.size) !== roundedSize(first.size);
    if (first.y - above.y < SPACE_ABOVE * usual && !(ended || larger)) return false;
  }
  if (!style.endsWith('numbered')) return true;
  // Plain numbered lines need space on both sides and a line of text after them.
  const usual = spacing(first.size);
  const roomAbove = above === undefined || first.y - above.y >= SPACE_ABOVE * usual;
  const roomBelow = below !== undefined && below.y - last.y >= SPACE_ABOVE * usual;
  return roomAbove && roomBelow && to - from === 1;
}

/**
 * Levels by style: one below all larger styles that come more than once (a cover has many sizes, each once).
 * Styles that are too common to mark headings are left out.
 */
function rankedLooks(
  candidates: readonly Candidate[],
  flows: Flows,
  body: BodyText,
): ReadonlyMap<string, number> {
  const all = flows.flat().reduce((sum, row) => sum + row.text.length, 0);
  const characters = new Map<string, number>();
  const times = new Map<string, number>();
  for (const { style, text } of candidates) {
    characters.set(style, (characters.get(style) ?? 0) + text.length);
    times.set(style, (times.get(style) ?? 0) + 1);
  }
  const styles = [...characters].flatMap(([style, count]) =>
    count <= MAX_LOOK_SHARE * all || sizeOf(style) >= LARGER * body.size ? [style] : [],
  );
  const repeated = styles.filter((style) => (times.get(style) ?? 0) > 1);
  const above = (style: string): number => repeated.filter((other) => outranks(other, style)).length;
  return new Map(styles.map((style) => [style, Math.min(above(style) + 1, MAX_LEVEL)]));
}

function outranks(style: string, other: string): boolean {
  const larger = sizeOf(style) - sizeOf(other);
  return larger > 0 || (larger === 0 && weightOf(style) < weightOf(other));
}

function sizeOf(style: string): number {
  return Number.parseFloat(style);
}

function weightOf(style: string): number {
  return style.endsWith('bold') ? 0 : style.endsWith('plain') ? 1 : 2;
}
