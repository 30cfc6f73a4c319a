import type { Block } from '../../document.ts';
import { tableBlock } from '../table-block.ts';
import { cleanLine } from '../tidy.ts';

/** Gathers the cells and rows of a table as they come. */
export class RtfTable {
  /** Text of the cell that is open. */
  cell = '';
  /** Whether the row that is open is marked as repeated on every page. */
  rowIsHead = false;
  #cells: string[] = [];
  #rows: string[][] = [];
  #heads = 0;

  endCell(): void {
    this.#cells.push(cleanLine(this.cell));
    this.cell = '';
  }

  endRow(): void {
    if (this.#cells.some((cell) => cell !== '')) {
      if (this.rowIsHead && this.#heads === this.#rows.length) this.#heads++;
      this.#rows.push(this.#cells);
    }
    this.#cells = [];
  }

  /** The table so far, and a new one begins; null when there is none. */
  finish(): Block | null {
    if (this.cell.trim() !== '') this.endCell();
    this.endRow();
    if (this.#rows.length === 0) return null;
    const block = tableBlock(this.#rows, this.#heads);
    this.#rows = [];
    this.#heads = 0;
    return block;
  }
}
