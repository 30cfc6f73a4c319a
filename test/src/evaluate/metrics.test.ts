import { describe, expect, it } from 'vitest';
import { hit, ndcg, recall } from '../../../src/evaluate/metrics.ts';

const gains = (judged: Readonly<Record<string, number>>): ReadonlyMap<string, number> =>
  new Map(Object.entries(judged));

/** Values worked out by hand: a gain at rank r counts by 1 / log2(r + 1), which is 1, 0.63093, 0.5, 0.43068, 0.38685. */
const NDCG: readonly {
  readonly what: string;
  readonly ranking: readonly string[];
  readonly judged: Readonly<Record<string, number>>;
  readonly depth: number;
  readonly value: number;
}[] = [
  { what: 'the only right one first', ranking: ['a', 'x'], judged: { a: 1 }, depth: 10, value: 1 },
  { what: 'the only right one third', ranking: ['x', 'y', 'a'], judged: { a: 1 }, depth: 10, value: 0.5 },
  { what: 'nothing found', ranking: [], judged: { a: 1 }, depth: 10, value: 0 },
  { what: 'only wrong ones found', ranking: ['x', 'y'], judged: { a: 1 }, depth: 10, value: 0 },
  { what: 'nothing that is right', ranking: ['a', 'b'], judged: {}, depth: 10, value: 0 },
  // (1 + 0.5) / (1 + 0.63093)
  {
    what: 'first and third of two',
    ranking: ['a', 'x', 'b'],
    judged: { a: 1, b: 1 },
    depth: 10,
    value: 0.919721,
  },
  // (1 + 3 · 0.63093) / (3 + 0.63093): gains count as they are, not as powers of two
  {
    what: 'the worse of two grades first',
    ranking: ['b', 'a'],
    judged: { a: 3, b: 1 },
    depth: 10,
    value: 0.796706,
  },
  // 4 · 0.5 / (4 + 2 · 0.63093 + 1 · 0.5)
  {
    what: 'three grades, the best third',
    ranking: ['x', 'y', 'a'],
    judged: { a: 4, b: 2, c: 1 },
    depth: 10,
    value: 0.34711,
  },
  { what: 'equal grades in either order', ranking: ['b', 'a'], judged: { a: 2, b: 2 }, depth: 10, value: 1 },
  { what: 'the right one behind the depth', ranking: ['x', 'y', 'a'], judged: { a: 1 }, depth: 2, value: 0 },
  // Three are right but two fit: (1 + 0.63093) / (1 + 0.63093)
  {
    what: 'more right ones than places',
    ranking: ['a', 'b'],
    judged: { a: 1, b: 1, c: 1 },
    depth: 2,
    value: 1,
  },
  // Fewer than the depth came back: 1 / (1 + 0.63093 + 0.5)
  {
    what: 'fewer found than asked for',
    ranking: ['a'],
    judged: { a: 1, b: 1, c: 1 },
    depth: 10,
    value: 0.469279,
  },
  // The second passage of x takes no place: a is second
  { what: 'a document that repeats', ranking: ['x', 'x', 'a'], judged: { a: 1 }, depth: 10, value: 0.63093 },
  {
    what: 'a right document that repeats',
    ranking: ['a', 'a'],
    judged: { a: 1, b: 1 },
    depth: 10,
    value: 0.613147,
  },
];

describe('nDCG', () => {
  it.each(NDCG)('of $what is $value', ({ ranking, judged, depth, value }) => {
    expect(ndcg(ranking, gains(judged), depth)).toBeCloseTo(value, 5);
  });
});

const RECALL: readonly {
  readonly what: string;
  readonly ranking: readonly string[];
  readonly judged: Readonly<Record<string, number>>;
  readonly depth: number;
  readonly value: number;
}[] = [
  { what: 'one of two', ranking: ['a', 'x'], judged: { a: 1, b: 1 }, depth: 5, value: 0.5 },
  { what: 'one behind the depth', ranking: ['x', 'y', 'a'], judged: { a: 1 }, depth: 2, value: 0 },
  { what: 'nothing that is right', ranking: ['a'], judged: {}, depth: 5, value: 0 },
  { what: 'a document judged worth nothing', ranking: ['z'], judged: { z: 0 }, depth: 5, value: 0 },
  { what: 'grades, which count alike', ranking: ['b'], judged: { a: 4, b: 1 }, depth: 5, value: 0.5 },
  {
    what: 'repeated passages, which take no place',
    ranking: ['x', 'x', 'a'],
    judged: { a: 1 },
    depth: 2,
    value: 1,
  },
];

describe('recall', () => {
  it.each(RECALL)('of $what is $value', ({ ranking, judged, depth, value }) => {
    expect(recall(ranking, gains(judged), depth)).toBe(value);
  });
});

describe('a hit', () => {
  it('is among the first results', () => expect(hit(['x', 'a'], gains({ a: 1 }), 2)).toBe(1));
  it('is not one behind them', () => expect(hit(['x', 'a'], gains({ a: 1 }), 1)).toBe(0));
  it('is not one judged worth nothing', () => expect(hit(['a'], gains({ a: 0 }), 1)).toBe(0));
  it('is behind results that repeat, for each takes a place', () =>
    expect(hit(['x', 'x', 'a'], gains({ a: 1 }), 2)).toBe(0));
});
