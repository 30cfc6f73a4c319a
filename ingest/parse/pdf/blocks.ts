import type { Block } from '../../document.ts';
import type { Heading, Headings } from './headings.ts';
import type { Row } from './rows.ts';
import { findTables } from './tables.ts';
import { joinLine, tidy, type Vocabulary } from './text.ts';

export interface LayoutFacts {
  readonly headings: Headings;
  readonly words: Vocabulary;
  /** Usual distance of two baselines for a font size, in points. */
  readonly spacing: (size: number) => number;
}

/** A line further below than this, in units of the usual spacing, begins a new paragraph. */
const PARAGRAPH_GAP = 1.3;
/** First-line indents are between these many font sizes. */
const MIN_INDENT = 0.8;
const MAX_INDENT = 5;
/** A line that ends this far, in parts of the column's width, before the edge is a last line. */
const SHORT_LINE = 0.22;
const VERY_SHORT_LINE = 0.5;
/** A change of size by more than this is another paragraph. */
const SIZE_CHANGE = 0.12;

const BULLET =
  /^[\u2022\u25cf\u25aa\u25ab\u25e6\u2023\u2043\u27a2\u2713\u2714\uf0b7\uf0a7\uf0fc\uf0d8\uf076\uf0a8]\s*|^[o§]\s+(?=\S)/u;
const DASH_BULLET = /^[-–—*]\s+(?=\S)/;
const ENUMERATOR = /^\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})[.)]\s+(?=\S)/;
const SENTENCE_END = /[.!?:;…]["'”’)\]]*$/;

/** One growing block of text. */
interface Draft {
  readonly kind: 'paragraph' | 'item';
  text: string;
  readonly first: Row;
  last: Row;
  readonly column: Column;
}

interface Column {
  readonly left: number;
  readonly right: number;
}

/** Makes the blocks of one page from its flows in reading order. */
export function buildBlocks(flows: readonly (readonly Row[])[], facts: LayoutFacts): Block[] {
  const blocks: Block[] = [];
  let draft: Draft | null = null;
  const close = (): void => {
    if (draft !== null) {
      const text = tidy(draft.text);
      if (text !== '') blocks.push({ kind: draft.kind, text, page: draft.first.page });
    }
    draft = null;
  };
  for (const flow of flows) {
    const page = flow[0]?.page ?? null;
    const tables = findTables(flow, (row) => facts.headings.has(row), facts.words);
    const column = columnOf(flow);
    const dashes = dashColumns(flow);
    let at = 0;
    while (at < flow.length) {
      const row = flow[at];
      const table = tables.find((found) => found.from === at);
      if (row === undefined) break;
      const heading = facts.headings.get(row);
      if (table !== undefined) {
        close();
        blocks.push({ kind: 'table', ...table.table, page });
        at = table.to;
      } else if (heading !== undefined) {
        close();
        const rows = rowsOfHeading(flow, at, facts.headings, heading);
        const text = tidy(rows.reduce((joined, part) => joinLine(joined, plainText(part), facts.words), ''));
        if (text !== '') blocks.push({ kind: 'heading', level: heading.level, text, page });
        at += rows.length;
      } else {
        const text = row.text;
        const item = itemText(text, row, dashes);
        if (draft !== null && item === null && goesOn(draft, row, column, facts)) {
          extend(draft, row, text, facts.words);
        } else {
          close();
          draft = {
            kind: item === null ? 'paragraph' : 'item',
            text: item ?? text,
            first: row,
            last: row,
            column,
          };
        }
        at += 1;
      }
    }
  }
  close();
  return blocks;
}

function extend(draft: Draft, row: Row, text: string, words: Vocabulary): void {
  draft.text = joinLine(draft.text, text, words);
  draft.last = row;
}

function plainText(row: Row): string {
  return row.cells.map((cell) => cell.text).join(' ');
}

function rowsOfHeading(
  flow: readonly Row[],
  from: number,
  headings: Headings,
  heading: Heading,
): readonly Row[] {
  let to = from + 1;
  for (let row = flow[to]; row !== undefined && headings.get(row) === heading; row = flow[to]) to += 1;
  return flow.slice(from, to);
}

function columnOf(flow: readonly Row[]): Column {
  return {
    left: Math.min(...flow.map((row) => row.left)),
    right: Math.max(...flow.map((row) => row.right)),
  };
}

/** Left edges at which several lines begin with a dash: there it is a bullet, elsewhere punctuation. */
function dashColumns(flow: readonly Row[]): ReadonlySet<number> {
  const counts = new Map<number, number>();
  for (const row of flow) {
    if (!DASH_BULLET.test(row.cells[0]?.text ?? '')) continue;
    const edge = Math.round(row.left / DASH_TOLERANCE);
    counts.set(edge, (counts.get(edge) ?? 0) + 1);
  }
  return new Set([...counts].filter(([, count]) => count > 1).map(([edge]) => edge));
}

const DASH_TOLERANCE = 4;

/** The text of a list item without its bullet, numbers kept; null for a line that begins no item. */
function itemText(text: string, row: Row, dashes: ReadonlySet<number>): string | null {
  if (BULLET.test(text)) return text.replace(BULLET, '');
  if (DASH_BULLET.test(text) && dashes.has(Math.round(row.left / DASH_TOLERANCE))) {
    return text.replace(DASH_BULLET, '');
  }
  return ENUMERATOR.test(text) ? text : null;
}

/** Whether a row belongs to the paragraph or item above it. */
function goesOn(draft: Draft, row: Row, column: Column, facts: LayoutFacts): boolean {
  const { last } = draft;
  if (Math.abs(row.size - last.size) > SIZE_CHANGE * last.size) return false;
  const text = row.text;
  if (text.includes(' | ') || last.text.includes(' | ')) return false;
  if (draft.column !== column || row.y <= last.y) return crossesColumn(draft, text);
  if (row.y - last.y > PARAGRAPH_GAP * facts.spacing(row.size)) return false;
  if (draft.kind === 'item') return row.left > draft.first.left + 1 || !SENTENCE_END.test(draft.last.text);
  const width = column.right - column.left;
  const indent = row.left - draft.last.left;
  if (indent > MIN_INDENT * row.size && indent < MAX_INDENT * row.size) return false;
  const free = column.right - last.right;
  if (free > VERY_SHORT_LINE * width && /^[\p{Lu}\d]/u.test(text)) return false;
  return !(free > SHORT_LINE * width && SENTENCE_END.test(draft.last.text));
}

/** A sentence that goes on at the top of the next column. */
function crossesColumn(draft: Draft, text: string): boolean {
  return !SENTENCE_END.test(draft.last.text) && /^\p{Ll}/u.test(text);
}
