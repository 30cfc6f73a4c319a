/** One cell as shown; `isText` is false for numbers, dates, booleans and errors. */
export interface SheetCell {
  readonly text: string;
  readonly isText: boolean;
}

export type SheetRow = readonly SheetCell[];

export const EMPTY_CELL: SheetCell = { text: '', isText: true };

/** A longer first row is data or a note, not the name of a column. */
const MAX_HEADER_CHARACTERS = 80;
/** Without any other sign of a header, names of columns are a few words. */
const MAX_UNMARKED_CHARACTERS = 40;
/** Two unmarked columns are as often names and values as a table with a header. */
const MIN_UNMARKED_COLUMNS = 3;
/** A header names most of its columns; row labels may stand under an empty corner. */
const MIN_HEADER_FILL = 0.6;
/** Columns side by side may share names ("Budget, Actual, Budget, Actual"); a row of one word is data. */
const MIN_DISTINCT = 0.5;
/** Numbers, dates, times, amounts and percentages as people write them: what a header is not. */
const FIGURE = /^[\s€$£%+\-(~<>]*\d[\d\s.,:/\-T']*[\s€$£%()Z]*$|^(true|false|yes|no|n\/a|null)$/i;

export const filled = (row: SheetRow): SheetCell[] => row.filter((cell) => cell.text !== '');

/** A cell of a table whose format keeps no types. */
export function toCell(text: string): SheetCell {
  return { text, isText: !FIGURE.test(text) };
}

/** True when the row can name the columns of a table this wide. */
export function looksLikeHeader(row: SheetRow, columns: number): boolean {
  const cells = filled(row);
  const names = new Set(cells.map((cell) => cell.text.toLowerCase()));
  return (
    cells.length >= Math.max(2, columns * MIN_HEADER_FILL) &&
    names.size >= cells.length * MIN_DISTINCT &&
    cells.every((cell) => (cell.isText || isYear(cell.text)) && cell.text.length <= MAX_HEADER_CHARACTERS) &&
    cells.some((cell) => cell.isText)
  );
}

/**
 * True when the first row of a word processor's or page's table, where nothing marks it, is its header: it
 * names every column, and either figures stand under a name or there are enough short names.
 */
export function isUnmarkedHeader(rows: readonly (readonly string[])[]): boolean {
  const [first = [], ...rest] = rows.map((row) => row.map(toCell));
  const columns = Math.max(0, ...rows.map((row) => row.length));
  if (rest.length === 0 || filled(first).length < columns || !looksLikeHeader(first, columns)) return false;
  if (contrasts(first, rest)) return true;
  return (
    columns >= MIN_UNMARKED_COLUMNS && first.every((cell) => cell.text.length <= MAX_UNMARKED_CHARACTERS)
  );
}

/** Years name columns of figures. */
const isYear = (text: string): boolean => /^(19|20)\d\d$/.test(text);

/** True when some column is text in the first row and mostly not text below. */
export function contrasts(first: SheetRow, rest: readonly SheetRow[]): boolean {
  return first.some((cell, column) => {
    if (!cell.isText || cell.text === '') return false;
    const below = rest.map((row) => row[column] ?? EMPTY_CELL).filter((other) => other.text !== '');
    return below.length > 0 && below.filter((other) => !other.isText).length > below.length / 2;
  });
}
