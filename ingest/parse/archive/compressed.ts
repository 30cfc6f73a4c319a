import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { ParseInput, Parser } from '../parser.ts';
import { archiveDocument } from './members.ts';
import { isTar, parseTar } from './tar.ts';

/** RFC 1952: the member has a name of its own. */
const HAS_NAME = 0x08;
const NAME_AT = 10;

type Unpack = (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array;

/** gzip: a tar archive inside is opened as one, anything else is the one member. */
export const parseGzip: Parser = (input) => parseCompressed(input, gunzipSync, gzipName(input.bytes));

/** Zstandard, in the same way. */
export const parseZstd: Parser = (input) => parseCompressed(input, zstdDecompressSync, null);

async function parseCompressed(
  input: ParseInput,
  unpack: Unpack,
  stored: string | null,
): Promise<Awaited<ReturnType<Parser>>> {
  const { bytes, budget } = input;
  const name = stored ?? input.name.replace(/\.(gz|gzip|zst|zstd)$/i, '').replace(/\.(tgz|tzst)$/i, '.tar');
  let data: Uint8Array;
  try {
    data = unpack(bytes, { maxOutputLength: Math.max(1, budget.nextBytes) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      return { ok: false, reason: 'too-large', detail: 'it unpacks to more than one file may' };
    }
    return { ok: false, reason: 'corrupt', detail: 'the compressed data is damaged or cut off' };
  }
  const trouble = budget.refusal({ packed: bytes.length, unpacked: data.length });
  if (trouble !== null) return { ok: false, reason: 'too-large', detail: trouble };
  if (isTar(data)) {
    budget.take(data.length);
    return parseTar({ ...input, bytes: data });
  }
  const sizes = { packed: bytes.length, unpacked: data.length };
  return archiveDocument([{ path: name, ...sizes, closed: null, unpack: () => data }], input);
}

function gzipName(bytes: Uint8Array): string | null {
  if (((bytes[3] ?? 0) & HAS_NAME) === 0 || ((bytes[3] ?? 0) & 0x04) !== 0) return null;
  const end = bytes.indexOf(0, NAME_AT);
  if (end <= NAME_AT || end > NAME_AT + 1024) return null;
  // The name is Latin-1 by the letter of the standard and a bare file name by its sense.
  return (
    Buffer.from(bytes.subarray(NAME_AT, end))
      .toString('latin1')
      .replace(/^.*[\\/]/, '') || null
  );
}
