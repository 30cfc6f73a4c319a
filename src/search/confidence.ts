import type { AskedWord } from './minimise/asked.ts';
import { type Passage, type SentencesOf, sentencesOnce } from './minimise/read-sentences.ts';

/** Below this no passage seems to answer; measured by `bench/confidence.ts` on questions with and without an answer. */
export const LOW = 0.3;
/** Passages looked at: an answer further down is not what anybody reads first. */
const LOOKED_AT = 5;

/** What is looked at of a passage; `terms` are those of its titles, headings and text. */
export interface Judged extends Passage {
  readonly terms: string;
}

/**
 * Whether one of the passages seems to answer. Null when the question gives nothing to judge by.
 *
 * INVARIANT: it depends on the words and on passages that the caller may read, and on nothing else of the index.
 */
export function seemsAnswered(
  words: readonly AskedWord[],
  passages: readonly Judged[],
  sentencesOf?: SentencesOf,
): boolean | null {
  return words.length === 0 ? null : answered(words, passages, sentencesOf) >= LOW;
}

/**
 * How much of the question, by the weight of its words, the best passage holds anywhere, and how much some two
 * sentences that follow each other hold: the mean of the two, from 0 to 1.
 */
export function answered(
  words: readonly AskedWord[],
  passages: readonly Judged[],
  sentencesOf: SentencesOf = sentencesOnce(),
): number {
  const looked = passages.slice(0, LOOKED_AT);
  const anywhere = looked.map(({ terms }) => held(words, [new Set(terms.split(' '))]));
  const together = looked.flatMap((passage) => {
    const sentences = sentencesOf(passage).map(({ terms }) => new Set(terms));
    // Each sentence together with the one behind it.
    return sentences.map((_, at) => held(words, sentences.slice(at, at + 2)));
  });
  return (Math.max(0, ...anywhere) + Math.max(0, ...together)) / 2;
}

/** Part of the weight of the words that some of these hold, from 0 to 1. */
function held(words: readonly AskedWord[], holders: readonly ReadonlySet<string>[]): number {
  let sum = 0;
  let whole = 0;
  for (const { forms, weight } of words) {
    whole += weight;
    if (forms.some((form) => holders.some((terms) => terms.has(form)))) sum += weight;
  }
  return whole === 0 ? 0 : sum / whole;
}
