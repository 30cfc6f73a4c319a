import { createHash } from 'node:crypto';
import type { Language } from '../../ingest/index.ts';
import { decides } from './deciding-words.ts';
import { essentialRuns } from './quote-essence.ts';

/** A text as far as it matters for telling whether another says the same. */
export interface Said {
  /** Words and numbers in small letters, with all that must agree in a quote. */
  readonly words: readonly string[];
  /** Of each word, whether a text may have it in addition and still say the same. */
  readonly light: readonly boolean[];
  /** The words that decide, and all numbers, in their order: texts that differ here say different things. */
  readonly fixed: string;
}

/** Texts of fewer words are the same only when all their words are, and are found in many files by chance. */
const LONG_ENOUGH = 30;
/** Words in addition, as a part of the longer text; measured by `bench/copies.ts`. */
const MOST_ADDED = 0.1;

/** Reads a text in its language. */
export function saidIn(text: string, language: Language): Said {
  const words: string[] = [];
  const light: boolean[] = [];
  const fixed: string[] = [];
  for (const run of essentialRuns(text)) {
    const word = run.toLowerCase();
    const deciding = decides(word, language);
    words.push(word);
    // A capital may begin a name, whatever else it begins.
    light.push(!deciding && word === run);
    if (deciding) fixed.push(word);
  }
  return { words, light, fixed: fixed.join(' ') };
}

/** Bytes of the digest: two of a million passages share one by chance in one of ten million indices. */
const LIKENESS_BYTES = 8;

/**
 * Equal for texts that may say the same, so that the others need not be compared: short ones have all their words in
 * common, long ones those that decide. About ten letters; kept with every passage.
 */
export function likenessOf(text: string, language: Language): string {
  const said = saidIn(text, language);
  const common = isLong(said) ? said.fixed : said.words.join(' ');
  const digest = createHash('sha256').update(common).digest();
  return digest.toString('base64url', 0, LIKENESS_BYTES);
}

/** Whether a text has words enough for its likeness to another to mean something. */
export function isLong({ words }: Said): boolean {
  return words.length >= LONG_ENOUGH;
}

/**
 * Whether two long texts say the same: all words of the shorter stand in the longer in their order, and what the
 * longer has in addition are a few light words.
 *
 * A word in the place of another is a change of what is said, however alike the rest is: payer and payee are one
 * letter apart.
 */
export function saysTheSame(a: Said, b: Said): boolean {
  const [longer, shorter] = a.words.length >= b.words.length ? [a, b] : [b, a];
  if (!isLong(shorter)) return false;
  const added = longer.words.length - shorter.words.length;
  return added <= longer.words.length * MOST_ADDED && addsOnlyLight(longer, shorter);
}

function addsOnlyLight(longer: Said, shorter: Said): boolean {
  let at = 0;
  for (const [place, word] of longer.words.entries()) {
    if (word === shorter.words[at]) at += 1;
    else if (longer.light[place] !== true) return false;
  }
  return at === shorter.words.length;
}
