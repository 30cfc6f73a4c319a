import type { Parser } from '../parser.ts';
import { archiveDocument, type Member } from './members.ts';

const BLOCK = 512;
/** More members than this are an attack or a backup; what comes later is named as a whole. */
const MAX_MEMBERS = 10_000;
/** A path in a pax header or a GNU long name; longer ones are an attack. */
const MAX_LONG_NAME = 64 * 1024;

/** Tar archives: POSIX ustar and pax, and GNU's long names. */
export const parseTar: Parser = async (input) => {
  const { members, isCut } = readTar(input.bytes);
  if (members.length === 0 && isCut) {
    return { ok: false, reason: 'corrupt', detail: 'the tar archive is damaged at its beginning' };
  }
  const detail = 'the tar archive is cut off or damaged: what comes later is not read';
  return archiveDocument(members, input, isCut ? [{ code: 'part-skipped', detail }] : []);
};

/** True when the bytes begin with a header whose checksum is right: text may hold the five letters by chance. */
export function isTar(bytes: Uint8Array): boolean {
  return bytes.length >= BLOCK && isHeader(bytes.subarray(0, BLOCK));
}

/** The members of a tar archive in stored order; `isCut` when it ends before its end. */
export function readTar(bytes: Uint8Array): { readonly members: readonly Member[]; readonly isCut: boolean } {
  const members: Member[] = [];
  let next: { path?: string; size?: number } = {};
  for (let at = 0; at + BLOCK <= bytes.length; ) {
    const header = bytes.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) return { members, isCut: false };
    if (!isHeader(header) || members.length >= MAX_MEMBERS) return { members, isCut: true };
    const kind = String.fromCharCode(header[156] ?? 0);
    const size = kind === '5' ? 0 : (next.size ?? numberAt(header, 124, 12));
    const start = at + BLOCK;
    const data = bytes.subarray(start, start + size);
    if (data.length < size) return { members, isCut: true };
    at = start + Math.ceil(size / BLOCK) * BLOCK;
    if (kind === 'x' || kind === 'g' || kind === 'L' || kind === 'K') {
      if (data.length <= MAX_LONG_NAME) next = { ...next, ...announced(kind, data) };
      continue;
    }
    const path = (next.path ?? pathOf(header)).replaceAll('\\', '/');
    next = {};
    if (kind === '5' || path.endsWith('/')) continue;
    members.push(toMember(path.replace(/^(\.\/)+/, ''), kind, data));
  }
  return { members, isCut: bytes.length % BLOCK !== 0 };
}

function toMember(path: string, kind: string, data: Uint8Array): Member {
  const isFile = kind === '0' || kind === '\0' || kind === '7';
  const isLink = kind === '1' || kind === '2';
  const closed = isFile ? null : isLink ? 'a link: not followed' : 'not a regular file: not opened';
  return { path, packed: data.length, unpacked: data.length, closed, unpack: () => data };
}

/** What an extended header says of the member after it. */
function announced(kind: string, data: Uint8Array): { path?: string; size?: number } {
  const text = Buffer.from(data).toString('utf8');
  if (kind === 'L') return { path: text.replace(/\0.*$/s, '') };
  if (kind !== 'x') return {};
  const path = /(?:^|\n)\d+ path=([^\n]*)\n/.exec(text)?.[1];
  const size = /(?:^|\n)\d+ size=(\d{1,15})\n/.exec(text)?.[1];
  return { ...(path === undefined ? {} : { path }), ...(size === undefined ? {} : { size: Number(size) }) };
}

function pathOf(header: Uint8Array): string {
  const name = textAt(header, 0, 100);
  const isPosix = textAt(header, 257, 6) === 'ustar' && header[262] === 0;
  const prefix = isPosix ? textAt(header, 345, 155) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** POSIX.1-1988 ustar: the sum of the header's bytes with its own field as spaces. */
function isHeader(header: Uint8Array): boolean {
  let sum = 0;
  header.forEach((byte, i) => {
    sum += i >= 148 && i < 156 ? 32 : byte;
  });
  return sum === numberAt(header, 148, 8);
}

function textAt(header: Uint8Array, at: number, length: number): string {
  return Buffer.from(header.subarray(at, at + length))
    .toString('utf8')
    .replace(/\0.*$/s, '');
}

/** Octal digits, or GNU's base 256 where the first bit is set. */
function numberAt(header: Uint8Array, at: number, length: number): number {
  if ((header[at] ?? 0) & 0x80) {
    return header.subarray(at + 1, at + length).reduce((sum, byte) => sum * 256 + byte, 0);
  }
  const digits = /[0-7]+/.exec(textAt(header, at, length))?.[0];
  return digits === undefined ? -1 : Number.parseInt(digits, 8);
}
