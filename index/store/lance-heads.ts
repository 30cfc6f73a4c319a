import type { Table } from '@lancedb/lancedb';
import type { ChunkRow, LexicalTerm } from './chunk-store.ts';
import { termsQuery } from './lance-query.ts';
import { type ChunkRecord, fromRecord } from './lance-schema.ts';

/** What full text says of a row, by the place where it is stored in the version of the table that was asked. */
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
export async function byHead(
  table: Table,
  terms: readonly LexicalTerm[],
  { records, scale }: { readonly records: readonly (ChunkRecord & Scored)[]; readonly scale: number },
): Promise<ChunkRow[]> {
  const found = records.map((record) => ({
    ...fromRecord(record),
    place: record._rowid,
    score: record._score * scale,
  }));
  // A term that no head of these has adds nothing, and long lists of a common one take time.
  const held = new Set(found.flatMap(({ headTerms }) => headTerms.split(' ')));
  const asked = terms.filter(({ text, fuzzy }) => fuzzy || held.has(text));
  if (found.length < 2 || asked.length === 0) return found.map(({ row }) => row);
  const heads = termsQuery(asked, 'head_terms');
  const scored: Scored[] = await table
    .query()
    .fullTextSearch(heads.query)
    .where(`_rowid IN (${found.map(({ place }) => place).join(',')})`)
    .select(['_score'])
    .withRowId()
    .limit(found.length)
    .toArray();
  const scores = new Map(scored.map(({ _rowid, _score }) => [_rowid, _score * heads.scale]));
  const total = (place: Scored['_rowid'], score: number): number =>
    score + HEAD_WEIGHT * (scores.get(place) ?? 0);
  return found
    .map(({ row, place, score }) => ({ row, score: total(place, score) }))
    .sort((a, b) => b.score - a.score)
    .map(({ row }) => row);
}
