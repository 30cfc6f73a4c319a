import { crc32, inflateRawSync } from 'node:zlib';
import { zipSync } from 'fflate';
import iconv from 'iconv-lite';
import type { QuarantineReason, Warning } from '../document.ts';
import { decodeText } from './decode.ts';

/**
 * Zip containers (OOXML, ODF), read by us before any library sees them: only the parts a parser wants are
 * unpacked, under a hard byte limit, and handed on in a fresh uncompressed archive. So a bomb, a lying size
 * field, an encrypted entry or a macro never reaches a library, and pictures cost nothing.
 */
export interface ZipEntry {
  /** Path inside the archive with forward slashes and no leading one. */
  readonly name: string;
  readonly method: number;
  readonly encrypted: boolean;
  readonly packedSize: number;
  readonly size: number;
  readonly crc: number;
  readonly offset: number;
}

type ZipTrouble = { readonly ok: false; readonly reason: QuarantineReason; readonly detail: string };
export type ZipOpening = { readonly ok: true; readonly entries: readonly ZipEntry[] } | ZipTrouble;
export type ZipParts =
  | {
      readonly ok: true;
      readonly parts: ReadonlyMap<string, Uint8Array>;
      readonly warnings: readonly Warning[];
    }
  | ZipTrouble;

/** Office files have tens to a few hundred entries; more is an attack. */
const MAX_OFFICE_ENTRIES = 10_000;
/** Archives of whole folders have tens of thousands; each of them is named, so there is an end. */
const MAX_ENTRIES = 100_000;
/** XML that unpacks to more than this cannot be parsed inside a capped child anyway. */
const MAX_UNPACKED_BYTES = 200 * 1024 * 1024;
/** Repetitive spreadsheets reach about 100; deflate's own ceiling is 1,032. */
const MAX_RATIO = 300;
/** Below this the ratio says nothing: a small file may be very repetitive. */
const RATIO_FROM_BYTES = 20 * 1024 * 1024;

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_OF_DIRECTORY = 0x06054b50;
const ZIP64_END_OF_DIRECTORY = 0x06064b50;
const ZIP64_LOCATOR = 0x07064b50;
const LOCAL_HEADER_BYTES = 30;
const CENTRAL_HEADER_BYTES = 46;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
const ZIP64_MARK = 0xffffffff;
const STORED = 0;
const DEFLATED = 8;

const corrupt = (detail: string): ZipTrouble => ({ ok: false, reason: 'corrupt', detail });

/** Reads the central directory only; nothing is unpacked. */
export function openZip(bytes: Uint8Array): ZipOpening {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  if (end === -1) return corrupt('the zip container is cut off: it has no directory');
  const directory = locateDirectory(view, end);
  if (directory.count > MAX_ENTRIES) return tooMany(directory.count, MAX_ENTRIES);
  const entries: ZipEntry[] = [];
  let at = directory.start;
  for (let i = 0; i < directory.count; i++) {
    if (at < 0 || at + CENTRAL_HEADER_BYTES > bytes.length || view.getUint32(at, true) !== CENTRAL_HEADER) {
      return corrupt('the directory of the zip container is damaged');
    }
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const nameAt = at + CENTRAL_HEADER_BYTES;
    entries.push(readEntry(bytes, view, at, nameAt, nameLength, extraLength, directory.shift));
    at = nameAt + nameLength + extraLength + view.getUint16(at + 32, true);
  }
  return { ok: true, entries };
}

/**
 * Unpacks the wanted parts. A damaged part is left out with a warning (the rest of the file is often whole);
 * an encrypted one or a bomb refuses the file.
 */
export function unpackParts(bytes: Uint8Array, wanted: (name: string) => boolean): ZipParts {
  const opening = openZip(bytes);
  if (!opening.ok) return opening;
  const { length } = opening.entries;
  if (length > MAX_OFFICE_ENTRIES) return tooMany(length, MAX_OFFICE_ENTRIES);
  const entries = opening.entries.filter((entry) => wanted(entry.name) && !entry.name.endsWith('/'));
  const guard = checkSizes(entries);
  if (guard) return guard;
  const parts = new Map<string, Uint8Array>();
  const warnings: Warning[] = [];
  let left = MAX_UNPACKED_BYTES;
  for (const entry of entries) {
    const data = unpackEntry(bytes, entry, left);
    if (data === 'too-large') return tooLarge();
    if (data === null) {
      warnings.push({ code: 'part-skipped', detail: `${entry.name} inside the file is damaged` });
      continue;
    }
    if (crc32(data) !== entry.crc) {
      warnings.push({ code: 'repaired', detail: `${entry.name} inside the file fails its checksum` });
    }
    left -= data.length;
    parts.set(entry.name, data);
  }
  return { ok: true, parts, warnings };
}

/** One small part as text, or null when it is absent or damaged. For sniffing types. */
export function readSmallPart(bytes: Uint8Array, entries: readonly ZipEntry[], name: string): string | null {
  const entry = entries.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  if (!entry || entry.encrypted) return null;
  const data = unpackEntry(bytes, entry, 4 * 1024 * 1024);
  return data === null || data === 'too-large' ? null : Buffer.from(data).toString('utf8');
}

