import type { ChunkReader, ChunkRow, LexicalTerm, QueryTerm, RowFilter } from '../../index/index.ts';
import type { Language } from '../../ingest/index.ts';
import { holdsPhrase, type Phrase } from './phrase.ts';
import { guesses, isTolerant, meant } from './typos.ts';

/** What a question asks for in words. */
export interface Wording {
  /** Those of the index. */
  readonly languages: readonly Language[];
  /** Its own words. */
  readonly terms: readonly QueryTerm[];
  /** Other words for them: written as one, translated. They count less and are never taken for mistyped. */
  readonly alternatives: readonly QueryTerm[];
  /** Words that a dictionary knows: found in another language, they are not mistyped. */
  readonly known: ReadonlySet<string>;
  /** Every passage must hold them all. */
  readonly phrases: readonly Phrase[];
}

/** Words of a question that count; more would only cost time. */
const MAX_WORDS = 64;
/** What the form of a word in another language than the question's counts; chosen on judged sets, decision 008. */
const FOREIGN = 0.5;
/** Passages by which it is told what a mistyped word means. */
const GUESSED = 50;
/** A phrase that few of the candidates hold is looked for this much deeper, until there are no more. */
const DEEPER = 4;

/**
 * Passages by full text, best first. With phrases: only those that hold them all, and as many as there are up to
 * `limit`. Without: typing errors are allowed for in words that no permitted passage holds, and a passage that
 * holds a word of the question as it is written stands before every passage that holds none.
 */
export async function byWords(
  chunks: ChunkReader,
  wording: Wording,
  filter: RowFilter,
  limit: number,
  signal: AbortSignal,
): Promise<ChunkRow[]> {
  const own = wording.terms.slice(0, MAX_WORDS);
  const exact = [...own, ...wording.alternatives.slice(0, MAX_WORDS)].flatMap(exactForms);
  if (wording.phrases.length > 0) return withPhrases(chunks, exact, wording.phrases, filter, limit, signal);
  const rows = await chunks.lexical(exact, filter, limit);
  const missing = await missingWords(chunks, own, wording.known, rows, filter, limit);
  if (missing.length === 0) return rows;
  const guessed = (await Promise.all(missing.map((term) => meanings(chunks, term, wording, filter)))).flat();
  if (guessed.length === 0) return rows;
  const more = await chunks.lexical([...exact, ...guessed], filter, limit);
  return exactFirst(own, rows, more).slice(0, limit);
}

/** Words of permitted passages for which a mistyped one may stand. */
async function meanings(
  chunks: ChunkReader,
  term: QueryTerm,
  { languages }: Wording,
  filter: RowFilter,
): Promise<LexicalTerm[]> {
  const tried = guesses(term, languages);
  const lists = [tried.near, tried.swapped].filter((list) => list.length > 0);
  const found = await Promise.all(lists.map((list) => chunks.lexical(list, filter, GUESSED)));
  return meant(tried, found.flat());
}

async function withPhrases(
  chunks: ChunkReader,
  exact: readonly LexicalTerm[],
  phrases: readonly Phrase[],
  filter: RowFilter,
  limit: number,
  signal: AbortSignal,
): Promise<ChunkRow[]> {
  const demanded = phrases.flatMap((phrase) => phrase.demanded);
  for (let looked = limit; ; looked *= DEEPER) {
    signal.throwIfAborted();
    const rows = await chunks.lexical(exact, filter, looked, demanded);
    const holding = rows.filter((row) => phrases.every((phrase) => holdsPhrase(row, phrase)));
    if (holding.length >= limit || rows.length < looked) return holding.slice(0, limit);
  }
}

/** Words that nothing the filter lets through holds; the best passages are looked at first. */
async function missingWords(
  chunks: ChunkReader,
  terms: readonly QueryTerm[],
  known: ReadonlySet<string>,
  rows: readonly ChunkRow[],
  filter: RowFilter,
  limit: number,
): Promise<QueryTerm[]> {
  const unseen = terms.filter(
    (term) => isTolerant(term) && !known.has(term.word) && !rows.some((row) => holds(row, term)),
  );
  // Fewer rows than asked for are all rows there are.
  if (rows.length < limit) return unseen;
  const found = await Promise.all(unseen.map((term) => chunks.lexical(exactForms(term), filter, 1)));
  return unseen.filter((_, at) => found[at]?.length === 0);
}

/** `more` with those that hold a word as it is asked before all others, and what of `rows` it lost between them. */
function exactFirst(
  terms: readonly QueryTerm[],
  rows: readonly ChunkRow[],
  more: readonly ChunkRow[],
): ChunkRow[] {
  const keyOf = ({ document, revision, ordinal }: ChunkRow): string => `${document} ${revision} ${ordinal}`;
  const found = new Set(rows.map(keyOf));
  const isExact = (row: ChunkRow): boolean => found.has(keyOf(row)) || terms.some((term) => holds(row, term));
  const exact = more.filter(isExact);
  const ranked = new Set(exact.map(keyOf));
  return [...exact, ...rows.filter((row) => !ranked.has(keyOf(row))), ...more.filter((row) => !isExact(row))];
}

function exactForms({ forms, foreign, weight }: QueryTerm): LexicalTerm[] {
  return forms.map((text) => ({
    text,
    weight: foreign.includes(text) ? weight * FOREIGN : weight,
    fuzzy: false,
  }));
}

function holds(row: ChunkRow, { forms }: QueryTerm): boolean {
  const words = ` ${row.terms} `;
  return forms.some((form) => words.includes(` ${form} `));
}
