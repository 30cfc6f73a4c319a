import type { Cell } from './cells.ts';
import type { Row } from './rows.ts';
import { FIGURES_SHARE, headerRows, isFigure } from './table-header.ts';
import { joinLine, tidy, type Vocabulary } from './text.ts';

interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A table found in rows `from` (included) to `to` (excluded) of a flow. */
export interface FoundTable {
  readonly from: number;
  readonly to: number;
  readonly table: Table;
}

/** Rows of one table stand no further apart than this many font sizes. */
const MAX_ROW_GAP = 3.2;
/** How many rows with one cell (group labels, wrapped labels) may follow each other inside a table. */
const MAX_LABEL_ROWS = 2;
/** A lone cell longer than this is a line of prose and ends the table. */
const MAX_LABEL_LENGTH = 120;
/** Fewer rows with several cells are no table. */
const MIN_ROWS = 3;
const MIN_ROWS_WIDE = 2;
const WIDE_TABLE = 3;
/** In a table of words, this share of each column's cells begin at one edge. */
const ALIGNED_SHARE = 0.7;
const EDGE_TOLERANCE = 3;
/** Columns of words stand at least this many font sizes apart. */
const WORD_GAP = 1;
/** Most places of a table are filled. */
const MIN_FILL = 0.45;
/** Row gaps larger than the smallest by this factor begin a new row when cells wrap. */
const WRAP_GAP = 1.3;

interface Column {
  left: number;
  right: number;
}

interface Draft {
  readonly from: number;
  to: number;
  readonly columns: Column[];
  readonly rows: Row[];
}

/** Finds runs of rows whose cells fall into aligned columns. What is not surely a table is left alone. */
export function findTables(
  flow: readonly Row[],
  isHeading: (row: Row) => boolean,
  words: Vocabulary,
): FoundTable[] {
  const found: FoundTable[] = [];
  let at = 0;
  while (at < flow.length) {
    const draft = growTable(flow, at, isHeading);
    if (draft === null || spansColumns(draft)) {
      at += 1;
      continue;
    }
    const table = settle(draft, words);
    if (table !== null) found.push({ from: draft.from, to: draft.to, table });
    at = table === null ? at + 1 : draft.to;
  }
  return found;
}

function growTable(flow: readonly Row[], from: number, isHeading: (row: Row) => boolean): Draft | null {
  const first = flow[from];
  if (first === undefined || first.cells.length < 2 || isHeading(first)) return null;
  const draft: Draft = { from, to: from + 1, columns: first.cells.map(columnOf), rows: [first] };
  let labels = 0;
  for (let at = from + 1; at < flow.length; at += 1) {
    const row = flow[at];
    const above = flow[at - 1];
    if (row === undefined || above === undefined || isHeading(row)) break;
    if (row.y - above.y > MAX_ROW_GAP * Math.max(row.size, above.size) || row.y < above.y) break;
    if (row.cells.length === 1) {
      labels += 1;
      if (labels > MAX_LABEL_ROWS || !fitsAsLabel(row, draft.columns)) break;
      continue;
    }
    if (!widen(draft.columns, row.cells)) break;
    labels = 0;
    draft.rows.push(...flow.slice(draft.to, at + 1));
    draft.to = at + 1;
  }
  return draft;
}

/** A first row above the columns ("With fuel" over two years) has places of its own: it is no part of the table. */
function spansColumns({ columns, rows }: Draft): boolean {
  const [first, ...others] = rows;
  if (first === undefined || others.length < MIN_ROWS_WIDE) return false;
  return columns.some(
    (column) =>
      first.cells.some((cell) => overlaps(column, cell)) &&
      !others.some((row) => row.cells.some((cell) => overlaps(column, cell))),
  );
}

function columnOf(cell: Cell): Column {
  return { left: cell.left, right: cell.right };
}

function overlaps(column: Column, cell: Cell): boolean {
  return cell.left < column.right && cell.right > column.left;
}

function fitsAsLabel(row: Row, columns: readonly Column[]): boolean {
  const [cell] = row.cells;
  if (cell === undefined || cell.text.length > MAX_LABEL_LENGTH) return false;
  const inside = columns.filter((column) => overlaps(column, cell));
  if (inside.length <= 1) return true;
  return inside[0] === columns[0];
}

/** Takes a row's cells into the columns; false, and nothing changed, where a cell fits no single column. */
function widen(columns: Column[], cells: readonly Cell[]): boolean {
  const grown = columns.map((column) => ({ ...column }));
  const used = new Set<Column>();
  for (const cell of cells) {
    const inside = grown.filter((column) => overlaps(column, cell));
    const [column] = inside;
    if (inside.length > 1) return false;
    if (column === undefined) {
      const added = columnOf(cell);
      used.add(added);
      grown.push(added);
      continue;
    }
    if (used.has(column)) return false;
    used.add(column);
    column.left = Math.min(column.left, cell.left);
    column.right = Math.max(column.right, cell.right);
  }
  grown.sort((a, b) => a.left - b.left);
  columns.splice(0, columns.length, ...grown);
  return true;
}

