/** Inside a number: a point, a comma, an apostrophe. Before one: a minus. Between two: whatever parts them. */
const POINT = '\ue000';
const MINUS = '\ue001';
const APART = '\ue002';
const COMMA = '\ue003';
const APOSTROPHE = '\ue004';
const SIGNS: Readonly<Record<string, string>> = { '.': POINT, ',': COMMA, "'": APOSTROPHE, '’': APOSTROPHE };

const BEYOND_ASCII = /[\u0080-\uffff]/;
/** Characters that show nothing: soft hyphen, zero-width space and joiners, byte order mark. */
const INVISIBLE = /[\u00ad\u200b-\u200d\u2060\ufeff]/gu;
/** A word that goes on in the next line: the hyphen was put there by the typesetter, or belongs to the word. */
const HYPHENATED = /(?<=\p{L})[-‐‑]\s*\n\s*(?=\p{Ll})/gu;
/** A space that cannot break, before three digits, groups the digits of one number. */
const GROUPING = /(?<=\d)[\u00a0\u2009\u202f](?=\d{3}(?!\d))/gu;
/** An exponent or a fraction behind a digit, which compatibility forms would join to it: 10² is not 102. */
const RAISED = /(?=[\u00b2\u00b3\u00b9\u2070-\u2089\u00bc-\u00be\u2150-\u215e])(?<=\p{N})/gu;

/** Runs of what must agree. */
const KEPT = /[\p{L}\p{M}\p{N}\p{Sc}\ue000-\ue004%‰<>≤≥±]+/gu;
/** Texts of no other characters are read several times as fast by `KEPT_OF_COMMON`, which finds the same runs. */
const COMMON = /^[\t\n\r -~\u00a0-\u024f\u2010-\u2027\u2030\u20ac\u2264\u2265\ue000-\ue004]*$/;
const KEPT_OF_COMMON =
  /[a-zA-Z0-9$%<>\u00a2-\u00a5\u00aa\u00b1-\u00b3\u00b5\u00b9\u00ba\u00bc-\u00be\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u2030\u20ac\u2264\u2265\ue000-\ue004]+/g;
/** Characters that go on a word or number, joined to the one before; scripts that do not part words by spaces have none. */
const INNER = /(?<=[\p{Ll}\p{Lu}\p{Lt}\p{N}\ue000-\ue004])[\p{Ll}\p{Lu}\p{Lt}\p{N}\ue000\ue002-\ue004]/gu;

/** The last letter of a passage is followed by a hyphen, and the first of the next is small: one word, perhaps. */
export const HYPHEN_AT_END = /\p{L}[-‐‑\u00ad]\s*$/u;
export const SMALL_AT_START = /^\s*\p{Ll}/u;

/**
 * What of a text must agree: letters with their accents, digits, the signs inside and before numbers, comparisons, per
 * cent and currency.
 *
 * Numbers agree only as they are written: `1,250.00`, `1.250,00` and `1250.00` are three, for which sign parts the
 * decimals depends on the country, and a doubt is a no. Two numbers side by side never run into one.
 */
export function essence(text: string): string {
  return condense(text).text;
}

/** The essence of a text, and at which of its places a word or number goes on, so that no quote begins there. */
export function condense(text: string): { readonly text: string; readonly inner: readonly number[] } {
  let kept = '';
  const inner: number[] = [];
  for (const [run] of withSigns(text).toLowerCase().matchAll(KEPT)) {
    kept += gapBetween(kept, run);
    for (const { index } of run.matchAll(INNER)) inner.push(kept.length + index);
    kept += run;
  }
  return { text: kept, inner };
}

/** The words and numbers of a text as its essence has them, in the case in which they are written. */
export function essentialRuns(text: string): string[] {
  const signed = withSigns(text);
  return signed.match(COMMON.test(signed) ? KEPT_OF_COMMON : KEPT) ?? [];
}

/** The text with all its letters, hyphenation undone, and a mark for every sign that must agree. */
function withSigns(text: string): string {
  const plain = BEYOND_ASCII.test(text)
    ? text
        .replace(INVISIBLE, '')
        .replace(HYPHENATED, '')
        .replace(GROUPING, APART)
        .replace(RAISED, ' ')
        .normalize('NFKC')
    : text.replace(HYPHENATED, '');
  return plain
    .replace(/(?<=\d)[.,'’](?=\d)/gu, (sign) => SIGNS[sign] ?? sign)
    .replace(/(?<![\p{L}\p{N}])[-−–](?=[\d\p{Sc}])/gu, MINUS);
}

/** What stands between two essences that follow each other: a mark between two digits, else nothing. */
export function gapBetween(before: string, after: string): string {
  return /\p{N}$/u.test(before) && /^\p{N}/u.test(after) ? APART : '';
}
