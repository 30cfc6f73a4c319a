/** Cleaning of text as it stands in PDF fonts, and the joining of lines. */

const SOFT_HYPHEN = '\u00ad';

/** Ligatures that fonts carry as one character; some of them survive pdfjs' own normalisation. */
const LIGATURES: ReadonlyMap<string, string> = new Map([
  ['ﬀ', 'ff'],
  ['ﬁ', 'fi'],
  ['ﬂ', 'fl'],
  ['ﬃ', 'ffi'],
  ['ﬄ', 'ffl'],
  ['ﬅ', 'st'],
  ['ﬆ', 'st'],
]);

/** Characters nobody reads: controls, zero-width marks, byte order marks, lone surrogates. */
const INVISIBLE = /[\p{Cc}\u200b\u2060\ufeff\ufffe\uffff\p{Cs}]/gu;

/** Mends ligatures and spaces of one run of text; keeps soft hyphens, which the line joining reads. */
export function cleanRun(text: string): string {
  if (PLAIN_ASCII.test(text)) return text;
  return text
    .replace(/[ﬀ-ﬆ]/g, (ligature) => LIGATURES.get(ligature) ?? ligature)
    .replace(/\s/g, ' ')
    .replace(INVISIBLE, '')
    .normalize('NFC');
}

const PLAIN_ASCII = /^[ -~]*$/;

/** One line, one space between words, no soft hyphens. */
export function tidy(text: string): string {
  return text.replaceAll(SOFT_HYPHEN, '').replace(/\s+/g, ' ').trim().normalize('NFC');
}

/** What a document tells about its hyphens. */
export interface Vocabulary {
  /** Its words in lower case, with and without hyphens, less those that a line end cuts. */
  readonly words: ReadonlySet<string>;
  /** Whether its lines end in cut words at all; most office documents never cut one. */
  readonly hyphenates: boolean;
}

const WORD = /\p{L}+(?:[-\u2010]\p{L}+)*/gu;

/** Share of lines that end in a hyphen from which on it is the typesetter who puts them there. */
const CUT_SHARE = 0.02;
const MIN_CUTS = 3;

/** Reads the vocabulary from the lines in their order. Without a cut line nobody asks it: it stays empty. */
export function readVocabulary(lines: readonly string[]): Vocabulary {
  const words = new Set<string>();
  const cuts = lines.flatMap((line, at) => cutBetween(line, lines[at + 1] ?? ''));
  if (cuts.length === 0) return { words, hyphenates: false };
  for (const line of lines) {
    const whole = ENDS_IN_HYPHEN.test(line) ? line.replace(LAST_CUT, '') : line;
    for (const [word] of whole.matchAll(WORD)) words.add(word.toLowerCase().replaceAll('\u2010', '-'));
  }
  const proven = cuts.some(([left, right]) => words.has(left + right));
  const hyphenates = proven || (cuts.length >= MIN_CUTS && cuts.length >= CUT_SHARE * lines.length);
  return { words, hyphenates };
}

function cutBetween(line: string, below: string): [string, string][] {
  if (!ENDS_IN_HYPHEN.test(line)) return [];
  const left = CUT_WORD.exec(line)?.[1];
  const right = NEXT_WORD.exec(below)?.[1];
  return left === undefined || right === undefined ? [] : [[left.toLowerCase(), right.toLowerCase()]];
}

const LAST_CUT = /[\p{L}-]+[-\u2010\u00ad]\s*$/u;
const CUT_WORD = /(\p{L}[\p{L}-]*)([-\u2010\u00ad])\s*$/u;
const NEXT_WORD = /^\s*([\p{L}-]+)/u;

/** Prefixes that English writes with a hyphen before a lower-case word more often than not. */
const HYPHENATING_PREFIXES: ReadonlySet<string> = new Set([
  'self',
  'well',
  'ex',
  'cross',
  'non',
  'high',
  'low',
  'long',
  'short',
  'full',
  'part',
  'third',
  'day',
  'year',
]);

/**
 * Joins a line to the text before it. A word cut by a hyphen becomes whole, unless the document writes it
 * with the hyphen elsewhere.
 */
export function joinLine(before: string, line: string, vocabulary: Vocabulary): string {
  if (before === '') return line;
  // Only the end of what may be a very long paragraph is looked at.
  const end = before.slice(-LONGEST_WORD);
  const cut = ENDS_IN_HYPHEN.test(end) ? CUT_WORD.exec(end) : null;
  const next = cut === null ? null : NEXT_WORD.exec(line);
  if (cut === null || next === null) {
    const unspaced =
      (ENDS_IN_CJK.test(end) && STARTS_IN_CJK.test(line)) ||
      (CUT_NUMBER.test(end) && STARTS_IN_WORD.test(line));
    return unspaced ? before + line : `${before} ${line}`;
  }
  const left = cut[1] ?? '';
  const right = next[1] ?? '';
  const stem = before.slice(0, before.length - end.length + cut.index + left.length);
  if (cut[2] === SOFT_HYPHEN) return stem + line;
  return keepsHyphen(left, right, vocabulary) ? `${stem}-${line}` : stem + line;
}

const LONGEST_WORD = 80;
const ENDS_IN_HYPHEN = /[-\u2010\u00ad]\s*$/;
const CUT_NUMBER = /[\p{L}\p{N}]-$/u;
const STARTS_IN_WORD = /^[\p{L}\p{N}]/u;

/** Shorter syllables are words by chance ("in", "for"). */
const WHOLE_WORD = 4;

const ENDS_IN_CJK = /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}]$/u;
const STARTS_IN_CJK = /^[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}]/u;

function keepsHyphen(left: string, right: string, { words, hyphenates }: Vocabulary): boolean {
  const lower = left.toLowerCase();
  const follower = right.toLowerCase();
  if (words.has(`${lower}-${follower}`)) return true;
  if (words.has(lower + follower)) return false;
  // Typesetters cut inside lower-case words; a capital after the hyphen means a compound name.
  if (/^\p{Lu}/u.test(right)) return true;
  if (!hyphenates || left.length === 1 || left.includes('-') || HYPHENATING_PREFIXES.has(lower)) return true;
  return words.has(lower) && words.has(follower) && Math.min(lower.length, follower.length) >= WHOLE_WORD;
}
