import type { Asked, AskedWord } from './asked.ts';
import type { ReadSentence } from './read-sentences.ts';

/** Two words of the question side by side count this much of the rarer one's weight again. */
const PAIR = 0.2;
/** Words in between that two words of the question may have and still be side by side. */
const PAIR_GAP = 1;
/** Part of the better neighbour's score that a sentence takes over: what answers often stands beside what is asked. */
const NEAR = 0.3;
/** A first sentence says what a passage is about; breaks ties. */
const FIRST = 0.2;
/** A figure where one is asked for. */
const FIGURE = 0.5;

/**
 * How likely each sentence is to answer, by the words of the question it holds: each distinct word by its rarity among
 * the caller's passages and inside this one, pairs that stand together, a figure where one is wanted, neighbours.
 */
export function scoreSentences(sentences: readonly ReadSentence[], { words, seeksFigure }: Asked): number[] {
  const places = new Map<string, number>();
  for (const [at, { forms }] of words.entries())
    for (const form of forms) if (!places.has(form)) places.set(form, at);
  const held = sentences.map(({ terms }) => terms.map((term) => places.get(term) ?? null));
  const spread = words.map((_, word) => held.filter((terms) => terms.includes(word)).length);
  const own = held.map((terms, at) => {
    const figure = seeksFigure && /\p{N}/u.test(sentences[at]?.text ?? '') ? FIGURE : 0;
    return wordScore(terms, words, spread, sentences.length) + pairScore(terms, words) + figure;
  });
  return own.map((score, at) => {
    const near = NEAR * Math.max(own[at - 1] ?? 0, own[at + 1] ?? 0);
    return score + near + (at === 0 && score > 0 ? FIRST : 0);
  });
}

/** Numbers of the asked words that a sentence holds, in order; null for other words. */
type Held = readonly (number | null)[];

function wordScore(
  terms: Held,
  words: readonly AskedWord[],
  spread: readonly number[],
  sentences: number,
): number {
  let score = 0;
  for (const word of new Set(terms)) {
    if (word === null) continue;
    score += (words[word]?.weight ?? 0) * (1 + Math.log(sentences / (spread[word] ?? 1)));
  }
  return score;
}

/** Neighbours of the question that are neighbours here too, in either order, each pair once. */
function pairScore(terms: Held, words: readonly AskedWord[]): number {
  const pairs = new Set<number>();
  for (const [at, word] of terms.entries()) {
    if (word === null) continue;
    for (const other of terms.slice(at + 1, at + 2 + PAIR_GAP)) {
      if (other !== null && Math.abs(other - word) === 1) pairs.add(Math.min(word, other));
    }
  }
  let score = 0;
  for (const first of pairs)
    score += PAIR * Math.min(words[first]?.weight ?? 0, words[first + 1]?.weight ?? 0);
  return score;
}
