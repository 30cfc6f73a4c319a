import type { Judged } from './ask-all.ts';
import { bootstrap, RESAMPLES, seeded } from './bootstrap.ts';
import { EvaluationError } from './evaluation-error.ts';
import { MEASURES, type Measure } from './judge.ts';

/** One figure of two runs over the questions that both have it for. */
export interface Difference {
  readonly measure: Measure;
  readonly queries: number;
  readonly a: number;
  readonly b: number;
  /** b less a, and the interval of 95 % around it. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}

export interface Comparison {
  readonly resamples: number;
  readonly seed: number;
  /** Questions of one run that the other did not ask; they count for neither. */
  readonly unpaired: number;
  readonly measures: readonly Difference[];
}

/** Any number will do: the same one gives the same interval every time. */
const SEED = 1;

/** Compares two runs question by question. @throws {EvaluationError} when they have no question in common */
export function compare(a: readonly Judged[], b: readonly Judged[], seed = SEED): Comparison {
  const other = new Map(b.map(({ query, scores }) => [query, scores]));
  const pairs = a.flatMap(({ query, scores }) => {
    const own = other.get(query);
    return own === undefined ? [] : [{ a: scores, b: own }];
  });
  if (pairs.length === 0)
    throw new EvaluationError('the two runs have no query in common: compare runs of one set');
  const measures = MEASURES.flatMap((measure): Difference[] => {
    const both = pairs.flatMap(({ a, b }) => {
      const [first, second] = [a[measure], b[measure]];
      return first === undefined || second === undefined ? [] : [{ first, second }];
    });
    if (both.length === 0) return [];
    // Each figure draws the same questions.
    const interval = bootstrap(
      both.map(({ first, second }) => second - first),
      seeded(seed),
    );
    const mean = (values: readonly number[]): number =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    return [
      {
        measure,
        queries: both.length,
        a: mean(both.map(({ first }) => first)),
        b: mean(both.map(({ second }) => second)),
        difference: interval.mean,
        low: interval.low,
        high: interval.high,
      },
    ];
  });
  return { resamples: RESAMPLES, seed, unpaired: a.length + b.length - 2 * pairs.length, measures };
}
