import type { Block } from '../document.ts';
import { isUnmarkedHeader } from './header-row.ts';

/** Spans beyond these are mistakes or attacks; a sheet of 1,000 columns is not read as HTML. */
const MAX_COLUMN_SPAN = 100;
const MAX_ROW_SPAN = 1000;
const MAX_CELLS = 200_000;

interface Cell {
  readonly isHeader: boolean;
  readonly columns: number;
  readonly rows: number;
  readonly blocks: Block[];
}

interface Row {
  readonly cells: Cell[];
  inHead: boolean;
}

/**
 * Collects one HTML table. Cells gather blocks, because a table may only lay out a page: then its content
 * goes out as it came, in order. A table of data becomes one block with header and rows.
 */
export class TableBuilder {
  private readonly rows: Row[] = [];
  private readonly before: Block[] = [];
  private readonly isLayout: boolean;
  private row: Row | null = null;
  private cell: Cell | null = null;

  constructor(isLayout: boolean) {
    this.isLayout = isLayout;
  }

  openRow(): void {
    this.row = { cells: [], inHead: false };
    this.rows.push(this.row);
    this.cell = null;
  }

  openCell(isHeader: boolean, attributes: Record<string, string>): void {
    if (this.row === null) this.openRow();
    this.cell = {
      isHeader,
      columns: span(attributes.colspan, MAX_COLUMN_SPAN),
      rows: span(attributes.rowspan, MAX_ROW_SPAN),
      blocks: [],
    };
    this.row?.cells.push(this.cell);
  }

  closeCell(): void {
    this.cell = null;
  }

  closeRow(): void {
    this.cell = null;
    this.row = null;
  }

  /** Rows so far stood in `thead`. */
  endHead(): void {
    for (const row of this.rows) row.inHead = true;
  }

  add(block: Block): void {
    (this.cell?.blocks ?? this.before).push(block);
  }

  finish(): Block[] {
    if (this.isLayout || this.laysOut()) {
      return [...this.before, ...this.rows.flatMap((row) => row.cells.flatMap((cell) => cell.blocks))];
    }
    const grid = toGrid(this.rows);
    const marked = this.headerRows();
    const heads = marked === 0 && isUnmarkedHeader(grid) ? 1 : marked;
    const header = joinRows(grid.slice(0, heads));
    return [...this.before, { kind: 'table', header, rows: grid.slice(heads), page: null }];
  }

  /** Only a layout has tables or headings inside cells, a single column, or a single row without headers. */
  private laysOut(): boolean {
    const cells = this.rows.flatMap((row) => row.cells);
    const full = this.rows.filter((row) => row.cells.some((cell) => cell.blocks.length > 0));
    const width = Math.max(
      0,
      ...full.map((row) => row.cells.filter((cell) => cell.blocks.length > 0).length),
    );
    if (width <= 1) return true;
    if (full.length === 1 && !cells.some((cell) => cell.isHeader)) return true;
    return cells.some((cell) =>
      cell.blocks.some((block) => block.kind === 'table' || (block.kind === 'heading' && !cell.isHeader)),
    );
  }

  private headerRows(): number {
    const inHead = this.rows.findIndex((row) => !row.inHead);
    if (inHead !== 0) return inHead === -1 ? Math.min(1, this.rows.length) : inHead;
    const [first] = this.rows;
    return first?.cells.length && first.cells.every((cell) => cell.isHeader) ? 1 : 0;
  }
}

/** Lays cells on a grid: a wide cell is followed by blanks, a tall one repeats so that every row reads whole. */
function toGrid(rows: readonly Row[]): string[][] {
  const grid: string[][] = [];
  const tall = new Map<number, { text: string; left: number }>();
  let cells = 0;
  for (const row of rows) {
    const line: string[] = [];
    const fillTall = (): void => {
      for (let above = tall.get(line.length); above && above.left > 0; above = tall.get(line.length)) {
        above.left--;
        line.push(above.text);
      }
    };
    for (const cell of row.cells) {
      fillTall();
      const text = cell.blocks.map(blockText).join(' ');
      for (let i = 0; i < cell.columns && cells < MAX_CELLS; i++, cells++) {
        if (cell.rows > 1) tall.set(line.length, { text: i === 0 ? text : '', left: cell.rows - 1 });
        line.push(i === 0 ? text : '');
      }
    }
    fillTall();
    grid.push(line);
  }
  return grid;
}

/** Headers in several rows read as one: "2025" over "Budget" is "2025 Budget". */
function joinRows(rows: readonly (readonly string[])[]): string[] {
  const width = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length: width }, (_, column) =>
    [...new Set(rows.map((row) => row[column] ?? '').filter((text) => text !== ''))].join(' '),
  );
}

function blockText(block: Block): string {
  if (block.kind !== 'table') return block.text;
  return [block.header, ...block.rows].map((row) => row.join(' ')).join(' ');
}

function span(value: string | undefined, max: number): number {
  const count = Number.parseInt(value ?? '1', 10);
  return Number.isFinite(count) ? Math.min(Math.max(1, count), max) : 1;
}
