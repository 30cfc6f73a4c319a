import { stemmer as english } from '@orama/stemmers/english';
import { stemmer as french } from '@orama/stemmers/french';
import { stemmer as german } from '@orama/stemmers/german';
import { stemmer as italian } from '@orama/stemmers/italian';
import { stemmer as spanish } from '@orama/stemmers/spanish';
import { stopwords as englishStops } from '@orama/stopwords/english';
import { stopwords as frenchStops } from '@orama/stopwords/french';
import { stopwords as germanStops } from '@orama/stopwords/german';
import { stopwords as italianStops } from '@orama/stopwords/italian';
import { stopwords as spanishStops } from '@orama/stopwords/spanish';
import type { Language } from '../../ingest/index.ts';
import { withoutFrame } from './question-frame.ts';
import { fold, MAX_TOKEN, type RawToken, rawTokens } from './tokens.ts';

type Stem = (word: string) => string;
/** A language whose words are known. */
export type Known = Exclude<Language, 'und'>;

const STEMS: Record<Known, Stem> = { en: english, it: italian, de: german, fr: french, es: spanish };
const STOPS: Record<Known, ReadonlySet<string>> = {
  en: stopSet(englishStops),
  it: stopSet(italianStops),
  de: stopSet(germanStops),
  fr: stopSet(frenchStops),
  es: stopSet(spanishStops),
};

export const LANGUAGES = Object.keys(STOPS) as readonly Known[];
/** Fewer digits may stand in a number only as a group of it (`250` of `1.250`). */
const SURE_DIGITS = 4;

/** Stems are remembered up to this many words a language: text repeats itself. */
const STEM_CACHE = 50_000;
const caches = new Map<Known, Map<string, string>>();

/** Words shorter than this are kept as they are: stems of two letters are noise. */
const MIN_STEM = 3;

function stopSet(words: readonly string[]): ReadonlySet<string> {
  return new Set(words.flatMap((word) => [fold(word), ...rawTokens(word).map((token) => token.text)]));
}

/**
 * Index terms of a passage in its language: folded, stop words out, words stemmed, codes whole and in parts.
 * Terms contain no white space, so that joining them by spaces is the form the store indexes.
 */
export function passageTerms(text: string, language: Language): string[] {
  const terms: string[] = [];
  for (const token of rawTokens(text)) {
    if (language !== 'und' && token.kind === 'word' && STOPS[language].has(token.text)) continue;
    terms.push(isInflected(token) ? stem(token.text, language) : token.text);
  }
  return terms;
}

function isInflected({ kind }: RawToken): boolean {
  return kind === 'word' || kind === 'joined';
}

/** A piece of an identifier counts this much beside the identifier itself. */
const PART_WEIGHT = 0.5;
/** Two words of a question written as one count this much beside the words. */
const JOINED_WEIGHT = 0.5;

/** One word of a question: all the index terms that mean it. `exact` words are not offered to typo tolerance. */
export interface QueryTerm {
  readonly word: string;
  readonly weight: number;
  readonly forms: readonly string[];
  /**
   * Those of `forms` that passages in the language of the question do not hold. They are rare where most is in that
   * language, and by their rarity alone would weigh more than the word itself.
   */
  readonly foreign: readonly string[];
  readonly exact: boolean;
}

/**
 * The words of a question with their form in each language of the index, function words left out. A question
 * of nothing but function words keeps them all. A repeated word counts as often as it stands there.
 */
export function queryTerms(query: string, languages: readonly Language[]): QueryTerm[] {
  const tokens = rawTokens(withoutFrame(query));
  const known = knownOf(languages);
  const asked = languageAsked(tokens, known);
  const isStop = stopTest(asked, known);
  const content = tokens.filter((token) => token.kind !== 'word' || !isStop(token.text));
  return (content.length > 0 ? content : tokens).map((token) => ({
    word: token.text,
    weight: token.part ? PART_WEIGHT : 1,
    ...(isInflected(token) ? inflected(token.text, asked, known) : { forms: [token.text], foreign: [] }),
    exact: token.kind !== 'word' || isFunctionWord(token.text),
  }));
}

function inflected(
  word: string,
  asked: Known | null,
  known: readonly Known[],
): Pick<QueryTerm, 'forms' | 'foreign'> {
  const forms = formsOf(word, known);
  const native = new Set((asked === null ? known : [asked]).map((language) => stem(word, language)));
  return { forms, foreign: native.size === 0 ? [] : forms.filter((form) => !native.has(form)) };
}

function isFunctionWord(word: string): boolean {
  return LANGUAGES.some((language) => STOPS[language].has(word));
}