/** Packs parts without compression, for libraries that insist on a zip. */
export function repack(parts: ReadonlyMap<string, Uint8Array>): Uint8Array {
  return zipSync(Object.fromEntries(parts), { level: 0 });
}

function checkSizes(entries: readonly ZipEntry[]): ZipTrouble | null {
  if (entries.some((entry) => entry.encrypted)) {
    return { ok: false, reason: 'encrypted', detail: 'the zip container is protected by a password' };
  }
  const size = entries.reduce((sum, entry) => sum + entry.size, 0);
  const packed = entries.reduce((sum, entry) => sum + entry.packedSize, 0);
  const absurd = size > RATIO_FROM_BYTES && size > packed * MAX_RATIO;
  return size > MAX_UNPACKED_BYTES || absurd ? tooLarge(size) : null;
}

function tooMany(count: number, most: number): ZipTrouble {
  const detail = `it declares ${count} files inside, over the limit of ${most}: make several archives of it`;
  return { ok: false, reason: 'too-large', detail };
}

function tooLarge(size?: number): ZipTrouble {
  const what = size === undefined ? 'more than it declares' : `${Math.round(size / 1024 / 1024)} MB`;
  return {
    ok: false,
    reason: 'too-large',
    detail: `the file would unpack to ${what}: refused as a zip bomb`,
  };
}

/** One entry, at most `limit` bytes of it; null when it is damaged or packed by a method not known here. */
export function unpackEntry(
  bytes: Uint8Array,
  entry: ZipEntry,
  limit: number,
): Uint8Array | null | 'too-large' {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = entry.offset;
  if (at < 0 || at + LOCAL_HEADER_BYTES > bytes.length || view.getUint32(at, true) !== LOCAL_HEADER)
    return null;
  const start = at + LOCAL_HEADER_BYTES + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
  const packed = bytes.subarray(start, start + entry.packedSize);
  if (entry.method === STORED) return packed.length > limit ? 'too-large' : packed;
  if (entry.method !== DEFLATED) return null;
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, limit) });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    return code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : null;
  }
}

function findEnd(view: DataView): number {
  const last = view.byteLength - END_BYTES;
  for (let at = last; at >= Math.max(0, last - MAX_COMMENT_BYTES); at--) {
    if (view.getUint32(at, true) === END_OF_DIRECTORY) return at;
  }
  return -1;
}

/** `shift` is what bytes put before the archive add to every offset in it. */
function locateDirectory(view: DataView, end: number): { start: number; count: number; shift: number } {
  const count = view.getUint16(end + 10, true);
  const size = view.getUint32(end + 12, true);
  const offset = view.getUint32(end + 16, true);
  const locator = end - 20;
  if (locator >= 0 && view.getUint32(locator, true) === ZIP64_LOCATOR) {
    const at = Number(view.getBigUint64(locator + 8, true));
    if (at >= 0 && at + 56 <= view.byteLength && view.getUint32(at, true) === ZIP64_END_OF_DIRECTORY) {
      const start = Number(view.getBigUint64(at + 48, true));
      return { start, count: Number(view.getBigUint64(at + 32, true)), shift: 0 };
    }
  }
  const shift = Math.max(0, end - size - offset);
  return { start: offset + shift, count, shift };
}

function readEntry(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  nameAt: number,
  nameLength: number,
  extraLength: number,
  shift: number,
): ZipEntry {
  const name = entryName(bytes.subarray(nameAt, nameAt + nameLength));
  const sizes = {
    size: view.getUint32(at + 24, true),
    packedSize: view.getUint32(at + 20, true),
    offset: view.getUint32(at + 42, true),
  };
  const long = readZip64(view, nameAt + nameLength, extraLength, sizes);
  return {
    name: name.replaceAll('\\', '/').replace(/^\/+/, ''),
    method: view.getUint16(at + 10, true),
    encrypted: (view.getUint16(at + 8, true) & 1) === 1,
    packedSize: long.packedSize,
    size: long.size,
    crc: view.getUint32(at + 16, true),
    offset: long.offset + shift,
  };
}

/** Names are UTF-8 (with or without the flag that says so), plainly East Asian, or in the code page of old DOS. */
function entryName(raw: Uint8Array): string {
  const { text, encoding, warnings } = decodeText(raw);
  if (warnings.length === 0) return text;
  return /^(cp9\d\d|gb18030|big5|euc-)/i.test(encoding) ? text : iconv.decode(Buffer.from(raw), 'cp437');
}

/** The zip64 extra field holds, in this order, only those of the three that did not fit in 32 bits. */
function readZip64(
  view: DataView,
  start: number,
  length: number,
  sizes: { size: number; packedSize: number; offset: number },
): { size: number; packedSize: number; offset: number } {
  if (![sizes.size, sizes.packedSize, sizes.offset].includes(ZIP64_MARK)) return sizes;
  const end = Math.min(start + length, view.byteLength);
  for (let at = start; at + 4 <= end; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    const fieldEnd = Math.min(at + 4 + view.getUint16(at + 2, true), end);
    let next = at + 4;
    const take = (value: number): number => {
      if (value !== ZIP64_MARK || next + 8 > fieldEnd) return value;
      next += 8;
      return Number(view.getBigUint64(next - 8, true));
    };
    return { size: take(sizes.size), packedSize: take(sizes.packedSize), offset: take(sizes.offset) };
  }
  return sizes;
}
