import type { Block } from './document.ts';

/**
 * A stretch of the document under one heading path and on one page, so that a passage cut from it has an
 * exact citation. `lines` are units that are not broken if it can be helped: a paragraph, a list item, a row.
 */
export interface Section {
  readonly path: readonly string[];
  readonly page: number | null;
  readonly lines: readonly string[];
}

/** Depth of the heading path that is kept; deeper headings stand under the last one kept. */
const MAX_DEPTH = 6;

/**
 * Groups blocks by heading path and page.
 *
 * A heading without text of its own becomes a section holding the heading itself, so that a slide that is
 * only a title is still found.
 */
export function toSections(blocks: readonly Block[]): Section[] {
  const sections: Section[] = [];
  let open: { level: number; text: string }[] = [];
  let lines: string[] = [];
  let page: number | null = blocks[0]?.page ?? null;
  let bare = false;

  const close = (): void => {
    const path = open.map((heading) => heading.text);
    const last = path.at(-1);
    if (lines.length > 0) sections.push({ path, page, lines });
    else if (bare && last !== undefined) sections.push({ path, page, lines: [last] });
    lines = [];
    bare = false;
  };

  for (const block of blocks) {
    if (block.kind === 'heading') {
      const deeper = open.at(-1) !== undefined && block.level > (open.at(-1)?.level ?? 0);
      if (deeper) bare = false;
      close();
      page = block.page;
      open = open.filter((heading) => heading.level < block.level).slice(0, MAX_DEPTH - 1);
      open.push({ level: block.level, text: block.text });
      bare = true;
      continue;
    }
    if (block.page !== page) {
      bare = false;
      close();
      page = block.page;
    }
    lines.push(...blockLines(block));
    bare = false;
  }
  close();
  return sections;
}

/** Lines of one block. A table row names its columns, so that a row alone can be read and found. */
function blockLines(block: Exclude<Block, { kind: 'heading' }>): string[] {
  switch (block.kind) {
    case 'paragraph':
      return [block.text];
    case 'item':
      return [`- ${block.text}`];
    case 'code':
      return block.text.split('\n').filter((line) => line.trim() !== '');
    case 'table':
      return block.rows.map((row) => rowLine(block.header, row)).filter((line) => line !== '');
  }
}

function rowLine(header: readonly string[], row: readonly string[]): string {
  const cells: string[] = [];
  for (const [column, cell] of row.entries()) {
    const value = oneLine(cell);
    if (value === '') continue;
    const name = oneLine(header[column] ?? '');
    cells.push(name === '' ? value : `${name}: ${value}`);
  }
  return cells.join(' | ');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
