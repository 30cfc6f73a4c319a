import { BooleanQuery, type FullTextQuery, MatchQuery, Occur } from '@lancedb/lancedb';
import type { LexicalTerm } from './chunk-store.ts';

/** What the head column adds to the terms of head and text; chosen on judged sets, see docs/decisions/002. */
const HEAD_BOOST = 0.5;

/** From this many letters on a word may be two letters wrong. */
const TWO_WRONG = 8;
/** Words of the index that a mistyped one may stand for. */
const MAX_EXPANSIONS = 50;

/**
 * One question over head and body. Equal terms are asked once with their weights added. Of every member of `demanded`
 * one term must stand in a row.
 */
export function termsQuery(
  terms: readonly LexicalTerm[],
  demanded: readonly (readonly string[])[] = [],
): FullTextQuery {
  const weights = new Map<string, { term: LexicalTerm; weight: number }>();
  for (const term of terms) {
    const key = `${term.fuzzy ? '~' : '='}${term.text}`;
    weights.set(key, { term, weight: (weights.get(key)?.weight ?? 0) + term.weight });
  }
  const byWeight = new Map<string, { texts: string[]; weight: number; typos: number }>();
  for (const { term, weight } of weights.values()) {
    const typos = !term.fuzzy ? 0 : term.text.length < TWO_WRONG ? 1 : 2;
    const key = `${typos} ${weight}`;
    const group = byWeight.get(key) ?? { texts: [], weight, typos };
    group.texts.push(term.text);
    byWeight.set(key, group);
  }
  const clauses: [Occur, FullTextQuery][] = [];
  for (const { texts, weight, typos } of byWeight.values()) {
    const fuzziness = typos > 0 ? { fuzziness: typos, maxExpansions: MAX_EXPANSIONS, prefixLength: 1 } : {};
    const text = texts.join(' ');
    clauses.push([Occur.Should, new MatchQuery(text, 'terms', { boost: weight, ...fuzziness })]);
    clauses.push([
      Occur.Should,
      new MatchQuery(text, 'head_terms', { boost: weight * HEAD_BOOST, ...fuzziness }),
    ]);
  }
  for (const forms of demanded) clauses.push([Occur.Must, new MatchQuery(forms.join(' '), 'terms')]);
  return new BooleanQuery(clauses);
}