function settle(draft: Draft, words: Vocabulary): Table | null {
  const { columns, rows } = draft;
  const wide = rows.filter((row) => row.cells.length > 1);
  const enough = wide.length >= (columns.length >= WIDE_TABLE ? MIN_ROWS_WIDE : MIN_ROWS);
  if (!enough || columns.length < 2) return null;
  const filled = wide.reduce((sum, row) => sum + row.cells.length, 0);
  if (filled < MIN_FILL * wide.length * columns.length) return null;
  const figures = figuresShare(wide) >= FIGURES_SHARE;
  if (!figures && !isAligned(wide, columns)) return null;
  const places = rows.map((row) => placeCells(row, columns));
  const logical = figures ? joinLabels(places, words) : joinWrapped(rows, places, words);
  if (logical.length < MIN_ROWS_WIDE) return null;
  const texts = logical.map((row) => row.map(tidy));
  const header = headerRows(texts, rows);
  if (header === 0) return { header: [], rows: texts };
  const names = columns.map((_, at) =>
    tidy(
      texts
        .slice(0, header)
        .map((row) => row[at] ?? '')
        .join(' '),
    ),
  );
  return { header: names, rows: texts.slice(header) };
}

function placeCells(row: Row, columns: readonly Column[]): string[] {
  const places = columns.map(() => '');
  for (const cell of row.cells) {
    const at = Math.max(
      columns.findIndex((column) => overlaps(column, cell)),
      0,
    );
    places[at] = places[at] === '' ? cell.text : `${places[at]} ${cell.text}`;
  }
  return places;
}

/** The share of figures among all cells but the first of each row. */
function figuresShare(rows: readonly Row[]): number {
  const cells = rows.flatMap((row) => row.cells.slice(1));
  return cells.filter((cell) => isFigure(cell.text)).length / Math.max(cells.length, 1);
}

function isAligned(rows: readonly Row[], columns: readonly Column[]): boolean {
  const size = rows[0]?.size ?? 1;
  return columns.every((column, at) => {
    const next = columns[at + 1];
    if (next !== undefined && next.left - column.right < WORD_GAP * size) return false;
    const cells = rows.flatMap((row) => row.cells.filter((cell) => overlaps(column, cell)));
    return Math.max(...EDGES.map((edge) => sameEdge(cells.map(edge)))) >= ALIGNED_SHARE;
  });
}

const EDGES: readonly ((cell: Cell) => number)[] = [
  (cell) => cell.left,
  (cell) => cell.right,
  (cell) => (cell.left + cell.right) / 2,
];

/** The largest share of positions that lie within the tolerance of one of them. */
function sameEdge(positions: readonly number[]): number {
  if (positions.length === 0) return 1;
  const sorted = positions.toSorted((a, b) => a - b);
  let most = 0;
  let start = 0;
  for (const [at, position] of sorted.entries()) {
    while (position - (sorted[start] ?? position) > EDGE_TOLERANCE) start += 1;
    most = Math.max(most, at - start + 1);
  }
  return most / sorted.length;
}

/**
 * Cells of words wrap: their lines stand closer than rows do, and seldom all cells of a row wrap alike. Without
 * both signs every line stays a row.
 */
function joinWrapped(
  rows: readonly Row[],
  places: readonly string[][],
  words: Vocabulary,
): readonly (readonly string[])[] {
  const gaps = rows.map((row, at) =>
    at === 0 ? Number.POSITIVE_INFINITY : row.y - (rows[at - 1]?.y ?? row.y),
  );
  const smallest = Math.min(...gaps);
  const goesOn = gaps.map((gap) => gap <= WRAP_GAP * smallest);
  const going = places.filter((_, at) => goesOn[at] === true);
  const partial = going.filter((cells) => cells.includes(''));
  if (going.length === 0 || going.length === rows.length - 1) return places;
  if (partial.length < PARTIAL_SHARE * going.length) return places;
  const joined: string[][] = [];
  for (const [at, cells] of places.entries()) {
    const last = joined.at(-1);
    if (last === undefined || goesOn[at] !== true) joined.push([...cells]);
    else for (const [column, text] of cells.entries()) appendCell(last, column, text, words);
  }
  return joined;
}

/** Share of the lines that go on with a row which must leave some of its cells empty. */
const PARTIAL_SHARE = 0.6;

/** A label that wraps in a table of figures: its first line stands alone, the next begins in lower case. */
function joinLabels(places: readonly string[][], words: Vocabulary): readonly (readonly string[])[] {
  const joined: string[][] = [];
  for (const cells of places) {
    const last = joined.at(-1);
    const label = last?.[0] ?? '';
    const alone = last !== undefined && label !== '' && last.slice(1).every((text) => text === '');
    if (alone && !label.endsWith(':') && /^\p{Ll}/u.test(cells[0] ?? '')) {
      joined[joined.length - 1] = [joinLine(label, cells[0] ?? '', words), ...cells.slice(1)];
    } else {
      joined.push([...cells]);
    }
  }
  return joined;
}

function appendCell(row: string[], column: number, text: string, words: Vocabulary): void {
  if (text !== '') row[column] = joinLine(row[column] ?? '', text, words);
}
