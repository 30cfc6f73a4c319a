import { distance } from 'fastest-levenshtein';

/** From this many letters on a word may be two letters wrong. */
const TWO_WRONG = 8;

/** How many letters of a word may be wrong; its first is taken to be right. */
export function typosIn(word: string): 1 | 2 {
  return word.length < TWO_WRONG ? 1 : 2;
}

/** Whether a word may be another mistyped: begins alike, and no more letters left out, put in or changed than that. */
export function isNear(word: string, other: string): boolean {
  return word[0] === other[0] && distance(word, other) <= typosIn(word);
}
