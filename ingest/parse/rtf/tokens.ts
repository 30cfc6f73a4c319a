/** One token of RTF 1.9.1. `param` is null where the word has none. */
export type RtfToken =
  | { readonly kind: 'open' }
  | { readonly kind: 'close' }
  | { readonly kind: 'word'; readonly word: string; readonly param: number | null }
  | { readonly kind: 'byte'; readonly byte: number }
  | { readonly kind: 'text'; readonly text: string };

const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const MAX_WORD = 32;

const isLetter = (byte: number): boolean => (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;
/** Characters that stand for themselves behind a backslash, and control symbols that are a word of their own. */
const SYMBOLS: Readonly<Record<string, RtfToken>> = {
  '\\': { kind: 'text', text: '\\' },
  '{': { kind: 'text', text: '{' },
  '}': { kind: 'text', text: '}' },
  '~': { kind: 'text', text: '\u00a0' },
  _: { kind: 'text', text: '\u2011' },
  '-': { kind: 'text', text: '' },
  '*': { kind: 'word', word: '*', param: null },
  '\r': { kind: 'word', word: 'par', param: null },
  '\n': { kind: 'word', word: 'par', param: null },
};

/** Cuts RTF into tokens, one pass, never more than one ahead; `\bin` data is passed over. */
export function* rtfTokens(bytes: Uint8Array): Generator<RtfToken> {
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    if (byte === OPEN) yield { kind: 'open' };
    else if (byte === CLOSE) yield { kind: 'close' };
    else if (byte === BACKSLASH) {
      const { token, next } = control(bytes, at + 1);
      if (token !== null) yield token;
      at = next;
      continue;
    } else if (byte !== 0x0a && byte !== 0x0d && byte !== 0) {
      yield { kind: 'byte', byte };
    }
    at++;
  }
}

function control(bytes: Uint8Array, start: number): { token: RtfToken | null; next: number } {
  const first = bytes[start] ?? 0;
  if (first === 0x27) {
    const digits = Buffer.from(bytes.subarray(start + 1, start + 3)).toString('latin1');
    if (!/^[0-9a-f]{2}$/i.test(digits)) return { token: null, next: start + 1 };
    return { token: { kind: 'byte', byte: Number.parseInt(digits, 16) }, next: start + 3 };
  }
  if (!isLetter(first)) return { token: SYMBOLS[String.fromCharCode(first)] ?? null, next: start + 1 };
  let at = start;
  while (at < bytes.length && at - start < MAX_WORD && isLetter(bytes[at] ?? 0)) at++;
  const word = Buffer.from(bytes.subarray(start, at)).toString('latin1');
  const numberAt = at;
  if (bytes[at] === 0x2d) at++;
  while (at < bytes.length && at - numberAt < 11 && isDigit(bytes[at] ?? 0)) at++;
  const digits = Buffer.from(bytes.subarray(numberAt, at)).toString('latin1');
  const param = /\d/.test(digits) ? Number.parseInt(digits, 10) : null;
  // One space behind a word belongs to it.
  if (bytes[at] === 0x20) at++;
  if (word === 'bin') return { token: null, next: at + Math.max(0, param ?? 0) };
  return { token: { kind: 'word', word, param }, next: at };
}
