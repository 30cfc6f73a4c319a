import type { Language } from '../../ingest/index.ts';
import { askedLanguage, contentWords, type Known, LANGUAGES, type QueryTerm, stemOf } from './analyse.ts';
import { fold, rawTokens } from './tokens.ts';

/** A translation counts this much beside the word itself; several words for one share it. */
const TRANSLATION_WEIGHT = 0.5;
/** Translations of one word that are asked. */
const MAX_TRANSLATIONS = 4;
/** Pairs and characters of a line, beyond which a file is no dictionary of words. */
const MAX_PAIRS = 500_000;
const MAX_LINE = 500;

interface Translation {
  readonly language: Known;
  readonly words: readonly string[];
}

/** Words of one language that mean words of another. */
export interface Dictionary {
  readonly pairs: number;
  /**
   * What the words of a question mean in the languages of the index other than its own. Codes, function words, and
   * names (words with a capital inside a sentence) are never translated. `words` are those that were found.
   */
  translate(
    question: string,
    languages: readonly Language[],
  ): { readonly terms: readonly QueryTerm[]; readonly words: ReadonlySet<string> };
}

/** A dictionary cannot be read. The message names the line and ends with the mend. */
export class DictionaryError extends Error {
  override readonly name = 'DictionaryError';
}

/**
 * Reads `word<TAB>language<TAB>translation<TAB>language`, one pair a line, in both directions; empty lines and those
 * that begin with `#` are passed by. A side of several words is only ever a translation, of its words one by one.
 * @throws {DictionaryError} naming the line
 */
export function parseDictionary(file: string, text: string): Dictionary {
  const entries = new Map<string, Translation[]>();
  let pairs = 0;
  for (const [at, line] of text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [one, other] = parseLine(line, `${file}:${at + 1}`);
    pairs += 1;
    if (pairs > MAX_PAIRS) {
      throw new DictionaryError(`${file}: more than ${MAX_PAIRS} pairs: keep the common words`);
    }
    addPair(entries, one, other);
    addPair(entries, other, one);
  }
  return { pairs, translate: (question, languages) => translate(entries, question, languages) };
}

function parseLine(line: string, place: string): readonly [Translation, Translation] {
  const columns = line.split('\t').map((column) => column.trim());
  const [word = '', from = '', translation = '', into = ''] = columns;
  if (line.length > MAX_LINE) {
    throw new DictionaryError(`${place}: the line is longer than ${MAX_LINE} characters: write single words`);
  }
  if (columns.length !== 4) {
    throw new DictionaryError(
      `${place}: write word, language, translation and language, parted by tabs (there are ${columns.length} columns)`,
    );
  }
  const sides = [sideOf(word, from, place), sideOf(translation, into, place)] as const;
  if (sides[0].language === sides[1].language) {
    throw new DictionaryError(
      `${place}: both words are of ${from}: write two languages, or leave the line out`,
    );
  }
  return sides;
}

function sideOf(text: string, code: string, place: string): Translation {
  const language = LANGUAGES.find((known) => known === code.toLowerCase());
  if (language === undefined) {
    throw new DictionaryError(
      `${place}: the language ${code || '""'} is unknown: write ${LANGUAGES.join(', ')}`,
    );
  }
  const words = contentWords(text, language);
  if (words.length === 0)
    throw new DictionaryError(`${place}: a word is missing: write it, or leave the line out`);
  return { language, words };
}

function addPair(entries: Map<string, Translation[]>, from: Translation, into: Translation): void {
  const [word] = from.words;
  if (word === undefined || from.words.length > 1) return;
  const key = keyOf(from.language, word);
  const known = entries.get(key);
  if (known === undefined) entries.set(key, [into]);
  else known.push(into);
}

/** By stem, so that every inflection of a word is found. */
function keyOf(language: Known, word: string): string {
  return `${language} ${stemOf(word, language)}`;
}

function translate(
  entries: ReadonlyMap<string, readonly Translation[]>,
  question: string,
  languages: readonly Language[],
): { readonly terms: readonly QueryTerm[]; readonly words: ReadonlySet<string> } {
  const names = namesOf(question);
  const asked = askedLanguage(question);
  const terms: QueryTerm[] = [];
  const words = new Set<string>();
  for (const word of contentWords(question, asked)) {
    if (names.has(word)) continue;
    const meanings = (asked === null ? LANGUAGES : [asked]).flatMap(
      (language) => entries.get(keyOf(language, word)) ?? [],
    );
    const wanted = meanings.filter(({ language }) => languages.includes(language));
    if (wanted.length > 0) words.add(word);
    terms.push(...wanted.slice(0, MAX_TRANSLATIONS).flatMap(termsOf));
  }
  return { terms, words };
}

function termsOf({ language, words }: Translation): QueryTerm[] {
  return words.map((word) => ({
    word,
    weight: TRANSLATION_WEIGHT / words.length,
    forms: [...new Set([stemOf(word, language), word])],
    foreign: [],
    exact: true,
  }));
}

/** Words with a capital inside a sentence; a question all in capitals, or in German, shows no names. */
function namesOf(question: string): ReadonlySet<string> {
  const written = question.match(/[\p{L}\p{N}]+/gu) ?? [];
  const capital = written.filter((word) => /^\p{Lu}/u.test(word));
  if (capital.length === written.length || askedLanguage(question) === 'de') return new Set();
  const inside = capital.filter((word) => word !== written[0]);
  return new Set(inside.flatMap((word) => [fold(word), ...rawTokens(word).map(({ text }) => text)]));
}
