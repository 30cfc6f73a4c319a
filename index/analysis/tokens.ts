/** Longest token kept: longer runs are encoded data, not words. */
const MAX_TOKEN = 64;

/** A word, or an identifier whose parts are joined by punctuation that means something (`INV-2024-0113`, `4.2`). */
const WORD = /[\p{L}\p{N}]+(?:[-._/@&'’:][\p{L}\p{N}]+)*/gu;
/** Runs of letters or of digits; a capital behind a small letter begins a new one (`TravelPolicy`). */
const PART = /[\p{Lu}\p{Lt}]*[^\P{L}\p{Lu}\p{Lt}]+|[\p{Lu}\p{Lt}]+|\p{N}+/gu;

export interface RawToken {
  /** Folded: lower case, no accents. */
  readonly text: string;
  /** `word` may be stemmed; `code` (has a digit) and `whole` (joined parts) stand as they are. */
  readonly kind: 'word' | 'code' | 'whole';
  /** Piece of an identifier that is given whole as well. */
  readonly part: boolean;
}

/** Lower case without accents or compatibility forms: `Città` and `citta` are one word. */
export function fold(text: string): string {
  return withoutAccents(text).toLowerCase();
}

function withoutAccents(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}+/gu, '');
}

/**
 * Tokens of a text in order. An identifier gives itself whole and its parts, so that `INV-2024-0113` is found
 * by all of it and by `2024`; words joined by a hyphen likewise. An apostrophe only parts words (`dell'anno`).
 */
export function rawTokens(text: string): RawToken[] {
  const tokens: RawToken[] = [];
  for (const [written] of withoutAccents(text).matchAll(WORD)) {
    const match = written.toLowerCase();
    const parts = (written.match(PART) ?? []).map((part) => part.toLowerCase());
    const joined = /[-._/@&:]/.test(match);
    const mixed = !joined && parts.length > 1 && !/['’]/.test(match);
    if (joined) push(tokens, oneNumber(match), 'whole', false);
    else if (mixed) push(tokens, match, /\p{N}/u.test(match) ? 'code' : 'word', false);
    for (const part of parts) push(tokens, part, /\p{N}/u.test(part) ? 'code' : 'word', joined || mixed);
  }
  return tokens;
}

function push(tokens: RawToken[], text: string, kind: RawToken['kind'], part: boolean): void {
  if (text.length <= MAX_TOKEN) tokens.push({ text, kind, part });
}

/** A number without thousands separators: `1.250.000` and `1250000` are one. */
function oneNumber(text: string): string {
  return /^\d{1,3}(\.\d{3})+$/.test(text) ? text.replaceAll('.', '') : text;
}
