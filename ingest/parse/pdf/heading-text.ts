import { isBoilerplate } from './boilerplate.ts';

/** What the words of a line tell about whether it is a heading, apart from their look. */

/** Longer text is a paragraph, whatever its look. */
export const MAX_HEADING_LENGTH = 140;
const MIN_LETTERS = 3;
const MIN_LETTER_SHARE = 0.4;
/** More words than this, many of them in lower case, are running text. */
const MAX_RUNNING_WORDS = 12;
const MAX_NUMBERED_WORDS = 22;
const RUNNING_SHARE = 0.5;
/** A line of more words that begins in lower case goes on from another. */
const MAX_SMALL_WORDS = 6;
/** "6. Deferrals. The holder may make": a heading that its paragraph goes on from. */
const MAX_RUN_IN_WORDS = 8;
const RUN_IN = /\p{Ll}{3}\.\s+\p{Lu}\p{Ll}*\s(?:.*\s)?\p{Ll}/u;
/** Words of fewer letters are articles and prepositions, which titles in capitals write small. */
const CONTENT_WORD = /\p{L}{5,}/gu;

export const NUMBERING =
  /^(?:(?:section|article|clause|chapter|appendix|annex|sezione|articolo|capitolo|allegato|abschnitt|kapitel)\s+)?(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+(?=\p{L})/iu;
const KEYWORD =
  /^(?:section|article|chapter|appendix|annex|exhibit|schedule|item|part|note|sezione|articolo|capitolo|allegato|parte|titolo|capo|nota)\s+(?:\d+(?:\.\d+)*[a-z]?|[ivx]+|[a-z])\b(?!['’])/i;
/** "IV. RESULTS", as journals set their sections. */
const ROMAN_CAPITALS = /^[IVX]{1,5}\.\s+[^\p{Ll}]+$/u;
const BULLET =
  /^[\u2022\u25cf\u25aa\u25ab\u25a0\u25e6\u2023\u2043\u27a2\u2713\u2714\uf0b7\uf0a7\uf0fc\uf0d8]/u;

/** A numbered line of body look must be short to be a heading: clauses of contracts are numbered too. */
const MAX_NUMBERED_LENGTH = 70;

/** Whether the number or its keyword alone can mark a line of body look as a heading. */
export function isNumbered(text: string): boolean {
  if (text.length > MAX_NUMBERED_LENGTH) return false;
  return NUMBERING.exec(text)?.[1]?.includes('.') === true || KEYWORD.test(text) || ROMAN_CAPITALS.test(text);
}

/** Whether a line begins with a number or a keyword and number, as headings and list items do. */
export function startsNumbered(text: string): boolean {
  return NUMBERING.test(text) || KEYWORD.test(text);
}

/** "ITEM 1." set apart from its words by a tab. */
export const LABEL =
  /^(?:section|article|chapter|item|part|note|sezione|articolo|capitolo|parte|titolo|capo|nota)\s+(?:\d+(?:\.\d+)*[a-z]?|[ivx]+)\s*[.:–—-]?$/i;

/** Whether one line, or the first line of several, can belong to a heading. */
export function couldBeHeadingLine(text: string): boolean {
  if (text.length > MAX_HEADING_LENGTH || text.includes(' | ')) return false;
  const letters = text.replace(/[^\p{L}]/gu, '').length;
  if (letters < MIN_LETTERS || letters < MIN_LETTER_SHARE * text.length) return false;
  if (/[,;]$/.test(text) || BULLET.test(text)) return false;
  return !/[^.]\.$/.test(text) || startsNumbered(text);
}

/** Whether the whole text, all its lines joined, reads like a heading: no sentence, no label, no form line. */
export function readsAsHeading(text: string): boolean {
  if (text.length > MAX_HEADING_LENGTH || isBoilerplate(text)) return false;
  if (/:$/.test(text) && /\p{Ll}/u.test(text)) return false;
  return !isRunningText(text);
}

function isRunningText(text: string): boolean {
  const words = text.split(' ').length;
  const limit = startsNumbered(text) ? MAX_NUMBERED_WORDS : MAX_RUNNING_WORDS;
  if (words > MAX_SMALL_WORDS && /^\p{Ll}/u.test(text)) return true;
  if (words > MAX_RUN_IN_WORDS && RUN_IN.test(text)) return true;
  if (words <= limit) return false;
  const content = text.match(CONTENT_WORD) ?? [];
  const small = content.filter((word) => /^\p{Ll}/u.test(word)).length;
  return small > RUNNING_SHARE * content.length;
}

/** A heading that a page repeats because its section goes on there: "2. Acquisitions (continued)". */
const CONTINUED =
  /[\s,–—-]*[([]?\s*(?:continued|cont['’.]?d?\.?|segue|continua(?:zione)?|fortsetzung|suite)\s*[)\]]?$/i;

/** The heading without "(continued)"; null where it does not say so. */
export function continuedHeading(text: string): string | null {
  const match = CONTINUED.exec(text);
  return match === null || match.index === 0 ? null : text.slice(0, match.index);
}