/** Index terms of a word with two neighbouring letters changed round, at each place in turn. */
export function swappedForms(word: string, languages: readonly Language[]): string[] {
  const letters = [...word];
  const swapped = letters.slice(1).map((letter, at) => {
    const before = letters[at] ?? '';
    return [...letters.slice(0, at), letter, before, ...letters.slice(at + 2)].join('');
  });
  const known = knownOf(languages);
  return [...new Set(swapped.flatMap((text) => (text === word ? [] : formsOf(text, known))))];
}

/** The index terms one of which stands in every passage that has the word; null where it may have none. */
export function demandableForms(word: string, languages: readonly Language[]): readonly string[] | null {
  if (isFunctionWord(word) || word.length > MAX_TOKEN) return null;
  if (/^\p{N}+$/u.test(word)) return word.length < SURE_DIGITS ? null : [word];
  if (word.length < 2) return null;
  return /\p{N}/u.test(word) ? [word] : formsOf(word, knownOf(languages));
}

/**
 * Neighbouring words of a question written as one where they lose their meaning apart: a word and a function word
 * or a letter (`carry over`, `e mail`), a word and a number (`FY 2023`). Any other two are found by themselves, and
 * asking for them as one as well made answers worse (docs/decisions/008).
 */
export function joinedTerms(query: string, languages: readonly Language[]): QueryTerm[] {
  const tokens = rawTokens(withoutFrame(query)).filter(({ part }) => !part);
  const known = knownOf(languages);
  const isStop = stopTest(languageAsked(tokens, known), known);
  return tokens.flatMap((token, at): QueryTerm[] => {
    const next = tokens[at + 1];
    if (token.kind !== 'word' || next === undefined) return [];
    const word = token.text + next.text;
    if (/^\p{N}+$/u.test(next.text)) return [joined(word, [word])];
    if (next.kind !== 'word') return [];
    const lone = [token.text, next.text].filter((text) => text.length === 1 || isStop(text));
    if (lone.length !== 1) return [];
    return [joined(word, formsOf(word, known))];
  });
}

function joined(word: string, forms: readonly string[]): QueryTerm {
  return { word, weight: JOINED_WEIGHT, forms, foreign: [], exact: true };
}

function knownOf(languages: readonly Language[]): Known[] {
  return languages.filter((language) => language !== 'und');
}

function formsOf(word: string, known: readonly Known[]): string[] {
  return [...new Set([...known, 'und' as const].map((language) => stem(word, language)))];
}

function languageAsked(tokens: readonly RawToken[], known: readonly Known[]): Known | null {
  return functionWordLanguage(
    tokens.map((token) => token.text),
    known,
  );
}

/** Tells function words, of the language the question is in where that shows, else of all. */
function stopTest(asked: Known | null, known: readonly Known[]): (word: string) => boolean {
  return (word) =>
    asked === null ? known.some((language) => STOPS[language].has(word)) : STOPS[asked].has(word);
}

/** The words of a text that say something; `language` null takes the function words of every language out. */
export function contentWords(text: string, language: Known | null): string[] {
  return rawTokens(text)
    .filter(({ kind, part }) => kind === 'word' && !part)
    .map((token) => token.text)
    .filter((word) => !(language === null ? isFunctionWord(word) : STOPS[language].has(word)));
}

/** The language of a question by its function words, also one the index has nothing in; null when that is open. */
export function askedLanguage(question: string): Known | null {
  const words = rawTokens(question).map(({ text }) => text);
  return functionWordLanguage(words, LANGUAGES);
}

/** The index term of a word in a language. */
export function stemOf(word: string, language: Known): string {
  return stem(word, language);
}

/** The language most of whose function words stand in the question; null when none or two lead. */
function functionWordLanguage(words: readonly string[], languages: readonly Known[]): Known | null {
  const counts = languages
    .map((language) => ({ language, count: words.filter((word) => STOPS[language].has(word)).length }))
    .sort((a, b) => b.count - a.count);
  const [first, second] = counts;
  if (first === undefined || first.count === 0 || first.count === second?.count) return null;
  return first.language;
}

function stem(word: string, language: Language): string {
  if (language === 'und' || word.length < MIN_STEM) return word;
  let cache = caches.get(language);
  if (cache === undefined) {
    cache = new Map();
    caches.set(language, cache);
  }
  const known = cache.get(word);
  if (known !== undefined) return known;
  if (cache.size >= STEM_CACHE) cache.clear();
  const stemmed = STEMS[language](word) || word;
  cache.set(word, stemmed);
  return stemmed;
}
