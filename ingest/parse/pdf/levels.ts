import { NUMBERING } from './heading-text.ts';

/** A possible heading with its look: "14 bold". */
export interface Ranked {
  readonly text: string;
  readonly style: string;
  readonly page: number;
  /** No text stands between it and the next heading. */
  readonly bare: boolean;
}

export const MAX_LEVEL = 6;
/** A keyword or a number orders the document when it comes at least this often. */
const MIN_SERIES = 3;

/** Parts of a document by the word before their number, the widest first. */
const KEYWORD_RANKS: readonly RegExp[] = [
  /^(?:part|parte|titolo)\s+(?:[ivx]+|\d+|[a-d])\b(?!['’])/i,
  /^(?:item|chapter|capitolo|capo|kapitel)\s+(?:\d+[a-z]?|[ivx]+)\b/i,
  /^(?:article|articolo|art\.)\s*(?:\d+|[ivx]+)\b/i,
  /^(?:section|sezione)\s+(?:\d+|[ivx]+)\b/i,
  /^(?:note|nota)\s+\d+[a-z]?\b/i,
];
/** What stands behind the text proper: it closes whatever is open. */
const BACK_MATTER =
  /^(?:(?:exhibit|annex|appendix|schedule|allegato|appendice|anhang)\s+(?:\d+(?:\.\d+)*|[ivx]+|[a-z])(?=$|[\s.:–—-])|signatures?$|firme$)/i;

/**
 * A level for each heading. Keywords come first ("Part" over "Item" over "Note"), then looks by size and weight;
 * numbers go before other headings of the same look. Looks and words that come once rank nothing.
 */
export function rankLevels(headings: readonly Ranked[]): readonly number[] {
  const series = KEYWORD_RANKS.map((pattern) => headings.filter(({ text }) => pattern.test(text)));
  const wide = series.slice(0, KEYWORD_RANKS.length - 1).map((found) => found.length >= MIN_SERIES);
  // "Part" seldom comes three times; it counts where what it holds is a series.
  if ((series[0]?.length ?? 0) > 0 && wide[1] === true) wide[0] = true;
  const keywordLevels = wide.map((_, at) => 1 + wide.slice(0, at).filter(Boolean).length);
  const base = wide.filter(Boolean).length;

  const keyword = (text: string): number =>
    KEYWORD_RANKS.findIndex((pattern, at) => wide[at] === true && pattern.test(text));
  const free = headings.filter(({ text }) => keyword(text) < 0 && !BACK_MATTER.test(text));
  const numbered = free.filter(({ text }) => depthOf(text) !== null);
  const styleOfDepth = [1, 2, 3, 4, 5].map((depth) =>
    mostCommon(numbered.filter(({ text }) => depthOf(text) === depth).map(({ style }) => style)),
  );
  const others = free.filter(({ text }) => depthOf(text) === null);
  const repeated = repeatedStyles(others);
  const outranking = (style: string): number => repeated.filter((other) => outranks(other, style)).length;
  const serial = numbered.length >= MIN_SERIES;
  const depths = serial ? styleOfDepth.filter((style) => style !== null) : [];
  const firstOfNumbered = depths[0] ?? null;
  const numberBase = firstOfNumbered === null ? 0 : outranking(firstOfNumbered);

  // "4.1" below "Art. 4" is one step, not two.
  const skipped =
    base > 0
      ? Math.max(
          0,
          styleOfDepth.findIndex((found) => found !== null),
        )
      : 0;

  const firstKeyword = headings.findIndex(({ text }) => keyword(text) >= 0);
  const ranks = headings.map(({ text, style, page }, place) => {
    const at = keyword(text);
    if (at >= 0) return keywordLevels[at] ?? 1;
    if (BACK_MATTER.test(text)) return 1;
    const depth = depthOf(text);
    if (depth !== null && serial) return base + numberBase + depth - skipped;
    if (depth !== null) return base + outranking(style) + depth;
    if (place < firstKeyword && page === 1) return 1;
    const above = depths.filter((other) => !outranks(style, other)).length;
    return base + outranking(style) + above + 1;
  });
  return nest(headings, ranks);
}

/** Levels without gaps: how many headings of higher rank stay open. One right below another of its rank goes into it. */
function nest(headings: readonly Ranked[], ranks: readonly number[]): readonly number[] {
  let open: number[] = [];
  return ranks.map((rank, at) => {
    const above = ranks[at - 1];
    const goesInto =
      above === rank && headings[at - 1]?.bare === true && depthOf(headings[at]?.text ?? '') === null;
    const own = goesInto ? rank + HALF : rank;
    open = open.filter((other) => other < own);
    open.push(own);
    return Math.min(open.length, MAX_LEVEL);
  });
}

const HALF = 0.5;

/** How many numbers a heading's number has, "4.2" two; notes count as one; null without a number. */
function depthOf(text: string): number | null {
  const number = NUMBERING.exec(text)?.[1];
  if (number !== undefined) return number.split('.').length;
  return KEYWORD_RANKS.at(-1)?.test(text) === true ? 1 : null;
}

function repeatedStyles(headings: readonly Ranked[]): string[] {
  const pages = new Map<string, number[]>();
  for (const { style, page } of headings) pages.set(style, [...(pages.get(style) ?? []), page]);
  return [...pages].flatMap(([style, found]) => (found.length > 1 ? [style] : []));
}

function mostCommon(styles: readonly string[]): string | null {
  const counts = new Map<string, number>();
  for (const style of styles) counts.set(style, (counts.get(style) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}

function outranks(style: string, other: string): boolean {
  const larger = sizeOf(style) - sizeOf(other);
  return larger > 0 || (larger === 0 && weightOf(style) < weightOf(other));
}

export function sizeOf(style: string): number {
  return Number.parseFloat(style);
}

function weightOf(style: string): number {
  return style.endsWith('bold') ? 0 : style.endsWith('plain') ? 1 : 2;
}
