/** The small markup in which the texts under `content/` are written, and its neutral form. */
export type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly string[] }
  | {
      readonly kind: 'table';
      readonly head: readonly string[];
      readonly rows: readonly (readonly string[])[];
    }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'page-break' };

export interface Body {
  readonly blocks: readonly Block[];
  /** Footnote texts by their mark: `[^1]` in a paragraph points at the line `[^1]: …`. */
  readonly footnotes: ReadonlyMap<number, string>;
}

export const FOOTNOTE_MARK = /\[\^(\d+)\]/g;

/** Headings `#`–`###`, lists `-` and `1.`, tables `|`, speaker notes `>`, `[^n]: footnote`, `---page---`. */
export function parseBody(text: string): Body {
  const blocks: Block[] = [];
  const footnotes = new Map<number, string>();
  for (const part of text.split(/\n[ \t]*\n/)) {
    for (const group of groupLines(part.split('\n').filter((line) => line.trim() !== ''))) {
      const footnote = /^\[\^(\d+)\]:\s*(.*)$/s.exec(group.join(' '));
      if (footnote !== null) footnotes.set(Number(footnote[1]), footnote[2] ?? '');
      else blocks.push(toBlock(group));
    }
  }
  return { blocks, footnotes };
}

type LineKind = 'heading' | 'bullet' | 'number' | 'table' | 'note' | 'break' | 'text';

function kindOf(line: string): LineKind {
  if (/^#{1,3} /.test(line)) return 'heading';
  if (line.startsWith('- ')) return 'bullet';
  if (/^\d+\. /.test(line)) return 'number';
  if (line.startsWith('|')) return 'table';
  if (line.startsWith('> ')) return 'note';
  return line === '---page---' ? 'break' : 'text';
}

/** Runs of lines that make one block; a heading and a page break stand alone. */
function groupLines(lines: readonly string[]): string[][] {
  const groups: string[][] = [];
  let last: LineKind | undefined;
  for (const line of lines) {
    const kind = kindOf(line);
    const group = groups.at(-1);
    if (group !== undefined && kind === last && kind !== 'heading' && kind !== 'break') group.push(line);
    else groups.push([line]);
    last = kind;
  }
  return groups;
}

function toBlock(lines: readonly string[]): Block {
  const first = lines[0] ?? '';
  switch (kindOf(first)) {
    case 'heading': {
      const level = first.indexOf(' ') as 1 | 2 | 3;
      return { kind: 'heading', level, text: first.slice(level + 1) };
    }
    case 'bullet':
      return { kind: 'list', ordered: false, items: lines.map((line) => line.slice(2)) };
    case 'number':
      return { kind: 'list', ordered: true, items: lines.map((line) => line.replace(/^\d+\. /, '')) };
    case 'table': {
      const [head = [], ...rows] = lines.map(cells);
      return { kind: 'table', head, rows };
    }
    case 'note':
      return { kind: 'note', text: lines.map((line) => line.slice(2)).join(' ') };
    case 'break':
      return { kind: 'page-break' };
    case 'text':
      return { kind: 'paragraph', text: lines.join(' ') };
  }
}

function cells(line: string): string[] {
  return line
    .replace(/^\||\|\s*$/g, '')
    .split('|')
    .map((cell) => cell.trim());
}
