import { describe, expect, it } from 'vitest';
import { standsOut, VectorSample } from '../../../index/store/vector-sample.ts';

/** Rows of one scope whose nearness to [1, 0] is as given. */
const rowsOf = (scope: number, ...near: readonly number[]) =>
  near.map((value) => ({ scope, vector: Float32Array.of(value, 9) }));
const QUESTION = Float32Array.of(1, 0);
const THIRTY = Array.from({ length: 30 }, (_, at) => (at % 2 === 0 ? 0.5 : 0.25));

describe('a sample of vectors', () => {
  it('tells how near rows of a reader are in the mean, and how much they differ', () => {
    const sample = new VectorSample(rowsOf(1, ...THIRTY));
    expect(sample.chance(QUESTION, [1])).toEqual({ mean: 0.375, deviation: 0.125 });
  });

  it('takes rows of all scopes of a reader together, and of no other', () => {
    const sample = new VectorSample([
      ...rowsOf(1, ...THIRTY.slice(0, 15)),
      ...rowsOf(2, ...THIRTY.slice(15)),
      ...rowsOf(3, 0.99, 0.98, 0.97),
    ]);
    expect(sample.chance(QUESTION, [2, 1])).toEqual({ mean: 0.375, deviation: 0.125 });
  });

  it('says nothing from fewer than thirty rows', () => {
    const sample = new VectorSample(rowsOf(1, ...THIRTY.slice(1)));
    expect(sample.chance(QUESTION, [1])).toBeNull();
    expect(sample.chance(QUESTION, [])).toBeNull();
  });
});

describe('a row stands out', () => {
  // √(2 ln 1000000) is 5.26, and one more.
  it.each([
    [6.27, 1_000_000, true],
    [6.25, 1_000_000, false],
    [5.75, 50_000, true],
    [5.6, 50_000, false],
  ])('%d deviations above the mean among %d rows: %s', (deviations, rows, expected) => {
    const nearness = 0.1 + 0.05 * deviations;
    expect(standsOut(nearness, { mean: 0.1, deviation: 0.05 }, rows)).toBe(expected);
  });
});
