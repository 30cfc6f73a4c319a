import type { PageRows, Row } from './rows.ts';

/** How many rows from the top and from the bottom of a page can be header or footer; fewer on scant pages. */
const EDGE_ROWS = 4;
const EDGE_SHARE = 0.34;
/** In a document of this many pages a line must stand on every one at one height; in a shorter one nothing is proven. */
const SHORT_DOCUMENT = 3;
/** A line on this share of all pages, or of the odd or the even ones, is furniture. */
const REPEATED_SHARE = 0.55;
const MIN_REPEATS = 3;
/** A line at one height on this many following pages is a running chapter head; its first stays. */
const RUNNING_REPEATS = 4;
const SAME_HEIGHT = 3;
const COLUMN_NAMES = 4;
/** Longer lines are text, however often they come back. */
const MAX_FURNITURE_LENGTH = 200;

type Edge = 'top' | 'bottom' | 'turned';

interface Sighting {
  readonly page: number;
  readonly row: Row;
}

/** The rows that repeat at the edges of pages: running heads, footers, page numbers, stamps. */
export function findFurniture(pages: readonly PageRows[]): ReadonlySet<Row> {
  const found = new Set<Row>();
  const sightings = new Map<string, Sighting[]>();
  for (const page of pages) {
    for (const [edge, row] of edgeRows(page)) {
      const text = row.text;
      if (text.length > MAX_FURNITURE_LENGTH) continue;
      const key = `${edge} ${patternOf(text)}`;
      const list = sightings.get(key);
      if (list === undefined) sightings.set(key, [{ page: page.number, row }]);
      else list.push({ page: page.number, row });
    }
  }
  for (const [key, list] of sightings) {
    for (const row of pageNumbers(list, pages.length)) found.add(row);
    if (!/\p{L}/u.test(key.slice(key.indexOf(' ')))) continue;
    const rows =
      pages.length > SHORT_DOCUMENT ? repeated(list, pages.length) : onEveryPage(list, pages.length);
    for (const row of rows) found.add(row);
  }
  return found;
}

function edgeRows(page: PageRows): [Edge, Row][] {
  const { rows } = page;
  const most = Math.min(EDGE_ROWS, Math.round(rows.length * EDGE_SHARE));
  const top = rows.slice(0, most);
  const bottom = rows.slice(rows.length - most);
  return [
    ...top.map((row): [Edge, Row] => ['top', row]),
    ...bottom.map((row): [Edge, Row] => ['bottom', row]),
    ...page.turned.flat().map((row): [Edge, Row] => ['turned', row]),
  ];
}

const ROMAN_NUMBER = /^[ivxlc]{1,7}$/;

/** The line with what changes from page to page taken out. */
function patternOf(text: string): string {
  const plain = text.toLowerCase().replace(/\s+/g, '');
  if (ROMAN_NUMBER.test(plain)) return '#';
  return plain.replace(/\d+/g, '#');
}

function repeated(list: readonly Sighting[], pages: number): Row[] {
  const numbers = [...new Set(list.map((sighting) => sighting.page))];
  const odd = numbers.filter((number) => number % 2 === 1).length;
  const even = numbers.length - odd;
  const often =
    numbers.length >= MIN_REPEATS &&
    (numbers.length >= REPEATED_SHARE * pages ||
      odd >= Math.max(MIN_REPEATS, REPEATED_SHARE * Math.ceil(pages / 2)) ||
      even >= Math.max(MIN_REPEATS, REPEATED_SHARE * Math.floor(pages / 2)));
  // Column names of a table that runs over the pages repeat too; they must be read once.
  const columns = list.every(({ row }) => row.cells.length >= COLUMN_NAMES);
  if (often) return list.slice(columns ? 1 : 0).map((sighting) => sighting.row);
  return running(list);
}

function onEveryPage(list: readonly Sighting[], pages: number): Row[] {
  const [first] = list;
  const still = list.every(
    ({ row }) =>
      first !== undefined && Math.abs(row.y - first.row.y) <= SAME_HEIGHT && row.size === first.row.size,
  );
  const columns = list.every(({ row }) => row.cells.length >= COLUMN_NAMES);
  const everywhere = pages === SHORT_DOCUMENT && new Set(list.map(({ page }) => page)).size === pages;
  return still && everywhere && !columns ? list.map(({ row }) => row) : [];
}

/** Runs of one line at one height over following pages (or every other one), less the first of each run. */
function running(list: readonly Sighting[]): Row[] {
  const found: Row[] = [];
  let run: Sighting[] = [];
  const close = (): void => {
    if (run.length >= RUNNING_REPEATS) found.push(...run.slice(1).map((sighting) => sighting.row));
  };
  for (const sighting of list) {
    const last = run.at(-1);
    const goesOn =
      last !== undefined &&
      sighting.page > last.page &&
      sighting.page - last.page <= 2 &&
      Math.abs(sighting.row.y - last.row.y) <= SAME_HEIGHT &&
      sighting.row.size === last.row.size;
    if (!goesOn) {
      close();
      run = [];
    }
    run.push(sighting);
  }
  close();
  return found;
}

const PAGE_NUMBER =
  /^[-–—|\s[(]*(?:(?:page|pag\.?|pagina|página|seite|p\.)\s*)?(\d{1,4}|[ivxlc]{1,7})(?:\s*(?:\/|of|von|di|de|sur)\s*\d{1,4})?[-–—|\s\])]*$/i;

/**
 * A number alone is dropped only where it counts the pages: it must move with the page on several sightings, or
 * equal it in a short document; else it is a figure of the text.
 */
function pageNumbers(list: readonly Sighting[], pages: number): Row[] {
  const byOffset = new Map<number, Row[]>();
  for (const { page, row } of list) {
    const match = PAGE_NUMBER.exec(row.text);
    const value = match?.[1] === undefined ? null : numberOf(match[1]);
    if (value === null) continue;
    const rows = byOffset.get(value - page);
    if (rows === undefined) byOffset.set(value - page, [row]);
    else rows.push(row);
  }
  return [...byOffset].flatMap(([offset, rows]) =>
    rows.length >= MIN_REPEATS || (pages <= SHORT_DOCUMENT && offset === 0) ? rows : [],
  );
}

function numberOf(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : romanValue(text.toLowerCase());
}

const ROMAN_VALUES: Readonly<Record<string, number>> = { i: 1, v: 5, x: 10, l: 50, c: 100 };

function romanValue(text: string): number {
  let sum = 0;
  for (const [at, letter] of [...text].entries()) {
    const value = ROMAN_VALUES[letter] ?? 0;
    const next = ROMAN_VALUES[text[at + 1] ?? ''] ?? 0;
    sum += value < next ? -value : value;
  }
  return sum;
}
