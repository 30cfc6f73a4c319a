import type { QueryTerm } from '../../../index/index.ts';

/** A word of the question with what it is worth: rare words say more about what is asked than common ones. */
export interface AskedWord {
  readonly forms: readonly string[];
  readonly weight: number;
}

/** A question as the minimiser and the judgment of an answer need it; words in the order of the question. */
export interface Asked {
  readonly words: readonly AskedWord[];
  /** The question wants a figure or a time: how many, how much, when. */
  readonly seeksFigure: boolean;
}

/**
 * Weighs the words of a question by how few of the passages hold them (as the idf of Robertson and Spärck Jones, smoothed
 * so that a word all of them hold keeps some weight). A word that stands in the question twice counts once;
 * “how much” says what kind of answer is wanted, and is not looked for.
 *
 * INVARIANT: `passages` are the caller's own, past both gates: weights from the whole index would tell of hidden ones.
 */
export function weighWords(
  question: string,
  terms: readonly QueryTerm[],
  passages: readonly { readonly terms: string }[],
): Asked {
  return weigherOf(question, passages)(terms);
}

/** The same for several choices of the words of one question: how many passages hold a word is counted once. */
export function weigherOf(
  question: string,
  passages: readonly { readonly terms: string }[],
): (terms: readonly QueryTerm[]) => Asked {
  const frame = frameOf(question);
  const counts = new Map<QueryTerm, number>();
  const holding = (term: QueryTerm): number => {
    const count =
      counts.get(term) ??
      passages.filter(({ terms }) => term.forms.some((form) => standsIn(terms, form))).length;
    counts.set(term, count);
    return count;
  };
  return (terms) => {
    const bare = terms.filter(({ word }) => !frame.has(word));
    const distinct = new Map((bare.length > 0 ? bare : terms).map((term) => [term.word, term]));
    const words = [...distinct.values()].map((term): AskedWord => {
      const rarity = Math.log(1 + (passages.length + 1) / (holding(term) + 0.5));
      return { forms: term.forms, weight: term.weight * rarity };
    });
    return { words, seeksFigure: frame.size > 0 };
  };
}

/** Whether a term stands among terms parted by spaces: looked for without them, for a space is met at every term. */
function standsIn(terms: string, term: string): boolean {
  for (let at = terms.indexOf(term); at >= 0 && at < terms.length; at = terms.indexOf(term, at + 1)) {
    const end = at + term.length;
    if ((at === 0 || terms[at - 1] === ' ') && (end === terms.length || terms[end] === ' ')) return true;
  }
  return false;
}

/** Asks for a number, an amount, a date or a length of time, in the five languages of the index. */
const FIGURE = new RegExp(
  [
    'how (?:many|much|long|often|old|far|big|high|soon)|when|what (?:year|date|percentage|number|amount)',
    'quant[oaie]|quando|ogni quanto|entro quando|(?:in )?che (?:anno|data)',
    'wie ?(?:viele?|lange|oft|hoch|alt)|wann',
    'combien|quand|à quelle date',
    'cu[áa]nt[oa]s?|cu[áa]ndo|en qu[ée] (?:año|fecha)',
  ]
    .map((words) => `(?<![\\p{L}])(?:${words})(?![\\p{L}])`)
    .join('|'),
  'giu',
);

/** The words that ask for a figure, folded as terms are. */
function frameOf(question: string): ReadonlySet<string> {
  const phrases = question.match(FIGURE)?.join(' ') ?? '';
  const plain = phrases
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
  return new Set(plain.match(/\p{L}+/gu) ?? []);
}
