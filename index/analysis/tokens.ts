import { dateForms, numberForms, phoneForms } from './number-forms.ts';

/** Longest token kept: longer runs are encoded data, not words. */
export const MAX_TOKEN = 64;

/** Letters or digits must not stand right before or after. */
const [BEGIN, END] = ['(?<![\\p{L}\\p{N}])', '(?![\\p{L}\\p{N}])'];
/** An account number as banks print it, in groups of four (ISO 13616). */
const IBAN = `${BEGIN}[A-Z]{2}\\d{2}(?: [A-Z0-9]{4}){3,7}(?: [A-Z0-9]{1,3})?${END}`;
const INTERNATIONAL = '\\+\\d{1,3}(?:[ ./-]?\\(?\\d{1,5}\\)?)(?:[ ./-]?\\d{2,8}){1,4}(?!\\d)';
/** An area code that begins with 0 and at least five further digits; never a date. */
const NATIONAL = `${BEGIN}(?!\\d{1,2}[-./]\\d{1,2}[-./]\\d{4})0\\d{1,4}[ /-](?=(?:[ .-]?\\d){5,10}(?!\\d))\\d+(?:[ .-]\\d+)*${END}`;
/** Names that end in signs: `C++`, `C#`. */
const SIGNED = `${BEGIN}\\p{L}(?:\\+\\+|#)(?![\\p{L}\\p{N}+#])`;
/** Names that begin with a full stop: `.NET`. */
const DOTTED = '(?<![\\p{L}\\p{N}._/@:-])\\.\\p{L}[\\p{L}\\p{N}]*';
/** A word, or an identifier whose parts are joined by punctuation that means something (`INV-2024-0113`, `4.2`). */
const PLAIN = "[\\p{L}\\p{N}]+(?:(?:[-._/@&'’:]|(?<=\\p{N}),(?=\\p{N}))[\\p{L}\\p{N}]+)*";
const WRITTEN = new RegExp(
  `(?<iban>${IBAN})|(?<phone>${INTERNATIONAL}|${NATIONAL})|(?<name>${SIGNED}|${DOTTED})|${PLAIN}`,
  'gu',
);

/** What may be a letter or a digit: past ASCII, all but the dashes and quotation marks of General Punctuation. */
const MAYBE = 'A-Za-z\\d\\u0080-\\u200f\\u2028-\\uffff';
/**
 * The next word of plain letters, and what stands before it and begins nothing. Most text is such words: they have
 * one part and no other form, so that none of the rest need be asked of them. A word that anything might join or
 * end otherwise is not among them, but for an apostrophe with a plain beginning behind it, which parts words anyhow.
 * What stands before is bounded, for a repetition without end of a choice overflows on a very long text.
 */
const PLAIN_WORD = new RegExp(
  `(?:[^${MAYBE}.+]|\\.(?![${MAYBE}])){0,20}([A-Z]*[a-z]+|[A-Z]+)(?![-._/@&:]?[${MAYBE}]|[+#]|['’](?=[${MAYBE}])(?![A-Za-z][a-z]))`,
  'y',
);

/** Runs of letters or of digits; a capital behind a small letter begins a new one (`TravelPolicy`). */
const PART = /[\p{Lu}\p{Lt}]*[^\P{L}\p{Lu}\p{Lt}]+|[\p{Lu}\p{Lt}]+|\p{N}+/gu;
/** A narrow or unbreakable space between digits parts thousands: `1 250 000`. */
const THIN = /(?<=(?<!\d)\d{1,3}(?:[\u00a0\u2009\u202f]\d{3})*)[\u00a0\u2009\u202f](?=\d{3}(?!\d))/g;
const BEYOND_ASCII = /[\u0080-\uffff]/;
/** That none is plain ASCII is said first, as it is found out faster. */
const MARKS = /(?![ -~])\p{M}+/gu;
/** Signs without width, and the hyphen that shows at the end of a line only. */
const INVISIBLE = /[\u00ad\u200b-\u200d\u2060\ufeff]/g;

export interface RawToken {
  /** Folded: lower case, no accents. */
  readonly text: string;
  /**
   * `word` may be stemmed; `joined` are words written as one with a hyphen or the like, without it, and may be
   * stemmed; `code` (has a digit) and `whole` (parts and what joins them) stand as they are.
   */
  readonly kind: 'word' | 'joined' | 'code' | 'whole';
  /** Piece, or another writing, of an identifier that is given whole as well. */
  readonly part: boolean;
}

/** Lower case without accents or compatibility forms: `Città` and `citta` are one word. */
export function fold(text: string): string {
  return withoutAccents(text).toLowerCase();
}

/** The same of a whole text, signs that do not show left out. */
export function foldedText(text: string): string {
  return fold(visible(text));
}

function visible(text: string): string {
  return text.replace(INVISIBLE, '');
}

function withoutAccents(text: string): string {
  return text.normalize('NFKD').replace(MARKS, '');
}

