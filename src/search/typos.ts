import { type ChunkRow, isNear, type LexicalTerm, type QueryTerm, swappedForms } from '../../index/index.ts';
import type { Language } from '../../ingest/index.ts';

/** Shorter words have too many neighbours one letter away. */
const MIN_LETTERS = 4;
/** What a guessed word counts beside one written as it stands there. */
const GUESS_WEIGHT = 0.6;

/** Whether a word may be taken for mistyped: codes, numbers, function words and short words may not. */
export function isTolerant({ word, exact }: QueryTerm): boolean {
  return !exact && word.length >= MIN_LETTERS;
}

/** What to look for instead of a word that nothing holds. */
export interface Guesses {
  /** The word itself, for the store to find words a letter or, for long ones, two away. */
  readonly near: readonly LexicalTerm[];
  /** The word with two neighbouring letters changed round, which to the store is two letters away. */
  readonly swapped: readonly LexicalTerm[];
}

export function guesses({ word, weight, forms }: QueryTerm, languages: readonly Language[]): Guesses {
  const guess = weight * GUESS_WEIGHT;
  const swapped = swappedForms(word, languages).filter((text) => !forms.includes(text));
  return {
    near: forms.map((text) => ({ text, weight: guess, fuzzy: true })),
    swapped: swapped.map((text) => ({ text, weight: guess, fuzzy: false })),
  };
}

/**
 * The words of passages that were found by guesses for which these stand: only what a permitted passage holds.
 * A word that several guesses come to counts once.
 */
export function meant({ near, swapped }: Guesses, rows: readonly ChunkRow[]): LexicalTerm[] {
  const held = new Set(rows.flatMap(({ terms }) => terms.split(' ')));
  const found = new Map<string, LexicalTerm>();
  for (const { text, weight } of near) {
    for (const term of held) {
      if (isNear(text, term)) found.set(term, { text: term, weight, fuzzy: false });
    }
  }
  for (const term of swapped) if (held.has(term.text)) found.set(term.text, term);
  return [...found.values()];
}
