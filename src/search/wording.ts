import { type Dictionary, joinedTerms, queryTerms } from '../../index/index.ts';
import type { Language } from '../../ingest/index.ts';
import type { Wording } from './by-words.ts';
import { phrasesOf } from './phrase.ts';

/** What a question asks for, in the languages of the index; a dictionary adds what its words mean in others. */
export function wordingOf(
  question: string,
  languages: readonly Language[],
  dictionary: Dictionary | null,
): Wording {
  const translated = dictionary?.translate(question, languages) ?? { terms: [], words: new Set<string>() };
  return {
    languages,
    terms: queryTerms(question, languages),
    alternatives: [...joinedTerms(question, languages), ...translated.terms],
    known: translated.words,
    phrases: phrasesOf(question, languages),
  };
}
