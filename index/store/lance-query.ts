import { BooleanQuery, type FullTextQuery, MatchQuery, Occur } from '@lancedb/lancedb';
import type { LexicalTerm } from './chunk-store.ts';

/** What the head column adds to the terms of head and text; chosen on judged sets, see docs/decisions/002. */
const HEAD_BOOST = 0.5;

/** One question over head and body. Equal terms are asked once with their weights added. */
export function termsQuery(terms: readonly LexicalTerm[]): FullTextQuery {
  const weights = new Map<string, { term: LexicalTerm; weight: number }>();
  for (const term of terms) {
    const key = `${term.fuzzy ? '~' : '='}${term.text}`;
    weights.set(key, { term, weight: (weights.get(key)?.weight ?? 0) + term.weight });
  }
  const byWeight = new Map<string, { texts: string[]; weight: number; fuzzy: boolean }>();
  for (const { term, weight } of weights.values()) {
    const key = `${term.fuzzy} ${weight}`;
    const group = byWeight.get(key) ?? { texts: [], weight, fuzzy: term.fuzzy };
    group.texts.push(term.text);
    byWeight.set(key, group);
  }
  const clauses: [Occur, FullTextQuery][] = [];
  for (const { texts, weight, fuzzy } of byWeight.values()) {
    const fuzziness = fuzzy ? { fuzziness: 1, maxExpansions: 20, prefixLength: 1 } : {};
    const text = texts.join(' ');
    clauses.push([Occur.Should, new MatchQuery(text, 'terms', { boost: weight, ...fuzziness })]);
    clauses.push([
      Occur.Should,
      new MatchQuery(text, 'head_terms', { boost: weight * HEAD_BOOST, ...fuzziness }),
    ]);
  }
  return new BooleanQuery(clauses);
}
