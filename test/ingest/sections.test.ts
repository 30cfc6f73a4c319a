import { describe, expect, it } from 'vitest';
import { type Block, toSections } from '../../ingest/index.ts';

const h = (level: number, text: string, page: number | null = null): Block => ({
  kind: 'heading',
  level,
  text,
  page,
});
const p = (text: string, page: number | null = null): Block => ({ kind: 'paragraph', text, page });
const table = (header: readonly string[], ...rows: readonly (readonly string[])[]): Block => ({
  kind: 'table',
  header,
  rows,
  page: null,
});

/** `path @page: line / line` */
const show = (blocks: readonly Block[]): string[] =>
  toSections(blocks).map(
    ({ path, page, lines }) => `${path.join(' > ')}${page === null ? '' : ` @${page}`}: ${lines.join(' / ')}`,
  );

const MATRIX: readonly {
  readonly name: string;
  readonly blocks: readonly Block[];
  readonly expected: readonly string[];
}[] = [
  { name: 'nothing of nothing', blocks: [], expected: [] },
  { name: 'text before any heading', blocks: [p('a'), p('b')], expected: [': a / b'] },
  { name: 'text under a heading', blocks: [h(1, 'A'), p('a')], expected: ['A: a'] },
  {
    name: 'a heading path',
    blocks: [h(1, 'A'), p('a'), h(2, 'B'), p('b'), h(1, 'C'), p('c')],
    expected: ['A: a', 'A > B: b', 'C: c'],
  },
  {
    name: 'a sibling takes the place of a heading',
    blocks: [h(1, 'A'), h(2, 'B'), p('b'), h(2, 'C'), p('c')],
    expected: ['A > B: b', 'A > C: c'],
  },
  {
    name: 'levels that are left out',
    blocks: [h(1, 'A'), h(4, 'D'), p('d'), h(2, 'B'), p('b')],
    expected: ['A > D: d', 'A > B: b'],
  },
  {
    name: 'a document that begins deep',
    blocks: [h(3, 'C'), p('c'), h(1, 'A'), p('a')],
    expected: ['C: c', 'A: a'],
  },
  {
    name: 'a heading without text stands for itself',
    blocks: [h(1, 'A'), h(1, 'B'), p('b')],
    expected: ['A: A', 'B: b'],
  },
  {
    name: 'the last heading without text stands for itself',
    blocks: [p('a'), h(1, 'Z')],
    expected: [': a', 'Z: Z'],
  },
  {
    name: 'a heading over a deeper one does not stand for itself',
    blocks: [h(1, 'A'), h(2, 'B'), p('b')],
    expected: ['A > B: b'],
  },
  {
    name: 'a page ends a section',
    blocks: [h(1, 'A', 1), p('a', 1), p('b', 2)],
    expected: ['A @1: a', 'A @2: b'],
  },
  {
    name: 'each slide that is only a title is found',
    blocks: [h(1, 'One', 1), h(1, 'Two', 2), p('x', 2)],
    expected: ['One @1: One', 'Two @2: x'],
  },
  { name: 'items are marked', blocks: [{ kind: 'item', text: 'x', page: null }], expected: [': - x'] },
  {
    name: 'code loses its empty lines',
    blocks: [{ kind: 'code', text: 'a\n\n  b\n', page: null }],
    expected: [': a /   b'],
  },
  {
    name: 'a row names its columns',
    blocks: [table(['Name', 'Fee'], ['Anna', '5'], ['Bob', ''])],
    expected: [': Name: Anna | Fee: 5 / Name: Bob'],
  },
  { name: 'a row without header is its cells', blocks: [table([], ['a', 'b'])], expected: [': a | b'] },
  {
    name: 'a row longer than its header keeps all cells',
    blocks: [table(['A'], ['1', '2'])],
    expected: [': A: 1 | 2'],
  },
  { name: 'an empty row is left out', blocks: [table(['A'], ['', ' '], ['1'])], expected: [': A: 1'] },
  {
    name: 'a cell of several lines is one line',
    blocks: [table(['A\nB'], ['1\n2'])],
    expected: [': A B: 1 2'],
  },
];

describe('toSections', () => {
  it.each(MATRIX)('$name', ({ blocks, expected }) => {
    expect(show(blocks)).toEqual(expected);
  });

  it('keeps at most six headings in a path, and the text', () => {
    const deep = Array.from({ length: 12 }, (_, n) => h(n + 1, `H${n + 1}`));
    const sections = toSections([...deep, p('text')]);
    expect(sections.at(-1)?.path.length).toBeLessThanOrEqual(6);
    expect(sections.at(-1)?.lines).toEqual(['text']);
  });
});
