import { passageTerms } from '../../index/index.ts';
import type { Language } from '../../ingest/index.ts';

/** About four characters make one token of a language model. */
export const CHARACTERS_PER_TOKEN = 4;

/** A sentence longer than this is shown from the first asked word on. */
const MAX_SENTENCE = 320;
const GAP = ' … ';

/**
 * The sentences of a passage that answer best, in their order, within a budget of characters.
 *
 * A sentence counts by the distinct asked terms it holds, rarer ones in the passage more; neighbours of the
 * best sentence fill what room is left. Without any asked term the passage's beginning is shown.
 */
export function snippet(
  text: string,
  language: Language,
  asked: ReadonlySet<string>,
  budget: number,
): string {
  const sentences = splitSentences(text, language);
  const terms = sentences.map((sentence) => new Set(passageTerms(sentence, language)));
  const spread = new Map<string, number>();
  for (const own of terms)
    for (const term of own) if (asked.has(term)) spread.set(term, (spread.get(term) ?? 0) + 1);
  const scores = terms.map((own) => {
    let score = 0;
    for (const term of own) {
      const count = spread.get(term);
      if (count !== undefined) score += 1 + Math.log(sentences.length / count);
    }
    return score;
  });

  const chosen = new Set<number>();
  let left = budget;
  const take = (at: number): void => {
    const sentence = sentences[at];
    if (sentence === undefined || chosen.has(at)) return;
    const length = Math.min(sentence.length, MAX_SENTENCE);
    if (chosen.size > 0 && length > left) return;
    chosen.add(at);
    left -= length;
  };
  const order = scores.map((score, at) => ({ score, at })).sort((a, b) => b.score - a.score || a.at - b.at);
  for (const { score, at } of order) if (score > 0) take(at);
  const best = order[0]?.at ?? 0;
  if (chosen.size === 0) take(0);
  for (const near of [best + 1, best - 1, best + 2]) take(near);

  let shown = '';
  let last = -1;
  for (const at of [...chosen].sort((a, b) => a - b)) {
    const sentence = shorten(sentences[at] ?? '', language, asked, Math.min(MAX_SENTENCE, budget));
    const joint = shown === '' ? (at === 0 ? '' : '… ') : at === last + 1 ? ' ' : GAP;
    shown += joint + sentence;
    last = at;
  }
  return last >= 0 && last < sentences.length - 1 ? `${shown} …` : shown;
}

/** Sentences of a text; a line (a paragraph, an item, a row) always ends one. */
export function splitSentences(text: string, language: Language): string[] {
  const segmenter = segmenterFor(language);
  return text
    .split('\n')
    .flatMap((line) => [...segmenter.segment(line)].map(({ segment }) => segment.trim()))
    .filter((sentence) => sentence !== '');
}

const segmenters = new Map<Language, Intl.Segmenter>();

function segmenterFor(language: Language): Intl.Segmenter {
  let segmenter = segmenters.get(language);
  if (segmenter === undefined) {
    segmenter = new Intl.Segmenter(language === 'und' ? 'en' : language, { granularity: 'sentence' });
    segmenters.set(language, segmenter);
  }
  return segmenter;
}

/** Cuts a long sentence to a window that begins shortly before its first asked word. */
function shorten(sentence: string, language: Language, asked: ReadonlySet<string>, max: number): string {
  if (sentence.length <= max) return sentence;
  const words = sentence.split(' ');
  const hit = words.findIndex((word) => passageTerms(word, language).some((term) => asked.has(term)));
  const from = Math.max(0, hit - 8);
  let shown = '';
  for (const word of words.slice(from)) {
    if (shown.length + word.length + 1 > max) break;
    shown += shown === '' ? word : ` ${word}`;
  }
  if (shown === '') shown = sentence.slice(0, max);
  return `${from > 0 ? '… ' : ''}${shown} …`;
}
