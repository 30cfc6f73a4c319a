import type { Block } from '../../document.ts';

/** Keeps the first characters of a document; a table is cut between rows, other text at the character. */
export function limitBlocks(
  blocks: readonly Block[],
  maxCharacters: number,
): { readonly blocks: readonly Block[]; readonly cut: boolean } {
  const kept: Block[] = [];
  let left = maxCharacters;
  for (const block of blocks) {
    const length = lengthOf(block);
    if (length <= left) {
      kept.push(block);
      left -= length;
      continue;
    }
    const part = cutBlock(block, left);
    if (part !== null) kept.push(part);
    return { blocks: kept, cut: true };
  }
  return { blocks: kept, cut: false };
}

function rowLength(row: readonly string[]): number {
  return row.reduce((sum, cell) => sum + cell.length, 0);
}

function lengthOf(block: Block): number {
  if (block.kind !== 'table') return block.text.length;
  return block.rows.reduce((sum, row) => sum + rowLength(row), rowLength(block.header));
}

function cutBlock(block: Block, characters: number): Block | null {
  if (block.kind !== 'table') {
    const text = block.text
      .slice(0, characters)
      .replace(/[\ud800-\udbff]$/, '')
      .trimEnd();
    return text === '' ? null : { ...block, text };
  }
  let left = characters - rowLength(block.header);
  const rows: (readonly string[])[] = [];
  for (const row of block.rows) {
    left -= rowLength(row);
    if (left < 0) break;
    rows.push(row);
  }
  return rows.length === 0 ? null : { ...block, rows };
}
