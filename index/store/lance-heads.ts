import type { Table } from '@lancedb/lancedb';
import type { LexicalTerm } from './chunk-store.ts';
import { termsQuery } from './lance-query.ts';

/** A row as full text gives it, by the place where it is stored in the version of the table that was asked. */
export interface Scored {
  readonly _rowid: bigint | number;
  readonly _score: number;
}

/** What the score of title, headings and path counts beside that of head and text; docs/decisions/002. */
const HEAD_WEIGHT = 0.5;

/**
 * Rows found by head and text in the order of that score and the one their heads have in a column of their own, where
 * a short head counts more than a long one. Where the table was rewritten meanwhile, a row keeps its first score.
 * INVARIANT: gives the rows it was given; of others it learns a score at most.
 */
export async function byHead<Found extends Scored>(
  table: Table,
  terms: readonly LexicalTerm[],
  found: readonly Found[],
): Promise<Found[]> {
  if (found.length < 2) return [...found];
  const heads: Scored[] = await table
    .query()
    .fullTextSearch(termsQuery(terms, 'head_terms'))
    .where(`_rowid IN (${found.map(({ _rowid }) => _rowid).join(',')})`)
    .select(['_score'])
    .withRowId()
    .limit(found.length)
    .toArray();
  const scores = new Map(heads.map(({ _rowid, _score }) => [_rowid, _score]));
  return found
    .map((row) => ({ row, score: row._score + HEAD_WEIGHT * (scores.get(row._rowid) ?? 0) }))
    .sort((a, b) => b.score - a.score)
    .map(({ row }) => row);
}
