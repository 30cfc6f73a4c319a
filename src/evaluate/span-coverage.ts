/** A run of agreeing words shorter than this may be chance: it counts only when it is the whole span. */
const MIN_RUN = 5;

/**
 * Characters of a judged span that stand in at least one of the texts, and of the span altogether. Letters and
 * digits of words are counted; white space, punctuation, markup and case do not matter, for a passage is the text
 * of a file, not its bytes. A word counts when it stands in a run of at least five words (or all of the span) that
 * agree in order, so that a span cut by the border of a passage counts by its parts.
 */
export function spanCoverage(
  span: string,
  texts: readonly string[],
): { readonly covered: number; readonly length: number } {
  const words = wordsOf(span);
  const found = new Array<boolean>(words.length).fill(false);
  for (const text of texts) markRuns(words, wordsOf(text), found);
  const characters = (of: readonly string[]): number => of.reduce((sum, word) => sum + word.length, 0);
  return { covered: characters(words.filter((_, at) => found[at])), length: characters(words) };
}

function wordsOf(text: string): string[] {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

/** Marks the words of every long enough run that both hold. */
function markRuns(words: readonly string[], text: readonly string[], found: boolean[]): void {
  const enough = Math.min(MIN_RUN, words.length);
  const places = new Map<string, number[]>();
  for (const [at, word] of text.entries()) {
    const own = places.get(word) ?? [];
    own.push(at);
    places.set(word, own);
  }
  for (let from = 0; from + enough <= words.length; from += 1) {
    for (const place of places.get(words[from] ?? '') ?? []) {
      // A run that began one word before was followed from there.
      if (from > 0 && words[from - 1] === text[place - 1]) continue;
      let length = 0;
      while (from + length < words.length && words[from + length] === text[place + length]) length += 1;
      if (length >= enough) found.fill(true, from, from + length);
    }
  }
}
