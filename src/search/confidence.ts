import { passageTerms } from '../../index/index.ts';
import type { Language } from '../../ingest/index.ts';
import type { AskedWord } from './minimise/asked.ts';
import { splitSentences } from './minimise/sentences.ts';

/** Below this no passage seems to answer; measured by `bench/confidence.ts` on questions with and without an answer. */
export const LOW = 0.3;
/** Passages looked at: an answer further down is not what anybody reads first. */
const LOOKED_AT = 5;

/** What is looked at of a passage; `terms` are those of its titles, headings and text. */
export interface Judged {
  readonly text: string;
  readonly terms: string;
  readonly language: Language;
}

/**
 * Whether one of the passages seems to answer. Null when the question gives nothing to judge by.
 *
 * INVARIANT: it depends on the words and on passages that the caller may read, and on nothing else of the index.
 */
export function seemsAnswered(words: readonly AskedWord[], passages: readonly Judged[]): boolean | null {
  return words.length === 0 ? null : answered(words, passages) >= LOW;
}

/**
 * How much of the question, by the weight of its words, the best passage holds anywhere, and how much some two
 * sentences that follow each other hold: the mean of the two, from 0 to 1.
 */
export function answered(words: readonly AskedWord[], passages: readonly Judged[]): number {
  const looked = passages.slice(0, LOOKED_AT);
  const anywhere = looked.map(({ terms }) => held(words, new Set(terms.split(' '))));
  const together = looked.flatMap((passage) => windows(passage).map((terms) => held(words, terms)));
  return (Math.max(0, ...anywhere) + Math.max(0, ...together)) / 2;
}

/** Part of the weight of the words that the terms hold, from 0 to 1. */
function held(words: readonly AskedWord[], terms: ReadonlySet<string>): number {
  let sum = 0;
  let whole = 0;
  for (const { forms, weight } of words) {
    whole += weight;
    if (forms.some((form) => terms.has(form))) sum += weight;
  }
  return whole === 0 ? 0 : sum / whole;
}

/** Terms of each sentence together with those of the one behind it. */
function windows({ text, language }: Judged): ReadonlySet<string>[] {
  const sentences = splitSentences(text, language).map((sentence) => passageTerms(sentence.text, language));
  return sentences.map((terms, at) => new Set([...terms, ...(sentences[at + 1] ?? [])]));
}
