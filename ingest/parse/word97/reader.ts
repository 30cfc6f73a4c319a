import type { Block } from '../../document.ts';
import { tableBlock } from '../table-block.ts';
import { cleanLine } from '../tidy.ts';
import {
  FIELD_BEGIN,
  FIELD_END,
  FIELD_RESULT,
  NO_BREAK_HYPHEN,
  readRange,
  structure,
  viewOf,
  type WordLayout,
  withoutFields,
} from './layout.ts';
import { type ParagraphProperties, paragraphProperties } from './paragraphs.ts';

/** Marks inside the text ([MS-DOC] 2.4.1). */
const CELL = '\u0007';
const PARAGRAPH = '\r';
const PAGE_BREAK = '\f';

/** Where a note's reference stands, and where the notes' own bounds: offset in the header, bytes of a reference. */
const NOTES = [
  { kind: 'footnotes', references: 0xaa, bounds: 0xb2, width: 2 },
  { kind: 'comments', references: 0xba, bounds: 0xc2, width: 30 },
  { kind: 'endnotes', references: 0x20a, bounds: 0x212, width: 2 },
] as const;

/** Blocks of a Word 97–2003 document: running heads once, the text with its notes behind their paragraphs, text boxes. */
export function wordBlocks(layout: WordLayout): Block[] {
  const properties = paragraphProperties(layout);
  const { lengths } = layout;
  const starts = {
    footnotes: lengths.text,
    headers: lengths.text + lengths.footnotes,
    comments: lengths.text + lengths.footnotes + lengths.headers + lengths.macros,
    endnotes: lengths.text + lengths.footnotes + lengths.headers + lengths.macros + lengths.comments,
  };
  const boxesAt = starts.endnotes + lengths.endnotes;
  const notes = readNotes(layout, starts);
  const heads = readText(layout, starts.headers, lengths.headers, properties, new Map());
  const boxes = readText(layout, boxesAt, lengths.boxes, properties, new Map());
  return [
    ...runningHeads(heads),
    ...readText(layout, 0, lengths.text, properties, notes),
    ...boxes.map(asParagraph),
  ];
}

function runningHeads(blocks: readonly Block[]): Block[] {
  const texts = blocks.flatMap((block) => (block.kind === 'table' ? block.rows.flat() : [block.text]));
  const worth = texts.filter((text) => /\p{L}{2}/u.test(text));
  return [...new Set(worth)].map((text) => ({ kind: 'paragraph', text, page: null }));
}

const asParagraph = (block: Block): Block =>
  block.kind === 'heading' ? { kind: 'paragraph', text: block.text, page: null } : block;

/** Texts of the notes by the character that refers to them. */
function readNotes(
  layout: WordLayout,
  starts: Readonly<Record<'footnotes' | 'comments' | 'endnotes', number>>,
): Map<number, string[]> {
  const notes = new Map<number, string[]>();
  for (const { kind, references, bounds, width } of NOTES) {
    if (layout.lengths[kind] === 0) continue;
    const places = structure(layout.main, layout.table, references);
    const limits = numbers(structure(layout.main, layout.table, bounds));
    const count = Math.floor((places.length - 4) / (4 + width));
    const at = numbers(places.subarray(0, 4 * Math.max(0, count)));
    at.forEach((place, i) => {
      const [from = 0, to = 0] = [limits[i], limits[i + 1]];
      const { text } = readRange(
        layout,
        starts[kind] + from,
        starts[kind] + Math.min(to, layout.lengths[kind]),
      );
      const line = cleanLine(withoutFields(text));
      if (line !== '') notes.set(place, [...(notes.get(place) ?? []), line]);
    });
  }
  return notes;
}

function readText(
  layout: WordLayout,
  from: number,
  length: number,
  properties: (offset: number) => ParagraphProperties,
  notes: ReadonlyMap<number, readonly string[]>,
): Block[] {
  const { text, offsets } = readRange(layout, from, from + length);
  const writer = new BlockWriter();
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const note = notes.get(from + at);
    if (note !== undefined) writer.notes.push(...note);
    const mark = text[at];
    if (mark !== CELL && mark !== PARAGRAPH && mark !== PAGE_BREAK) continue;
    writer.paragraph(text.slice(start, at), mark, properties(offsets[at] ?? -1));
    start = at + 1;
  }
  writer.paragraph(text.slice(start), PARAGRAPH, properties(-1));
  return writer.finish();
}

class BlockWriter {
  readonly notes: string[] = [];
  readonly #blocks: Block[] = [];
  #rows: string[][] = [];
  #heads = 0;
  #cells: string[] = [];
  #cell: string[] = [];
  /** Fields go over the ends of paragraphs: a table of contents is one. */
  #fields: ('instruction' | 'result')[] = [];

  paragraph(
    raw: string,
    mark: string,
    { heading, isItem, inTable, endsRow, isHeader }: ParagraphProperties,
  ): void {
    const text = cleanLine(this.#shown(raw));
    if (mark === CELL && endsRow) {
      if (isHeader && this.#heads === this.#rows.length) this.#heads++;
      this.#endRow();
    } else if (mark === CELL || inTable) {
      if (text !== '') this.#cell.push(text);
      if (mark === CELL) this.#endCell();
    } else {
      this.#endTable();
      if (text !== '') this.#blocks.push(block(text, heading, isItem));
      this.#endNotes();
    }
  }

  finish(): Block[] {
    this.#endTable();
    this.#endNotes();
    return this.#blocks;
  }

  #shown(raw: string): string {
    let shown = '';
    for (const char of raw) {
      if (char === FIELD_BEGIN) this.#fields.push('instruction');
      else if (char === FIELD_RESULT && this.#fields.length > 0)
        this.#fields[this.#fields.length - 1] = 'result';
      else if (char === FIELD_END) this.#fields.pop();
      else if (!this.#fields.includes('instruction')) shown += char === NO_BREAK_HYPHEN ? '-' : char;
    }
    return shown;
  }

  #endCell(): void {
    this.#cells.push(this.#cell.join(' '));
    this.#cell = [];
  }

  #endRow(): void {
    if (this.#cell.length > 0) this.#endCell();
    if (this.#cells.some((cell) => cell !== '')) this.#rows.push(this.#cells);
    this.#cells = [];
  }

  #endTable(): void {
    this.#endRow();
    if (this.#rows.length === 0) return;
    this.#blocks.push(tableBlock(this.#rows, this.#heads));
    this.#heads = 0;
    this.#rows = [];
    this.#endNotes();
  }

  #endNotes(): void {
    for (const text of this.notes.splice(0)) this.#blocks.push({ kind: 'paragraph', text, page: null });
  }
}

function block(text: string, heading: number | null, isItem: boolean): Block {
  if (heading !== null) return { kind: 'heading', level: Math.min(heading, 6), text, page: null };
  return { kind: isItem ? 'item' : 'paragraph', text, page: null };
}

function numbers(data: Uint8Array): number[] {
  const view = viewOf(data);
  return Array.from({ length: Math.floor(data.length / 4) }, (_, i) => view.getUint32(4 * i, true));
}
