import { type ChunkRow, demandableForms, foldedText } from '../../index/index.ts';
import type { Language } from '../../ingest/index.ts';

/** Words that must stand in a passage one after the other. */
export interface Phrase {
  /** Folded words in order. */
  readonly words: readonly string[];
  /** Index terms that a passage with the phrase has: of each word one of its forms. Never empty. */
  readonly demanded: readonly (readonly string[])[];
}

/** What stands between quotation marks of one kind; an apostrophe is none, nor the sign of inches. */
const QUOTED = /(?<![\p{L}\p{N}])"([^"]+)"|“([^”]+)”|„([^“”]+)[“”]|«([^»]+)»/gu;
const WORDS = /[\p{L}\p{N}]+/gu;

/**
 * The phrases of a question. One without a single word that is indexed in every language (`"to be or not"`, `"4.2"`)
 * demands nothing: its words count as any others.
 */
export function phrasesOf(question: string, languages: readonly Language[]): Phrase[] {
  return [...question.matchAll(QUOTED)].flatMap((quoted): Phrase[] => {
    const words = wordsOf(quoted.slice(1).find((text) => text !== undefined) ?? '');
    const demanded = [...new Set(words)].flatMap((word) => {
      const forms = demandableForms(word, languages);
      return forms === null ? [] : [forms];
    });
    return demanded.length === 0 ? [] : [{ words, demanded }];
  });
}

/**
 * Whether the words of a phrase stand in order in a passage, its headings or its path: as they are written but for
 * case, accents, and what stands between words (`carry over` is found in `carry-over`, not in `carryover`).
 */
export function holdsPhrase({ text, section, path }: ChunkRow, { words }: Phrase): boolean {
  const asked = ` ${words.join(' ')} `;
  const places = [text, ...section, path];
  return places.some((place) => ` ${wordsOf(place).join(' ')} `.includes(asked));
}

function wordsOf(text: string): string[] {
  return foldedText(text).match(WORDS) ?? [];
}
