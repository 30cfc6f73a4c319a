/** Numbers from 0 up to 1, 1 left out. */
export type Random = () => number;

/** A mean difference and the interval that holds 95 % of the resampled ones. */
export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export const RESAMPLES = 10_000;
const OUTSIDE = 0.025;

/**
 * Paired bootstrap of a mean difference (Efron, Tibshirani: An Introduction to the Bootstrap, 1993, chapter 13, the
 * percentile interval): questions are drawn with replacement, as many as there are, each with its difference.
 * @throws {RangeError} without a difference
 */
export function bootstrap(differences: readonly number[], random: Random, resamples = RESAMPLES): Interval {
  const count = differences.length;
  if (count === 0) throw new RangeError('an interval needs at least one difference');
  const means = Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let drawn = 0; drawn < count; drawn += 1) sum += differences[Math.floor(random() * count)] ?? 0;
    return sum / count;
  }).sort((a, b) => a - b);
  const ranked = (part: number): number => means[Math.max(0, Math.ceil(part * resamples) - 1)] ?? Number.NaN;
  return {
    mean: differences.reduce((sum, value) => sum + value, 0) / count,
    low: ranked(OUTSIDE),
    high: ranked(1 - OUTSIDE),
  };
}

const SCALE = 2 ** 32;
const FIRST = 2_463_534_242;

/** The same numbers for the same seed: xorshift with shifts 13, 17, 5 (Marsaglia: J. Stat. Software 8(14), 2003). */
export function seeded(seed: number): Random {
  let state = (FIRST ^ seed) >>> 0 || FIRST;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    // The state is never 0, so that one less reaches from 0 to below 1.
    return (state - 1) / SCALE;
  };
}
