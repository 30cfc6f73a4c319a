import {
  type ChunkReader,
  type ChunkRow,
  type Embedder,
  EmbedderError,
  type LexicalTerm,
  type QueryTerm,
  type RowFilter,
} from '../../index/index.ts';
import { passageReference } from './citation.ts';
import { fuse } from './fuse.ts';

/** How the answer was found: with vectors or by words alone. */
export type Mode = 'hybrid' | 'lexical';

/** Words of a question that count; more would only cost time. */
const MAX_WORDS = 64;
/** Shorter words have too many neighbours one letter away. */
const MIN_FUZZY = 4;
const FUZZY_WEIGHT = 0.6;

export interface Retrieval {
  readonly mode: Mode;
  readonly rows: readonly ChunkRow[];
}

/** Candidate passages, best first, from what the filter lets through. */
export async function retrieve(
  deps: { readonly chunks: ChunkReader; readonly embedder: Embedder | null },
  question: { readonly text: string; readonly terms: readonly QueryTerm[]; readonly limit: number },
  filter: RowFilter,
  signal: AbortSignal,
): Promise<Retrieval> {
  const terms = question.terms.slice(0, MAX_WORDS);
  const [lexical, vector] = await Promise.all([
    byWords(deps.chunks, terms, filter, question.limit),
    byMeaning(deps, question.text, filter, question.limit, signal),
  ]);
  if (vector === null) return { mode: 'lexical', rows: lexical };
  const rankings = [
    { items: lexical, weight: 1 },
    { items: vector, weight: 1 },
  ];
  return { mode: 'hybrid', rows: fuse(rankings, passageReference).slice(0, question.limit) };
}

/**
 * Full text, with typo tolerance only for words that none of the best passages holds: a mistyped word must
 * not drown what was spelt right, and an exact hit always counts more.
 */
async function byWords(
  chunks: ChunkReader,
  terms: readonly QueryTerm[],
  filter: RowFilter,
  limit: number,
): Promise<ChunkRow[]> {
  const exact = terms.flatMap(exactForms);
  const rows = await chunks.lexical(exact, filter, limit);
  const missing = terms.filter((term) => isFuzzy(term) && !rows.some((row) => holds(row, term)));
  if (missing.length === 0) return rows;
  const fuzzy = missing.flatMap(({ forms, weight }) =>
    forms.map((text): LexicalTerm => ({ text, weight: weight * FUZZY_WEIGHT, fuzzy: true })),
  );
  return chunks.lexical([...exact, ...fuzzy], filter, limit);
}

async function byMeaning(
  { chunks, embedder }: { readonly chunks: ChunkReader; readonly embedder: Embedder | null },
  text: string,
  filter: RowFilter,
  limit: number,
  signal: AbortSignal,
): Promise<ChunkRow[] | null> {
  if (embedder === null) return null;
  try {
    const [vector] = await embedder.embed([text], 'query', signal);
    return vector === undefined ? null : await chunks.nearest(vector, filter, limit);
  } catch (error) {
    // Words still answer when the model does not; the answer says which it was.
    if (error instanceof EmbedderError) return null;
    throw error;
  }
}

function exactForms({ forms, weight }: QueryTerm): LexicalTerm[] {
  return forms.map((text) => ({ text, weight, fuzzy: false }));
}

function isFuzzy(term: QueryTerm): boolean {
  return !term.exact && term.word.length >= MIN_FUZZY;
}

function holds(row: ChunkRow, { forms }: QueryTerm): boolean {
  const words = ` ${row.terms} `;
  return forms.some((form) => words.includes(` ${form} `));
}
