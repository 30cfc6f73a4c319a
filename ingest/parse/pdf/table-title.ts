import { isCompanyName } from './boilerplate.ts';
import type { BodyText } from './fonts.ts';
import type { Row } from './rows.ts';

/** A statement's name stands among the first rows of its page, below the company's name and above the table. */
const TOP_ROWS = 3;
const ROWS_BELOW = 8;
const MIN_TABLE_ROWS = 3;
const MAX_LENGTH = 90;
/** How far, in parts of the text's width, its middle may stand off the middle of the page. */
const OFF_CENTRE = 0.04;
const MAX_WIDTH = 0.75;

/** Whether a line of body size names the table that fills its page: centred at the top, in capitals or a font of its own. */
export function isPageTitle(flow: readonly Row[], at: number, body: BodyText): boolean {
  const row = flow[at];
  if (row === undefined || at >= TOP_ROWS || row.cells.length !== 1) return false;
  if (row.text.length > MAX_LENGTH || !/^[\p{Lu}\d]/u.test(row.text)) return false;
  if (isCompanyName(row.text) || !isEmphatic(row, body)) return false;
  const left = Math.min(...flow.map((other) => other.left));
  const right = Math.max(...flow.map((other) => other.right));
  const width = right - left;
  const off = Math.abs((row.left + row.right) / 2 - (left + right) / 2);
  if (off > OFF_CENTRE * width || row.right - row.left > MAX_WIDTH * width) return false;
  const below = flow.slice(at + 1, at + 1 + ROWS_BELOW);
  return below.filter((other) => other.cells.length > 1).length >= MIN_TABLE_ROWS;
}

function isEmphatic(row: Row, body: BodyText): boolean {
  const capitals = !/\p{Ll}/u.test(row.text.replace(/\([^)]*\)/g, ''));
  return capitals || (body.font !== null && !row.fonts.has(body.font));
}
