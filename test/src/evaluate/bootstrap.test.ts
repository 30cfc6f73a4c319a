import { describe, expect, it } from 'vitest';
import { bootstrap, seeded } from '../../../src/evaluate/bootstrap.ts';

/** Gives these numbers in turn. */
function numbers(...given: readonly number[]): () => number {
  let at = 0;
  return () => given[at++] ?? Number.NaN;
}

describe('the paired bootstrap', () => {
  it('draws with replacement, as often as there are differences', () => {
    // Of 0, 3, 6: draws 0, 0, 3 (mean 1), then 6, 6, 6 (mean 6), then 3, 3, 0 (mean 2), then 0, 3, 6 (mean 3).
    const drawn = numbers(0, 0.1, 0.4, 0.7, 0.8, 0.99, 0.34, 0.5, 0.2, 0, 0.4, 0.9);
    expect(bootstrap([0, 3, 6], drawn, 4)).toEqual({ mean: 3, low: 1, high: 6 });
  });

  it('gives the 2.5th and 97.5th of a hundred resampled means by nearest rank', () => {
    // Two differences, 0 and 1; a hundred resamples, of which 2 have the mean 0, 96 the mean 0.5 and 2 the mean 1.
    const draws = [
      ...Array(2).fill([0, 0]),
      ...Array(96).fill([0, 0.9]),
      ...Array(2).fill([0.9, 0.9]),
    ].flat();
    expect(bootstrap([0, 1], numbers(...draws), 100)).toEqual({ mean: 0.5, low: 0.5, high: 0.5 });
    // With three of each, the third and the 98th of the means lie outside the middle.
    const wider = [
      ...Array(3).fill([0, 0]),
      ...Array(94).fill([0, 0.9]),
      ...Array(3).fill([0.9, 0.9]),
    ].flat();
    expect(bootstrap([0, 1], numbers(...wider), 100)).toEqual({ mean: 0.5, low: 0, high: 1 });
  });

  it('of two questions, one better by 1, reaches from 0 to 1, for a quarter of the draws lies at each end', () =>
    expect(bootstrap([0, 1], seeded(1))).toEqual({ mean: 0.5, low: 0, high: 1 }));

  it('has no width where all differences are one', () =>
    expect(bootstrap([0.25, 0.25, 0.25], seeded(1))).toEqual({ mean: 0.25, low: 0.25, high: 0.25 }));

  it('agrees with the normal interval on many questions', () => {
    const random = seeded(7);
    const differences = Array.from({ length: 400 }, () => random() - 0.4);
    const { mean, low, high } = bootstrap(differences, seeded(1));
    const variance = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / differences.length;
    const half = 1.96 * Math.sqrt(variance / differences.length);
    expect(low).toBeCloseTo(mean - half, 2);
    expect(high).toBeCloseTo(mean + half, 2);
  });

  it('refuses to say anything of nothing', () =>
    expect(() => bootstrap([], seeded(1))).toThrow('at least one difference'));
});

describe('seeded numbers', () => {
  const take = (seed: number, count: number): number[] => {
    const random = seeded(seed);
    return Array.from({ length: count }, () => random());
  };
  it('begin as the published generator does', () => expect(seeded(0)() * 2 ** 32 + 1).toBe(723_471_715));
  it('are the same for the same seed', () => expect(take(3, 20)).toEqual(take(3, 20)));
  it('differ for another seed', () => expect(take(3, 20)).not.toEqual(take(4, 20)));
  it('lie between 0 and 1, spread evenly', () => {
    const drawn = take(1, 100_000);
    expect(drawn.every((value) => value >= 0 && value < 1)).toBe(true);
    const tenths = Array<number>(10).fill(0);
    for (const value of drawn) tenths[Math.floor(value * 10)] = (tenths[Math.floor(value * 10)] ?? 0) + 1;
    expect(Math.min(...tenths)).toBeGreaterThan(9_600);
    expect(Math.max(...tenths)).toBeLessThan(10_400);
  });
});
