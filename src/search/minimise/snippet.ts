import { passageTerms } from '../../../index/index.ts';
import type { Language } from '../../../ingest/index.ts';
import type { Asked } from './asked.ts';
import { type ReadSentence, readSentences } from './read-sentences.ts';
import { scoreSentences } from './score.ts';

/** About four characters make one token of a language model. */
export const CHARACTERS_PER_TOKEN = 4;

/** Part of a passage that is shown; with the room for marks of gaps it comes to 0.398 (bench/RESULTS.md). */
export const SHOWN_SHARE = 0.406;
/** Characters up to which a passage is shown whole: nothing worth the gaps could be left out. */
const WHOLE = 240;
/** Less room than this is not worth a piece of a sentence. */
const MIN_PIECE = 30;
/** Words that stand before the first asked one where a sentence must be cut. */
const LEAD_WORDS = 8;
const MARK = '…';
/** What a cut leaves of a character of two code units. */
const HALF_CHARACTER = /[\ud800-\udbff]$/;
const GAP = ` ${MARK} `;

/** Characters of a passage of this length that a snippet may have where the answer has `room` for it. */
export function snippetBudget(length: number, room: number): number {
  return Math.min(room, Math.max(WHOLE, Math.round(SHOWN_SHARE * length)));
}

/**
 * The sentences of a passage that answer best, in their order, within a budget of characters, gaps included.
 *
 * Sentences are taken by score while they fit, each with the one it leans on where that fits as well; of one that does
 * not fit, the part around the asked words. Without any asked word the passage's beginning is shown.
 */
export function snippet(
  text: string,
  language: Language,
  asked: Asked,
  budget: number,
  sentences: readonly ReadSentence[] = readSentences({ text, language }),
): string {
  const whole = sentences.map((sentence) => sentence.text).join(' ');
  if (whole.length <= budget) return whole;
  const scores = scoreSentences(sentences, asked);
  const order = scores.map((score, at) => ({ score, at })).sort((a, b) => b.score - a.score || a.at - b.at);
  const shown: Shown = { budget, texts: sentences.map(() => null) };
  const isShown = (at: number): boolean => shown.texts[at] !== null;
  for (const { score, at } of order) {
    const empty = shown.texts.every((shownText) => shownText === null);
    if (score <= 0 && !empty) break;
    if (isShown(at)) continue;
    const { text: own = '', leansOn = null } = sentences[at] ?? {};
    const before = leansOn === null ? undefined : sentences[leansOn];
    if (leansOn !== null && before !== undefined && add(shown, [leansOn, before.text], [at, own])) continue;
    if (add(shown, [at, own])) continue;
    const room = budget - render(shown.texts).length - GAP.length;
    if (room >= MIN_PIECE || empty) add(shown, [at, cut(own, language, asked, room)]);
  }
  const best = order[0]?.at ?? 0;
  for (const near of [best + 1, best - 1, best + 2]) {
    const sentence = sentences[near];
    if (sentence !== undefined && !isShown(near)) add(shown, [near, sentence.text]);
  }
  return render(shown.texts);
}

/** What is shown so far of each sentence, null where nothing. */
type Texts = readonly (string | null)[];

interface Shown {
  readonly budget: number;
  texts: Texts;
}

/** Adds texts; none of them where they do not all fit. */
function add(shown: Shown, ...more: readonly (readonly [number, string])[]): boolean {
  const texts = [...shown.texts];
  for (const [at, text] of more) texts[at] ??= text;
  if (render(texts).length > shown.budget) return false;
  shown.texts = texts;
  return true;
}

function render(texts: Texts): string {
  let shown = '';
  let last = -1;
  let before = '';
  for (const [at, text] of texts.entries()) {
    if (text === null) continue;
    const marked = text.startsWith(MARK) || before.endsWith(MARK);
    const joint = at === last + 1 ? (last < 0 ? '' : ' ') : marked ? ' ' : GAP;
    shown += shown === '' ? joint.trimStart() + text : joint + text;
    last = at;
    before = text;
  }
  const open = last >= 0 && last < texts.length - 1 && !before.endsWith(MARK);
  return open ? `${shown} ${MARK}` : shown;
}

/** A long sentence cut to at most `max` characters, marks included: from shortly before its first asked word on. */
function cut(sentence: string, language: Language, { words }: Asked, max: number): string {
  if (sentence.length <= max) return sentence;
  const asked = new Set(words.flatMap(({ forms }) => forms));
  const parts = sentence.split(' ');
  const hit = parts.findIndex((part) => passageTerms(part, language).some((term) => asked.has(term)));
  const from = Math.max(0, hit - LEAD_WORDS);
  const room = max - 2 * (MARK.length + 1);
  let shown = '';
  for (const part of parts.slice(from)) {
    const longer = shown === '' ? part : `${shown} ${part}`;
    if (longer.length > room) break;
    shown = longer;
  }
  if (shown === '') shown = (parts[from] ?? '').slice(0, Math.max(0, room)).replace(HALF_CHARACTER, '');
  return `${from > 0 ? `${MARK} ` : ''}${shown} ${MARK}`;
}
