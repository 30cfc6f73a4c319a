import type { Table } from '@lancedb/lancedb';
import type { LexicalTerm } from './chunk-store.ts';
import { quote } from './lance-filter.ts';
import { termsQuery } from './lance-query.ts';
import type { ChunkRecord } from './lance-schema.ts';

/** A row as full text gives it. */
export interface Scored {
  readonly _score: number;
}

type RowKey = Pick<ChunkRecord, 'document' | 'revision' | 'ordinal'>;

/** What the score of title, headings and path counts beside that of head and text; docs/decisions/002. */
const HEAD_WEIGHT = 0.5;
/** Most rows of the documents found whose heads are scored: many have the same few numbers. */
const MOST_HEADS = 20_000;

/**
 * Rows found by head and text in the order of that score and the one their heads have in a column of their own, where
 * a short head counts more than a long one. INVARIANT: gives the rows it was given; of others it learns a score at most.
 */
export async function byHead<Found extends ChunkRecord & Scored>(
  table: Table,
  terms: readonly LexicalTerm[],
  found: readonly Found[],
): Promise<Found[]> {
  if (found.length < 2) return [...found];
  const documents = [...new Set(found.map(({ document }) => quote(document)))];
  const ordinals = [...new Set(found.map(({ ordinal }) => ordinal))];
  const heads: (RowKey & Scored)[] = await table
    .query()
    .fullTextSearch(termsQuery(terms, 'head_terms'))
    .where(`document IN (${documents.join(',')}) AND ordinal IN (${ordinals.join(',')})`)
    .select(['document', 'revision', 'ordinal', '_score'])
    .limit(MOST_HEADS)
    .toArray();
  const scores = new Map(heads.map((row) => [keyOf(row), row._score]));
  return found
    .map((row) => ({ row, score: row._score + HEAD_WEIGHT * (scores.get(keyOf(row)) ?? 0) }))
    .sort((a, b) => b.score - a.score)
    .map(({ row }) => row);
}

const keyOf = ({ document, revision, ordinal }: RowKey): string => `${document} ${revision} ${ordinal}`;
