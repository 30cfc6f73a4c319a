import { type DecodedText, decodeText } from './decode.ts';
import { headOf } from './tidy.ts';

/** A byte of this kind continues a character of UTF-8 (RFC 3629, section 3). */
const CONTINUES = 0x80;
const CONTINUES_MASK = 0xc0;
/** Characters of UTF-16 and UTF-32 have two or four bytes. */
const WIDE_BYTES = 4;
const SAMPLE_BYTES = 64 * 1024;

/**
 * The text of a file of text, as far as it can matter under the limit; `cut` tells whether there is more.
 *
 * Only that much is decoded: as characters a file takes twice its bytes or more, and a log of hundreds of megabytes
 * would not fit into a parse child.
 */
export function readHead(
  bytes: Uint8Array,
  maxCharacters: number,
): Pick<DecodedText, 'text' | 'warnings'> & { readonly cut: boolean } {
  const end = endOfHead(bytes, maxCharacters);
  const decoded = decodeText(bytes.subarray(0, end));
  const { text, cut } = headOf(decoded.text, maxCharacters);
  return { text, warnings: decoded.warnings, cut: cut || end < bytes.length };
}

/** A byte between two characters behind which nothing can matter: more than twice `maxCharacters` stand before it. */
function endOfHead(bytes: Uint8Array, maxCharacters: number): number {
  const reach = maxCharacters * 2 + 1;
  if (bytes.length <= reach) return bytes.length;
  const { encoding } = decodeText(bytes.subarray(0, SAMPLE_BYTES));
  if (/^utf-(16|32)/.test(encoding)) return Math.min(bytes.length, reach * WIDE_BYTES);
  let characters = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    if (((bytes[at] ?? 0) & CONTINUES_MASK) === CONTINUES) continue;
    if (characters === reach) return at;
    characters += 1;
  }
  return bytes.length;
}
