import type { Parser, ParserResult } from '../parser.ts';
import { archiveDocument, LOCKED, type Member } from './members.ts';

const CLOSED = 'unsupported, its compression is not read here';
/** A header longer than this is an attack. */
const MAX_HEADER = 2 * 1024 * 1024;
const MARKER_4 = 7;
const MARKER_5 = 8;
const MAX_MEMBERS = 10_000;

/**
 * RAR archives, both layouts (RAR technical notes 4 and 5): their members are named and never opened, for the
 * packing is not free to implement. Protected ones are refused as encrypted.
 */
export const parseRar: Parser = async (input): Promise<ParserResult> => {
  const members = input.bytes[6] === 1 ? readRar5(input.bytes) : readRar4(input.bytes);
  const isLocked =
    members === 'locked' || (members.length > 0 && members.every(({ closed }) => closed === LOCKED));
  if (isLocked) return { ok: false, reason: 'encrypted', detail: 'the archive is protected by a password' };
  return archiveDocument(members, input);
};

const named = (path: string, packed: number, isLocked: boolean): Member => ({
  path: path.replaceAll('\\', '/'),
  packed,
  unpacked: 0,
  closed: isLocked ? LOCKED : CLOSED,
  unpack: () => CLOSED,
});

function readRar4(bytes: Uint8Array): Member[] | 'locked' {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const members: Member[] = [];
  for (let at = MARKER_4; at + 7 <= bytes.length && members.length < MAX_MEMBERS; ) {
    const kind = view.getUint8(at + 2);
    const flags = view.getUint16(at + 3, true);
    const size = view.getUint16(at + 5, true);
    if (size < 7) break;
    const hasData = (flags & 0x8000) !== 0 || kind === 0x74;
    const packed = hasData && at + 11 <= bytes.length ? view.getUint32(at + 7, true) : 0;
    if (kind === 0x73 && (flags & 0x80) !== 0) return 'locked';
    if (kind === 0x74 && at + 32 <= bytes.length && (flags & 0xe0) !== 0xe0) {
      const nameAt = at + 32 + ((flags & 0x100) !== 0 ? 8 : 0);
      const raw = Buffer.from(bytes.subarray(nameAt, nameAt + view.getUint16(at + 26, true)));
      const end = raw.indexOf(0);
      members.push(named(raw.toString('utf8', 0, end === -1 ? raw.length : end), packed, (flags & 4) !== 0));
    }
    at += size + packed;
  }
  return members;
}

function readRar5(bytes: Uint8Array): Member[] | 'locked' {
  const members: Member[] = [];
  for (let at = MARKER_5; at + 7 <= bytes.length && members.length < MAX_MEMBERS; ) {
    const reader = new Numbers(bytes, at + 4);
    const size = reader.next();
    const end = reader.at + size;
    if (size === 0 || size > MAX_HEADER) break;
    const kind = reader.next();
    const flags = reader.next();
    const extra = (flags & 1) !== 0 ? reader.next() : 0;
    const packed = (flags & 2) !== 0 ? reader.next() : 0;
    if (kind === 4) return 'locked';
    if (kind === 2) {
      const member = readFile5(reader, bytes, { packed, extraAt: end - extra, end });
      if (member !== null) members.push(member);
    }
    at = end + packed;
  }
  return members;
}

function readFile5(
  reader: Numbers,
  bytes: Uint8Array,
  { packed, extraAt, end }: { readonly packed: number; readonly extraAt: number; readonly end: number },
): Member | null {
  const flags = reader.next();
  reader.next();
  reader.next();
  reader.at += ((flags & 2) !== 0 ? 4 : 0) + ((flags & 4) !== 0 ? 4 : 0);
  reader.next();
  reader.next();
  const length = reader.next();
  const path = Buffer.from(bytes.subarray(reader.at, reader.at + length)).toString('utf8');
  if ((flags & 1) !== 0) return null;
  let isLocked = false;
  const extra = new Numbers(bytes, extraAt);
  while (extra.at < end) {
    const size = extra.next();
    const next = extra.at + size;
    if (size === 0) break;
    // Record type 1 is the encryption of the file.
    if (extra.next() === 1) isLocked = true;
    extra.at = next;
  }
  return named(path, packed, isLocked);
}

/** Numbers of variable length: seven bits a byte, the lowest first. */
class Numbers {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  next(): number {
    let value = 0;
    for (let i = 0; i < 8; i++) {
      const byte = this.#bytes[this.at++] ?? 0;
      value += (byte & 0x7f) * 2 ** (7 * i);
      if ((byte & 0x80) === 0) break;
    }
    return value;
  }
}
