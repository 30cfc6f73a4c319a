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
import { fold, rawTokens } from './tokens.ts';

type Stem = (word: string) => string;
type Known = Exclude<Language, 'und'>;

const STEMS: Record<Known, Stem> = { en: english, it: italian, de: german, fr: french, es: spanish };
const STOPS: Record<Known, ReadonlySet<string>> = {
  en: stopSet(englishStops),
  it: stopSet(italianStops),
  de: stopSet(germanStops),
  fr: stopSet(frenchStops),
  es: stopSet(spanishStops),
};

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
    terms.push(token.kind === 'word' ? stem(token.text, language) : token.text);
  }
  return terms;
}

/** A piece of an identifier counts this much beside the identifier itself. */
const PART_WEIGHT = 0.5;

/** One word of a question: all the index terms that mean it. `exact` words are not offered to typo tolerance. */
export interface QueryTerm {
  readonly word: string;
  readonly weight: number;
  readonly forms: readonly string[];
  readonly exact: boolean;
}

/**
 * The words of a question with their form in each language of the index, function words left out. A question
 * of nothing but function words keeps them all. A repeated word counts as often as it stands there.
 */
export function queryTerms(query: string, languages: readonly Language[]): QueryTerm[] {
  const tokens = rawTokens(query);
  const known = languages.filter((language) => language !== 'und');
  const asked = functionWordLanguage(
    tokens.map((token) => token.text),
    known,
  );
  const isStop = (word: string): boolean =>
    asked === null ? known.some((language) => STOPS[language].has(word)) : STOPS[asked].has(word);
  const content = tokens.filter((token) => token.kind !== 'word' || !isStop(token.text));
  return (content.length > 0 ? content : tokens).map((token) => ({
    word: token.text,
    weight: token.part ? PART_WEIGHT : 1,
    forms:
      token.kind === 'word'
        ? [...new Set([...known, 'und' as const].map((language) => stem(token.text, language)))]
        : [token.text],
    exact: token.kind !== 'word',
  }));
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
