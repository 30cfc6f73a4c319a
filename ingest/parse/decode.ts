import { isUtf8 } from 'node:buffer';
import { analyse, type Match } from 'chardet';
import iconv from 'iconv-lite';
import type { Warning } from '../document.ts';

/** Text of unknown encoding, decoded; `guessed` when nothing in the bytes proves the encoding. */
export interface DecodedText {
  readonly text: string;
  readonly encoding: string;
  readonly warnings: readonly Warning[];
}

/** Bytes looked at to tell text from binary and to guess an encoding: enough for statistics, quick on any size. */
const SAMPLE_BYTES = 64 * 1024;
/** Latin text in UTF-16 has a zero in nearly every second byte; 0.3 leaves room for other scripts mixed in. */
const UTF16_ZERO_SHARE = 0.3;
/** Below this a guess of chardet is worth less than the most common legacy encoding of office files. */
const MIN_CONFIDENCE = 25;
const LEGACY_DEFAULT = 'windows-1252';
/** A UTF-8 file may have a few broken sequences (a cut log line, a pasted byte); more is another encoding. */
const MAX_BROKEN_SHARE = 0.1;
/** Control characters other than tab, line ends, form feed and escape, as a share of all, that text may have. */
const MAX_CONTROL_SHARE = 0.005;

const DENSE_SHARE = 0.25;
const LATIN = /^(windows-125[02478]|ISO-8859-(1|2|9|15))$/i;
const EAST_ASIAN = new Set(['Shift_JIS', 'EUC-JP', 'GB18030', 'Big5', 'EUC-KR']);

/** What chardet calls by its standard name but the field writes in Microsoft's superset. */
const SUPERSETS: Readonly<Record<string, string>> = {
  'ISO-8859-1': 'windows-1252',
  'ISO-8859-9': 'windows-1254',
  Shift_JIS: 'cp932',
  GB18030: 'gb18030',
  'EUC-KR': 'cp949',
};

/** True when the bytes can be text: the encoding is proven, or there are next to no control bytes. */
export function isText(bytes: Uint8Array): boolean {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const wide = wideEncoding(sample);
  if (wide !== null) return controlShare(iconv.decode(evenBytes(sample), wide)) <= MAX_CONTROL_SHARE;
  return !sample.includes(0) && controlShare(latin(sample)) <= MAX_CONTROL_SHARE;
}

/** True when the bytes are valid UTF-8 (or begin with a byte-order mark): proven text, whatever it resembles. */
export function isProvenText(bytes: Uint8Array): boolean {
  if (!isText(bytes)) return false;
  return wideEncoding(bytes.subarray(0, SAMPLE_BYTES)) !== null || isUtf8(bytes);
}

/**
 * Decodes by byte-order mark, UTF-16 zeros, UTF-8 validity, then `declared` (a charset the format itself
 * names), then statistics. Only the last is a guess and says so.
 */
export function decodeText(bytes: Uint8Array, declared: string | null = null): DecodedText {
  const wide = wideEncoding(bytes.subarray(0, SAMPLE_BYTES));
  if (wide !== null) return proven(iconv.decode(evenBytes(bytes), wide), wide);
  const strict = utf8(bytes);
  if (strict !== null) return proven(strict, 'utf-8');
  if (declared !== null && iconv.encodingExists(declared) && !/^utf-?(8|16|32)/i.test(declared)) {
    return proven(iconv.decode(Buffer.from(bytes), declared), declared);
  }
  return brokenUtf8(bytes) ?? guess(bytes);
}

function proven(text: string, encoding: string): DecodedText {
  return { text: text.replace(/^\uFEFF/, ''), encoding, warnings: [] };
}

function guess(bytes: Uint8Array): DecodedText {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const matches = analyse(sample).filter(({ name }) => iconv.encodingExists(name) && !/^UTF/.test(name));
  const found = isDense(sample) ? guessDense(matches, sample) : matches.find(isSure);
  const encoding = found ? (SUPERSETS[found.name] ?? found.name) : LEGACY_DEFAULT;
  return {
    text: iconv.decode(Buffer.from(bytes), encoding),
    encoding,
    warnings: [{ code: 'encoding-guessed', detail: `read as ${encoding}: the file does not say` }],
  };
}

const isSure = (match: Match): boolean => match.confidence >= MIN_CONFIDENCE;

/** Too few words for statistics: then the East Asian encoding in which every byte pair is a character. */
function guessDense(matches: readonly Match[], sample: Uint8Array): Match | undefined {
  const other = matches.filter((match) => !LATIN.test(match.name));
  return other.find(isSure) ?? other.find((match) => isStrictly(sample, match.name));
}

/** Latin text has a few bytes beyond ASCII; Chinese, Japanese and Korean are mostly made of them. */
function isDense(sample: Uint8Array): boolean {
  return sample.filter((byte) => byte > 127).length > sample.length * DENSE_SHARE;
}

function isStrictly(sample: Uint8Array, encoding: string): boolean {
  if (!EAST_ASIAN.has(encoding)) return false;
  try {
    new TextDecoder(encoding, { fatal: true }).decode(sample, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function brokenUtf8(bytes: Uint8Array): DecodedText | null {
  const text = Buffer.from(bytes).toString('utf8');
  let broken = 0;
  let beyondAscii = 0;
  for (const char of text) {
    if (char === '\uFFFD') broken++;
    else if (char > '\u007f') beyondAscii++;
  }
  if (broken > beyondAscii * MAX_BROKEN_SHARE) return null;
  const detail = `${broken} damaged characters in otherwise valid UTF-8 were left out`;
  return { text: text.replaceAll('\uFFFD', ''), encoding: 'utf-8', warnings: [{ code: 'repaired', detail }] };
}

function utf8(bytes: Uint8Array): string | null {
  return isUtf8(bytes) ? new TextDecoder('utf-8').decode(bytes) : null;
}

/** UTF-16 or UTF-32 by byte-order mark, or UTF-16 by where its zeros stand; null for anything else. */
function wideEncoding(sample: Uint8Array): string | null {
  const [a, b, c, d] = sample;
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 && sample.length >= 4 ? 'utf-32le' : 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return 'utf-32be';
  if (sample.length < 4) return null;
  const zeros = [0, 0];
  for (let i = 0; i + 1 < sample.length; i += 2) {
    if (sample[i] === 0) zeros[0] = (zeros[0] ?? 0) + 1;
    if (sample[i + 1] === 0) zeros[1] = (zeros[1] ?? 0) + 1;
  }
  const pairs = Math.floor(sample.length / 2);
  const [even = 0, odd = 0] = zeros;
  if (odd > pairs * UTF16_ZERO_SHARE && even === 0) return 'utf-16le';
  if (even > pairs * UTF16_ZERO_SHARE && odd === 0) return 'utf-16be';
  return null;
}

const evenBytes = (bytes: Uint8Array): Buffer => Buffer.from(bytes.subarray(0, bytes.length & ~1));
const latin = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

function controlShare(text: string): number {
  if (text.length === 0) return 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is counted
  const controls = text.match(/[\u0000-\u0006\u000e-\u001a\u001c-\u001f\ufffe\uffff]/g);
  return (controls?.length ?? 0) / text.length;
}
