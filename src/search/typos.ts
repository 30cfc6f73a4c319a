import { type LexicalTerm, type QueryTerm, swappedForms } from '../../index/index.ts';
import type { Language } from '../../ingest/index.ts';

/** Shorter words have too many neighbours one letter away. */
const MIN_LETTERS = 4;
/** What a guessed word counts beside one written as it stands there. */
const GUESS_WEIGHT = 0.6;

/** Whether a word may be taken for mistyped: codes, numbers, function words and short words may not. */
export function isTolerant({ word, exact }: QueryTerm): boolean {
  return !exact && word.length >= MIN_LETTERS;
}

/**
 * What to look for instead of a word that nothing holds: words a letter or, for long ones, two away (the store finds
 * them), and the word with two neighbouring letters changed round, which to the store is two letters away.
 */
export function guesses({ word, weight, forms }: QueryTerm, languages: readonly Language[]): LexicalTerm[] {
  const guess = weight * GUESS_WEIGHT;
  const swapped = swappedForms(word, languages).filter((text) => !forms.includes(text));
  return [
    ...forms.map((text) => ({ text, weight: guess, fuzzy: true })),
    ...swapped.map((text) => ({ text, weight: guess, fuzzy: false })),
  ];
}
