import type { Parser } from '../parser.ts';

const HEADER_BYTES = 32;
/** Identifier of the AES-256 coder in the list of coders (7-Zip's Methods.txt). */
const AES = Buffer.from([0x06, 0xf1, 0x07, 0x01]);

/** 7z archives are named, and a protected one told from others by the coders its end header lists. */
export const parseSevenZip: Parser = async ({ bytes }) => {
  if (bytes.length < HEADER_BYTES) {
    return { ok: false, reason: 'corrupt', detail: 'the 7z archive is cut off' };
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = HEADER_BYTES + Number(view.getBigUint64(12, true));
  const size = Number(view.getBigUint64(20, true));
  if (start + size > bytes.length) {
    return { ok: false, reason: 'corrupt', detail: 'the 7z archive is cut off: it has no directory' };
  }
  if (Buffer.from(bytes.subarray(start, start + size)).includes(AES)) {
    return { ok: false, reason: 'encrypted', detail: 'the 7z archive is protected by a password' };
  }
  const detail = 'a 7z archive: it is listed, its members are not read; a zip archive of them would be';
  return { ok: false, reason: 'unsupported', detail };
};
