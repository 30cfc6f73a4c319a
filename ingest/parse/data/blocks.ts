import type { Block } from '../../document.ts';
import { blockCharacters, cleanLine } from '../tidy.ts';
import { type DataNode, MAX_DATA_DEPTH } from './tree.ts';

/** Headings go no deeper; below that the path stands in front of each value. */
const MAX_HEADING_LEVEL = 3;
/** A table wider than this is read record by record. */
const MAX_COLUMNS = 40;
const MIN_TABLE_ROWS = 2;
/** Fields that name the record they are in. */
const NAMES = ['title', 'name', 'label', 'subject', 'heading', 'id', 'key', 'code', 'number'];
const MAX_NAME_CHARACTERS = 120;

/**
 * Blocks of structured data: a record's own values as lines with their names, records alike as a table, what is
 * nested under a heading, and below three headings by its path (`order › item: 5`).
 *
 * Stops soon after `maxCharacters`; `cut` tells whether it did, or whether data nested too deep was left out.
 */
export function dataToBlocks(
  node: DataNode,
  maxCharacters: number,
): { readonly blocks: Block[]; readonly cut: boolean; readonly tooDeep: boolean } {
  const writer = new DataWriter(maxCharacters);
  writer.write(node, [], 1, 0);
  return { blocks: writer.blocks, cut: writer.left <= 0, tooDeep: writer.tooDeep };
}

class DataWriter {
  readonly blocks: Block[] = [];
  left: number;
  tooDeep = false;

  constructor(maxCharacters: number) {
    this.left = maxCharacters;
  }

  /** `path`: names since the last heading; `level`: that of the next heading. */
  write(node: DataNode, path: readonly string[], level: number, depth: number): void {
    if (this.left <= 0) return;
    if (depth > MAX_DATA_DEPTH) {
      this.tooDeep = true;
      return;
    }
    if (node.kind === 'leaf') this.#line(path, node.text);
    else if (node.kind === 'fields') this.#fields(node, path, level, depth);
    else this.#list(node, path, level, depth);
  }

  #fields(
    { entries }: Extract<DataNode, { kind: 'fields' }>,
    path: readonly string[],
    level: number,
    depth: number,
  ): void {
    // A record's own values first, so that none of them counts as part of what is nested in it.
    for (const [name, value] of entries) {
      const text = plain(value);
      if (text !== null) this.#line([...path, name], text);
    }
    for (const [name, value] of entries) {
      if (plain(value) === null) this.#nested(name, value, path, level, depth);
    }
  }

  #nested(name: string, value: DataNode, path: readonly string[], level: number, depth: number): void {
    if (level > MAX_HEADING_LEVEL) {
      this.write(value, [...path, name], level, depth + 1);
      return;
    }
    this.#push({ kind: 'heading', level, text: [...path, name].join(' › '), page: null });
    this.write(value, [], level + 1, depth + 1);
  }

  #list(
    { items }: Extract<DataNode, { kind: 'list' }>,
    path: readonly string[],
    level: number,
    depth: number,
  ): void {
    const table = asTable(items);
    if (table !== null) {
      this.#push({ kind: 'table', ...table, page: null });
      return;
    }
    for (const [i, item] of items.entries()) {
      if (this.left <= 0) return;
      const name = item.kind === 'fields' ? nameOf(item) : null;
      if (item.kind === 'leaf') this.#line(path, item.text);
      else if (level <= MAX_HEADING_LEVEL) this.#nested(name ?? String(i + 1), item, path, level, depth);
      else this.write(item, path, level, depth + 1);
    }
  }

  #line(path: readonly string[], text: string): void {
    const value = cleanLine(text);
    if (value === '') return;
    const name = path.join(' › ');
    this.#push({ kind: 'item', text: name === '' ? value : `${name}: ${value}`, page: null });
  }

  #push(block: Block): void {
    this.blocks.push(block);
    this.left -= blockCharacters(block);
  }
}

/** A value that fits on a line: a leaf, or a short list of leaves. */
function plain(node: DataNode): string | null {
  if (node.kind === 'leaf') return node.text;
  if (node.kind === 'fields') return node.entries.length === 0 ? '' : null;
  if (node.items.length > MAX_COLUMNS) return null;
  const texts = node.items.map((item) => (item.kind === 'leaf' ? item.text : null));
  return texts.every((text) => text !== null) ? texts.join(', ') : null;
}

function nameOf({ entries }: Extract<DataNode, { kind: 'fields' }>): string | null {
  for (const wanted of NAMES) {
    const value = entries.find(([name]) => name.toLowerCase() === wanted)?.[1];
    const text = value?.kind === 'leaf' ? cleanLine(value.text) : '';
    if (text !== '' && text.length <= MAX_NAME_CHARACTERS) return text;
  }
  return null;
}

/** Records with nothing nested in them, as rows under the names of their fields; null when they are none. */
function asTable(items: readonly DataNode[]): { header: string[]; rows: string[][] } | null {
  if (items.length < MIN_TABLE_ROWS) return null;
  const columns = new Map<string, number>();
  for (const item of items) {
    if (item.kind !== 'fields') return null;
    for (const [name, value] of item.entries) {
      if (plain(value) === null) return null;
      if (!columns.has(name)) columns.set(name, columns.size);
    }
    if (columns.size > MAX_COLUMNS) return null;
  }
  const rows = items.map((item) => {
    const row = Array.from({ length: columns.size }, () => '');
    for (const [name, value] of item.kind === 'fields' ? item.entries : []) {
      row[columns.get(name) ?? 0] = cleanLine(plain(value) ?? '');
    }
    return row;
  });
  return { header: [...columns.keys()], rows };
}
