import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuse } from '../../../src/search/fuse.ts';

const key = (item: string): string => item;
const ranking = (items: readonly string[], weight = 1) => ({ items, weight });

describe('fuse', () => {
  it.each([
    { name: 'one ranking stays', rankings: [ranking(['a', 'b'])], expected: ['a', 'b'] },
    {
      name: 'what both hold stands first',
      rankings: [ranking(['a', 'b']), ranking(['c', 'b'])],
      expected: ['b', 'a', 'c'],
    },
    {
      name: 'equal sums keep the order of first appearance',
      rankings: [ranking(['a', 'b']), ranking(['b', 'a'])],
      expected: ['a', 'b'],
    },
    { name: 'a heavier ranking leads', rankings: [ranking(['a']), ranking(['b'], 2)], expected: ['b', 'a'] },
    { name: 'nothing of nothing', rankings: [ranking([]), ranking([])], expected: [] },
  ])('$name', ({ rankings, expected }) => {
    expect(fuse(rankings, key)).toEqual(expected);
  });

  it('gives each item once and loses none', () => {
    const items = fc.uniqueArray(fc.constantFrom(...'abcdefgh'), { maxLength: 8 });
    fc.assert(
      fc.property(fc.array(items, { maxLength: 3 }), (lists) => {
        const fused = fuse(
          lists.map((list) => ranking(list)),
          key,
        );
        expect([...fused].sort()).toEqual([...new Set(lists.flat())].sort());
      }),
    );
  });
});
