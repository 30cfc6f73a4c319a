import type { Cell } from './cells.ts';
import { type Row, rowOf } from './rows.ts';

/** Rows that are read one after another from top to bottom: a page, or one column of it. */
export type Flow = readonly Row[];

/** Fewer lines on a side than this make no column. */
const MIN_LINES = 4;
/** Cells must share their left edge within this many points to draw a column's edge. */
const EDGE_TOLERANCE = 2.5;
/** A gutter is at least this part of the font size wide. */
const MIN_GUTTER = 0.7;
/** Share of the left side's lines that may run into the gutter without closing it. */
const OVERRUN_SHARE = 0.05;
/** Half of a column's text stands in lines this many font sizes wide or wider; table cells are narrower. */
const PROSE_WIDTH = 11;
/** When the baselines of both sides differ, the sides were set independently and narrower lines will do. */
const LOOSE_WIDTH = 4;
const INDEPENDENT_SHARE = 0.4;
/** More digits than this among the characters of a side mean figures, not prose. */
const FIGURES_SHARE = 0.25;
/** How often a region may be cut again: columns within columns beyond this are not typeset. */
const MAX_CUTS = 4;
/** A one-sided row below the shared ones belongs to its column unless it stands this many sizes apart. */
const DETACHED_GAP = 2.5;
/** Left edges that are tried as a gutter; a page has few true ones and the work grows with each. */
const MAX_EDGES = 12;

/**
 * Puts rows into reading order: where a vertical gutter parts two sides of prose, the left side is read before
 * the right. Tables also have gutters, but short or numeric sides, and stay rows.
 */
export function readingOrder(rows: Flow, cuts = MAX_CUTS): Flow[] {
  if (rows.length === 0) return [];
  const band = cuts > 0 && rows.length >= MIN_LINES ? bestBand(rows) : null;
  if (band === null) return [rows];
  const sides = splitAt(rows.slice(band.from, band.to), band.x);
  return [
    ...readingOrder(rows.slice(0, band.from), cuts - 1),
    ...readingOrder(sides.left, cuts - 1),
    ...readingOrder(sides.right, cuts - 1),
    ...readingOrder(rows.slice(band.to), cuts - 1),
  ];
}

interface Band {
  readonly x: number;
  readonly from: number;
  readonly to: number;
  readonly score: number;
}

function bestBand(rows: Flow): Band | null {
  let best: Band | null = null;
  for (const x of gutterEdges(rows)) {
    for (const band of bandsAt(rows, x)) {
      if (best !== null && band.score <= best.score) continue;
      if (isTwoColumns(splitAt(rows.slice(band.from, band.to), x), x)) best = band;
    }
  }
  return best;
}

/** Left edges that many cells share and that have text to their left. */
function gutterEdges(rows: Flow): number[] {
  const left = rows.reduce((least, row) => Math.min(least, row.left), Number.POSITIVE_INFINITY);
  const right = rows.reduce((most, row) => Math.max(most, row.right), Number.NEGATIVE_INFINITY);
  const margin = (right - left) * 0.12;
  const counts = new Map<number, number>();
  for (const row of rows) {
    for (const cell of row.cells) {
      if (cell.left < left + margin || cell.left > right - margin) continue;
      const bin = Math.floor(cell.left / EDGE_TOLERANCE);
      counts.set(bin, (counts.get(bin) ?? 0) + 1);
    }
  }
  return [...counts]
    .filter(([bin, count]) => count + (counts.get(bin + 1) ?? 0) >= MIN_LINES)
    .sort((a, b) => b[1] - a[1])
    .slice(0, MAX_EDGES)
    .map(([bin]) => bin * EDGE_TOLERANCE - 0.5);
}

/** Runs of rows in which no cell crosses x. */
function* bandsAt(rows: Flow, x: number): Generator<Band> {
  let from = 0;
  for (let at = 0; at <= rows.length; at += 1) {
    const row = rows[at];
    if (row !== undefined && !row.cells.some((cell) => crosses(cell, x, row.size))) continue;
    if (at - from >= MIN_LINES) {
      const band = scored(rows, x, from, at);
      if (band !== null) yield band;
    }
    from = at + 1;
  }
}

function crosses(cell: Cell, x: number, size: number): boolean {
  return cell.left < x - 0.1 * size && cell.right > x;
}

