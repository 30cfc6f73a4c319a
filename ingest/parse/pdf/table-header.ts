import type { Row } from './rows.ts';

/** Columns with this share of figures hold figures; they need less proof than columns of words. */
export const FIGURES_SHARE = 0.6;

const FIGURE =
  /^[(\s$€£¥+\-−–—<>~≈]*(?:\d[\d.,'’\s/:]*)?(?:[%)x×*]|bps|pp|pts?|mn?|bn?|k)*\s*\)?$|^n\/?[am]\.?$/iu;
const YEAR = /^(?:fy\s*)?(?:19|20)\d\d(?:[/-]\d\d(?:\d\d)?)?[*]?$|^q[1-4](?:\s*'?\d{2,4})?$/i;

/** Whether a cell holds an amount, a share, a date in digits or the dash that stands for none. */
export function isFigure(text: string): boolean {
  return FIGURE.test(text);
}

/**
 * How many rows from the top name the columns: rows of words or years above rows of figures, or one row set in
 * another font than the rest.
 */
export function headerRows(texts: readonly (readonly string[])[], rows: readonly Row[]): number {
  let names = 0;
  while (names < MAX_HEADER_ROWS && namesColumns(texts[names])) names += 1;
  const values = texts.slice(names).flatMap((row) => row.slice(1).filter((text) => text !== ''));
  if (names === 0 || values.length === 0) return 0;
  const figures = values.filter((value) => isFigure(value) && !YEAR.test(value)).length;
  if (figures >= FIGURES_SHARE * values.length) return names;
  const font = soleFont(rows[0]);
  const ownFont = font !== null && rows.slice(1).every((row) => soleFont(row) !== font);
  return ownFont && texts[0]?.every((text) => text !== '') === true ? 1 : 0;
}

const MAX_HEADER_ROWS = 3;

function namesColumns(row: readonly string[] | undefined): boolean {
  const names = row?.slice(1).filter((text) => text !== '') ?? [];
  return names.length > 0 && names.every((name) => !isFigure(name) || YEAR.test(name));
}

function soleFont(row: Row | undefined): string | null {
  if (row === undefined || row.fonts.size !== 1) return null;
  return row.fonts.keys().next().value ?? null;
}
