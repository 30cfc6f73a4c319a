/** Text with the word frequencies of language and no meaning: the same seed gives the same text. */

const SYLLABLES =
  'ba be bi bo bu da de di do du fa fe fi ga go ka ke ki ko la le li lo lu ma me mi mo na ne ni no pa pe pi po ra re ri ro sa se si so ta te ti to va ve vi zo'.split(
    ' ',
  );
const WORD_SYLLABLES = 4;
/** Prime, so that all words are different. */
const SCATTER = 1_000_003;
const SENTENCE_WORDS = 14;

/** Random numbers from 0 to 1 by a seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface ZipfWords {
  /** A word; the r-th most frequent one comes with a chance near 1/r. */
  word(): string;
  /** Words in sentences. */
  text(words: number): string;
  /** The word of a rank from 0 on. */
  ofRank(rank: number): string;
}

/** A vocabulary with Zipf's frequencies. */
export function zipfWords(options: { readonly vocabulary: number; readonly seed: number }): ZipfWords {
  const random = seeded(options.seed);
  const words = Array.from({ length: options.vocabulary }, (_, rank) => spell(rank));
  const top = Math.log(options.vocabulary + 1);
  // The inverse of the integral of 1/x: close to Zipf's law without a table of sums.
  const word = (): string => words[Math.floor(Math.exp(random() * top)) - 1] ?? words[0] ?? '';
  return {
    word,
    ofRank: (rank) => words[rank] ?? '',
    text: (count) => {
      const sentences: string[] = [];
      for (let left = count; left > 0; left -= SENTENCE_WORDS) {
        const own = Array.from({ length: Math.min(left, SENTENCE_WORDS) }, word);
        sentences.push(`${own.join(' ')}.`);
      }
      return sentences.join(' ');
    },
  };
}

/** A word for each number, no two alike, and few one letter apart: as sparse among all spellings as those of a language. */
function spell(rank: number): string {
  let rest = (rank * SCATTER) % SYLLABLES.length ** WORD_SYLLABLES;
  let word = '';
  for (let part = 0; part < WORD_SYLLABLES; part += 1) {
    word += SYLLABLES[rest % SYLLABLES.length] ?? '';
    rest = Math.floor(rest / SYLLABLES.length);
  }
  return word;
}
