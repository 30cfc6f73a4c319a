import {
  type ChunkReader,
  type ChunkRow,
  type Embedder,
  EmbedderError,
  type RowFilter,
} from '../../index/index.ts';
import { byWords, type Wording } from './by-words.ts';
import { passageReference } from './citation.ts';
import { fuse } from './fuse.ts';
import { holdsPhrase } from './phrase.ts';

/** How the answer was found: with vectors or by words alone. */
export type Mode = 'hybrid' | 'lexical';

export interface Retrieval {
  readonly mode: Mode;
  readonly rows: readonly ChunkRow[];
}

/** Milliseconds that a question waits for its vector: a model that is loaded needs a hundredth of that. */
const MODEL_MS = 4_000;

/** Candidate passages, best first, from what the filter lets through. */
export async function retrieve(
  deps: { readonly chunks: ChunkReader; readonly embedder: Embedder | null },
  question: { readonly text: string; readonly wording: Wording; readonly limit: number },
  filter: RowFilter,
  signal: AbortSignal,
): Promise<Retrieval> {
  const { wording } = question;
  const both = [
    byWords(deps.chunks, wording, filter, question.limit, signal),
    byMeaning(deps, question.text, filter, question.limit, signal),
  ] as const;
  // A question has not ended before both have: who counts what runs at once would count too little.
  await Promise.allSettled(both);
  const [lexical, similar] = await Promise.all(both);
  if (similar === null) return { mode: 'lexical', rows: lexical };
  const vector = similar.filter((row) => wording.phrases.every((phrase) => holdsPhrase(row, phrase)));
  const rankings = [
    { items: lexical, weight: 1 },
    { items: vector, weight: 1 },
  ];
  return { mode: 'hybrid', rows: fuse(rankings, passageReference).slice(0, question.limit) };
}

async function byMeaning(
  { chunks, embedder }: { readonly chunks: ChunkReader; readonly embedder: Embedder | null },
  text: string,
  filter: RowFilter,
  limit: number,
  signal: AbortSignal,
): Promise<ChunkRow[] | null> {
  if (embedder === null) return null;
  const late = AbortSignal.timeout(MODEL_MS);
  try {
    const [vector] = await embedder.embed([text], 'query', AbortSignal.any([signal, late]));
    return vector === undefined ? null : await chunks.nearest(vector, filter, limit);
  } catch (error) {
    // Words still answer when the model does not; the answer says which it was.
    if (error instanceof EmbedderError || (late.aborted && !signal.aborted)) return null;
    throw error;
  }
}