/**
 * Tokens of a text in order. An identifier gives itself whole and its parts, so that `INV-2024-0113` is found
 * by all of it and by `2024`; words joined by a hyphen give themselves without it and their parts (`carryover`,
 * `carry`, `over`). Numbers and dates are given in one form however they are written. An apostrophe only parts
 * words (`dell'anno`).
 */
export function rawTokens(text: string): RawToken[] {
  const tokens: RawToken[] = [];
  const plain = BEYOND_ASCII.test(text)
    ? withoutAccents(visible(text.replace(THIN, ''))).replaceAll('\u2010', '-')
    : text;
  for (let at = 0; ; ) {
    PLAIN_WORD.lastIndex = at;
    const word = PLAIN_WORD.exec(plain)?.[1];
    if (word !== undefined) {
      push(tokens, word.toLowerCase(), 'word', false);
      at = PLAIN_WORD.lastIndex;
      continue;
    }
    WRITTEN.lastIndex = at;
    const other = WRITTEN.exec(plain);
    if (other === null) return tokens;
    pushWritten(tokens, other);
    at = WRITTEN.lastIndex;
  }
}

function pushWritten(tokens: RawToken[], { 0: written, groups }: RegExpExecArray): void {
  if (groups?.['iban'] !== undefined) pushAccount(tokens, written);
  else if (groups?.['phone'] !== undefined) pushForms(tokens, written, phoneForms(written));
  else if (groups?.['name'] !== undefined) pushName(tokens, written.toLowerCase());
  // Most numbers, and they have no other form.
  else if (/^\d+$/.test(written)) push(tokens, written, 'code', false);
  else if (/^\d/.test(written)) pushNumber(tokens, written);
  else pushWords(tokens, written);
}

function pushNumber(tokens: RawToken[], written: string): void {
  const number = numberForms(written);
  if (number !== null) {
    const [whole = written, ...others] = number;
    push(tokens, whole, 'code', false);
    for (const other of others) push(tokens, other, 'code', true);
    return;
  }
  const dates = dateForms(written);
  if (dates.length > 0) pushForms(tokens, written, dates);
  else pushWords(tokens, written);
}

function pushWords(tokens: RawToken[], written: string): void {
  for (const piece of written.split(/['’]/)) pushPiece(tokens, piece);
}

function pushPiece(tokens: RawToken[], written: string): void {
  const parts = partsOf(written);
  const joined = /[^\p{L}\p{N}]/u.test(written);
  const whole = joined || parts.length > 1;
  if (whole) push(tokens, wholeForm(written), wholeKind(written, joined), false);
  const [, version] = /^v(\d+(?:\.\d+)+)$/iu.exec(written) ?? [];
  if (version !== undefined) push(tokens, version, 'whole', true);
  // `Annex-MX450`: between the whole and its smallest parts stands `mx450`.
  if (joined) pushParts(tokens, runsOf(written), true);
  pushParts(tokens, parts, whole);
}

function wholeKind(written: string, joined: boolean): RawToken['kind'] {
  if (/[\p{N}]/u.test(written)) return joined ? 'whole' : 'code';
  if (!joined) return 'word';
  return /[@&]/.test(written) ? 'whole' : 'joined';
}

/** An identifier however its parts are joined; between digits a joint stays, for `1-23` is not `12-3`. */
function wholeForm(written: string): string {
  const text = written.toLowerCase();
  if (text.includes('@')) return text;
  if (!/\p{N}/u.test(text)) return text.replace(/[-._/:]/g, '');
  return text
    .replace(/(?<=\p{L})[-_/](?=\p{N})|(?<=\p{N})[-_/](?=\p{L})/gu, '')
    .replace(/[-_/]/g, '-')
    .replaceAll(',', '.');
}

/** The forms of something written in digits and joints, then its parts. */
function pushForms(tokens: RawToken[], written: string, forms: readonly string[]): void {
  for (const [at, form] of forms.entries()) push(tokens, form, 'whole', at > 0);
  pushParts(tokens, partsOf(written), true);
}

function pushAccount(tokens: RawToken[], written: string): void {
  push(tokens, written.replaceAll(' ', '').toLowerCase(), 'code', false);
  for (const group of written.toLowerCase().split(' ')) push(tokens, group, 'code', true);
}

function pushName(tokens: RawToken[], name: string): void {
  push(tokens, name, 'whole', false);
  if (name.startsWith('.')) pushParts(tokens, [name.slice(1)], true);
}

function pushParts(tokens: RawToken[], parts: readonly string[], part: boolean): void {
  for (const text of parts) push(tokens, text, /\p{N}/u.test(text) ? 'code' : 'word', part);
}

/** Stretches between joints that themselves have parts. */
function runsOf(written: string): string[] {
  const runs = written.match(/[\p{L}\p{N}]+/gu) ?? [];
  return runs.filter((run) => partsOf(run).length > 1).map((run) => run.toLowerCase());
}

function partsOf(written: string): string[] {
  return (written.match(PART) ?? []).map((part) => part.toLowerCase());
}

function push(tokens: RawToken[], text: string, kind: RawToken['kind'], part: boolean): void {
  if (text.length > 0 && text.length <= MAX_TOKEN) tokens.push({ text, kind, part });
}
