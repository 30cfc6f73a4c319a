import type { Block } from '../document.ts';
import { contrasts, EMPTY_CELL, filled, looksLikeHeader, type SheetRow } from './header-row.ts';

interface Region {
  /** Columns with content, ascending. */
  readonly columns: readonly number[];
  readonly rows: readonly SheetRow[];
}

/** A lone sentence under a table of several columns is a note on it. */
const MIN_NOTE_CHARACTERS = 25;
const MIN_NOTE_COLUMNS = 3;

/**
 * Blocks of a sheet or CSV file. Blank rows part its tables; lone cells over a table are its titles and become
 * paragraphs; a block of rows after a blank one with the same columns goes on with the table before it.
 */
export function rowsToBlocks(rows: readonly SheetRow[], page: number | null): Block[] {
  const blocks: Block[] = [];
  let last: { header: string[]; rows: string[][]; key: string } | null = null;
  for (const region of splitRegions(rows)) {
    const { titles, body, notes } = partRegion(region);
    blocks.push(...paragraphs(titles, page));
    const [first, ...rest] = body;
    if (first !== undefined) {
      const key = region.columns.join(',');
      const goesOn: boolean = last !== null && titles.length === 0 && last.key === key;
      const isHeader: boolean =
        rest.length > 0 &&
        looksLikeHeader(first, region.columns.length) &&
        (!goesOn || contrasts(first, rest));
      if (goesOn && !isHeader) {
        last?.rows.push(...body.map(texts));
      } else {
        last = { header: isHeader ? texts(first) : [], rows: (isHeader ? rest : body).map(texts), key };
        blocks.push({ kind: 'table', header: last.header, rows: last.rows, page });
      }
    }
    blocks.push(...paragraphs(notes, page));
    if (titles.length > 0 && body.length === 0) last = null;
  }
  return blocks;
}

function splitRegions(rows: readonly SheetRow[]): Region[] {
  const regions: Region[] = [];
  let run: SheetRow[] = [];
  const end = (): void => {
    if (run.length > 0) regions.push(toRegion(run));
    run = [];
  };
  for (const row of rows) {
    if (filled(row).length === 0) end();
    else run.push(row);
  }
  end();
  return regions;
}

/** Drops the columns that are empty in the whole region. */
function toRegion(rows: readonly SheetRow[]): Region {
  const used = new Set<number>();
  for (const row of rows) {
    row.forEach((cell, column) => {
      if (cell.text !== '') used.add(column);
    });
  }
  const columns = [...used].sort((a, b) => a - b);
  return { columns, rows: rows.map((row) => columns.map((column) => row[column] ?? EMPTY_CELL)) };
}

function partRegion({ columns, rows }: Region): {
  titles: readonly SheetRow[];
  body: readonly SheetRow[];
  notes: readonly SheetRow[];
} {
  if (columns.length === 1) return { titles: rows, body: [], notes: [] };
  let start = 0;
  while (start < rows.length && filled(rows[start] ?? []).length === 1) start++;
  // Only lone cells: a form or a list in steps, not a table with a title.
  if (start === rows.length) return { titles: rows, body: [], notes: [] };
  let end = rows.length;
  while (end > start + 1 && isNote(rows[end - 1] ?? [], columns.length)) end--;
  return { titles: rows.slice(0, start), body: rows.slice(start, end), notes: rows.slice(end) };
}

function isNote(row: SheetRow, columns: number): boolean {
  const [only, ...others] = filled(row);
  return (
    columns >= MIN_NOTE_COLUMNS && others.length === 0 && (only?.text.length ?? 0) >= MIN_NOTE_CHARACTERS
  );
}

const texts = (row: SheetRow): string[] => row.map((cell) => cell.text);

function paragraphs(rows: readonly SheetRow[], page: number | null): Block[] {
  return rows.map((row) => ({
    kind: 'paragraph',
    text: filled(row)
      .map((cell) => cell.text)
      .join(' '),
    page,
  }));
}
