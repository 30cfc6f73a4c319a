import { BooleanQuery, type FullTextQuery, MatchQuery, Occur } from '@lancedb/lancedb';
import { typosIn } from '../analysis/near.ts';
import type { LexicalTerm } from './chunk-store.ts';

/** Words of the index that a mistyped one may stand for. */
const MAX_EXPANSIONS = 50;
/** Weights are multiples of this: a word counts as often as it stands in a query. */
const UNIT = 0.25;

/** A question and what its scores must be multiplied by to be compared with those of another. */
export interface WeighedQuery {
  readonly query: FullTextQuery;
  readonly scale: number;
}

/**
 * A question over one column. Of every member of `demanded` one term must stand in a row.
 *
 * One query of words stops as soon as no further row can be among the best. Boolean ones score every row that has any
 * of their words, which takes ten times as long at a million rows: so weights are told by repetition, which counts,
 * and as few repetitions as tell them.
 */
export function termsQuery(
  terms: readonly LexicalTerm[],
  column: 'terms' | 'head_terms',
  demanded: readonly (readonly string[])[] = [],
): WeighedQuery {
  const exact = terms.filter(({ fuzzy }) => !fuzzy);
  const scale = exact.map(({ weight }) => timesOf(weight)).reduce(commonDivisor, 0) || 1;
  const words = exact.flatMap(({ text, weight }) => Array<string>(timesOf(weight) / scale).fill(text));
  const queries = words.length === 0 ? [] : [new MatchQuery(words.join(' '), column)];
  for (const { text, weight } of terms.filter(({ fuzzy }) => fuzzy)) {
    const spelling = { fuzziness: typosIn(text), maxExpansions: MAX_EXPANSIONS, prefixLength: 1 };
    queries.push(new MatchQuery(text, column, { boost: timesOf(weight) / scale, ...spelling }));
  }
  const [only] = queries;
  if (only !== undefined && queries.length === 1 && demanded.length === 0) return { query: only, scale };
  const query = new BooleanQuery([
    ...queries.map((query): [Occur, FullTextQuery] => [Occur.Should, query]),
    ...demanded.map((forms): [Occur, FullTextQuery] => [Occur.Must, new MatchQuery(forms.join(' '), column)]),
  ]);
  return { query, scale };
}

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b));

function timesOf(weight: number): number {
  return Math.max(1, Math.round(weight / UNIT));
}
