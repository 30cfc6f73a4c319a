import { type Cell, mostFrequent, readCells } from './cells.ts';
import type { PageText } from './source.ts';
import { readBaselines } from './spans.ts';

/** What stands on one baseline, in reading order. Lengths are in points; `y` grows downwards. */
export interface Row {
  readonly page: number;
  readonly y: number;
  readonly left: number;
  readonly right: number;
  readonly size: number;
  /** Characters by font name. */
  readonly fonts: ReadonlyMap<string, number>;
  readonly cells: readonly Cell[];
  /** The cells as one line of text. */
  readonly text: string;
}

export interface PageRows {
  readonly number: number;
  /** Rows in the page's main reading direction, from the top. */
  readonly rows: readonly Row[];
  /** Rows set at another angle (a stamp in the margin, an axis label). */
  readonly turned: readonly (readonly Row[])[];
}

/** The rows of one page. */
export function readRows({ number, runs }: PageText): PageRows {
  const angles = readBaselines(runs).map((baselines) =>
    baselines
      .map(readCells)
      .filter((cells) => cells.length > 0)
      .map((cells) => rowOf(number, cells)),
  );
  const [rows = [], ...turned] = angles;
  return { number, rows, turned };
}

/** A row of these cells; there must be one at least. */
export function rowOf(page: number, cells: readonly Cell[]): Row {
  const [first] = cells;
  const place = { page, cells, y: first?.y ?? 0 };
  if (first !== undefined && cells.length === 1) {
    return {
      ...place,
      left: first.left,
      right: first.right,
      size: first.size,
      fonts: first.fonts,
      text: first.text,
    };
  }
  const fonts = new Map<string, number>();
  const sizes = new Map<number, number>();
  for (const cell of cells) {
    sizes.set(cell.size, (sizes.get(cell.size) ?? 0) + cell.text.length);
    for (const [font, count] of cell.fonts) fonts.set(font, (fonts.get(font) ?? 0) + count);
  }
  const left = Math.min(...cells.map((cell) => cell.left));
  const right = Math.max(...cells.map((cell) => cell.right));
  const size = mostFrequent(sizes) ?? 1;
  return { ...place, left, right, size, fonts, text: textOf(cells, size) };
}

/** Cells that stand far apart are parted by a bar, near ones by a space. */
function textOf(cells: readonly Cell[], size: number): string {
  const [first] = cells;
  if (first !== undefined && cells.length === 1) return first.text;
  let text = '';
  let previous: Cell | null = null;
  for (const cell of cells) {
    if (previous !== null) {
      const gap = Math.max(cell.left - previous.right, previous.left - cell.right);
      text += gap > FAR_APART * size ? ' | ' : ' ';
    }
    text += cell.text;
    previous = cell;
  }
  return text;
}

/** Cells further apart than this many font sizes were set apart on purpose. */
const FAR_APART = 2;