function scored(rows: Flow, x: number, from: number, to: number): Band | null {
  let left = 0;
  let right = 0;
  let lastLeft = from;
  let lastRight = from;
  for (let at = from; at < to; at += 1) {
    const row = rows[at];
    if (row === undefined) continue;
    if (row.left < x) {
      left += 1;
      lastLeft = at;
    }
    if (row.right > x) {
      right += 1;
      lastRight = at;
    }
  }
  if (left < MIN_LINES || right < MIN_LINES) return null;
  const end = lastLeft > lastRight ? attachedEnd(rows, lastRight, to) : to;
  return { x, from, to: end, score: (end - from) * Math.min(left, right) };
}

/** Where the left column ends that outlasts the right one: before the first row that stands detached. */
function attachedEnd(rows: Flow, lastShared: number, to: number): number {
  for (let at = lastShared + 1; at < to; at += 1) {
    const above = rows[at - 1];
    const row = rows[at];
    if (above !== undefined && row !== undefined && row.y - above.y > DETACHED_GAP * row.size) return at;
  }
  return to;
}

interface Sides {
  /** Rows that have cells on both sides. */
  readonly shared: number;
  readonly left: readonly Row[];
  readonly right: readonly Row[];
}

function splitAt(rows: Flow, x: number): Sides {
  const left: Row[] = [];
  const right: Row[] = [];
  let shared = 0;
  for (const row of rows) {
    const edge = x - 0.1 * row.size;
    if (row.right <= x) left.push(row);
    else if (row.left >= edge) right.push(row);
    else {
      shared += 1;
      left.push(partOf(row, (cell) => cell.left < edge));
      right.push(partOf(row, (cell) => cell.left >= edge));
    }
  }
  return { left, right, shared };
}

function partOf(row: Row, belongs: (cell: Cell) => boolean): Row {
  return rowOf(row.page, row.cells.filter(belongs));
}

function isTwoColumns(sides: Sides, x: number): boolean {
  const { left, right, shared } = sides;
  if (left.length < MIN_LINES || right.length < MIN_LINES) return false;
  const overrun = left.filter((row) => x - row.right < MIN_GUTTER * row.size).length;
  if (overrun > OVERRUN_SHARE * left.length) return false;
  if (figures(left) > FIGURES_SHARE || figures(right) > FIGURES_SHARE) return false;
  const independent = shared < INDEPENDENT_SHARE * Math.min(left.length, right.length);
  const least = independent ? LOOSE_WIDTH : PROSE_WIDTH;
  if (lineWidth(left) < least || lineWidth(right) < least) return false;
  return independent || !rowsStartTogether(left, right);
}

function figures(rows: readonly Row[]): number {
  let digits = 0;
  let all = 0;
  for (const row of rows) {
    for (const cell of row.cells) {
      all += cell.text.length;
      digits += cell.text.replace(/\D/g, '').length;
    }
  }
  return all === 0 ? 0 : digits / all;
}

/** The width, in font sizes, of the cell in which the middle character of a side stands. */
function lineWidth(rows: readonly Row[]): number {
  const cells = rows
    .flatMap((row) => row.cells)
    .map((cell) => ({ width: (cell.right - cell.left) / cell.size, characters: cell.text.length }))
    .sort((a, b) => a.width - b.width);
  let left = cells.reduce((sum, cell) => sum + cell.characters, 0) / 2;
  for (const cell of cells) {
    left -= cell.characters;
    if (left <= 0) return cell.width;
  }
  return 0;
}

/**
 * Table rows begin on one baseline in every cell, so wide gaps above lines coincide on both sides; paragraphs
 * of two columns begin where they like.
 */
function rowsStartTogether(left: readonly Row[], right: readonly Row[]): boolean {
  const starts = startsOf(left);
  const others = startsOf(right);
  if (Math.min(starts.length, others.length) < MIN_TABLE_ROWS) return false;
  const together = starts.filter((row) =>
    others.some((other) => Math.abs(other.y - row.y) < LEVEL * row.size),
  );
  return together.length >= TOGETHER_SHARE * Math.max(starts.length, others.length);
}

/** Baselines that differ by less than this part of the font size are level. */
const LEVEL = 0.35;
const MIN_TABLE_ROWS = 3;
const TOGETHER_SHARE = 0.6;
/** A gap above a line larger than this, relative to the side's usual one, starts a table row or a paragraph. */
const START_GAP = 1.25;

function startsOf(rows: readonly Row[]): Row[] {
  const gaps = rows.slice(1).map((row, at) => row.y - (rows[at]?.y ?? row.y));
  const usual = gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length * 0.3)] ?? 0;
  return rows.slice(1).filter((_, at) => (gaps[at] ?? 0) > START_GAP * usual);
}
