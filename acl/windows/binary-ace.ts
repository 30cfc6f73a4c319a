import { type AceKind, aceKind } from './ace-types.ts';
import type { WindowsAce } from './security-descriptor.ts';
import { readSidBytes, sidToBytes, UNKNOWN_SID } from './sid.ts';

/** [MS-DTYP] 2.4.4.1: type, flags, size of the whole entry, which is a multiple of four. */
const HEADER_BYTES = 4;
const MAX_ACE_BYTES = 0xfffc;
const MASK_BYTES = 4;
const GUID_BYTES = 16;
const OBJECT_TYPE_PRESENT = 0x1;
const INHERITED_OBJECT_TYPE_PRESENT = 0x2;

type AceResult =
  | { readonly ok: true; readonly ace: WindowsAce; readonly size: number }
  | { readonly ok: false; readonly error: string };

/** Reads the entry at `at` of a list that ends before `limit` ([MS-DTYP] 2.4.4). */
export function readAce(bytes: Uint8Array, at: number, limit: number): AceResult {
  if (at + HEADER_BYTES > limit) return { ok: false, error: 'lies outside its list' };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const type = view.getUint8(at);
  const flags = view.getUint8(at + 1);
  const size = view.getUint16(at + 2, true);
  if (size < HEADER_BYTES || size % 4 !== 0) return { ok: false, error: `a size of ${size} is not possible` };
  if (at + size > limit) return { ok: false, error: 'lies outside its list' };

  const kind = aceKind(type);
  // INVARIANT: from here on only this entry's own bytes are in reach.
  const body = bytes.subarray(at + HEADER_BYTES, at + size);
  const read = kind.layout === 'opaque' ? opaqueBody(body) : knownBody(body, kind);
  if (read === null) return { ok: false, error: 'too short for what its type holds' };
  return { ok: true, ace: { type, flags, conditional: kind.callback, ...read }, size };
}

type Body = Omit<WindowsAce, 'type' | 'flags' | 'conditional'>;

/** Nothing is known about the layout: it is kept whole, and who it means is unknown. */
function opaqueBody(body: Uint8Array): Body {
  return { mask: 0, sid: UNKNOWN_SID, ...dataOf(body) };
}

function knownBody(body: Uint8Array, kind: AceKind): Body | null {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  if (body.length < MASK_BYTES) return null;
  let at = MASK_BYTES;
  let guids: { objectType?: string; inheritedObjectType?: string } = {};
  if (kind.layout === 'object') {
    if (body.length < at + 4) return null;
    const present = view.getUint32(at, true);
    at += 4;
    const first = (present & OBJECT_TYPE_PRESENT) === 0 ? 0 : GUID_BYTES;
    const second = (present & INHERITED_OBJECT_TYPE_PRESENT) === 0 ? 0 : GUID_BYTES;
    if (body.length < at + first + second) return null;
    guids = {
      ...(first > 0 ? { objectType: readGuid(view, at) } : {}),
      ...(second > 0 ? { inheritedObjectType: readGuid(view, at + first) } : {}),
    };
    at += first + second;
  }
  const read = readSidBytes(body, at);
  if (read === null) return null;
  const data = kind.data ? dataOf(body.subarray(at + read.size)) : {};
  return { mask: view.getUint32(0, true), sid: read.sid, ...guids, ...data };
}

function dataOf(bytes: Uint8Array): { readonly data?: string } {
  return bytes.length === 0 ? {} : { data: `#${Buffer.from(bytes).toString('hex')}` };
}

/** The bytes of an entry, or in plain words why it has none. A condition in SDDL text is not compiled. */
export function aceBytes(
  ace: WindowsAce,
): { readonly ok: true; readonly bytes: Uint8Array } | { readonly ok: false; readonly error: string } {
  const kind = aceKind(ace.type);
  if (ace.data !== undefined && !/^#(?:[0-9a-f]{8})*$/i.test(ace.data)) {
    return { ok: false, error: 'what hangs on an entry can be written only as whole words of #hex' };
  }
  const data = Buffer.from((ace.data ?? '').slice(1), 'hex');
  const sid = kind.layout === 'opaque' ? new Uint8Array() : sidToBytes(ace.sid);
  if (sid === null) return { ok: false, error: `not a SID: ${JSON.stringify(ace.sid)}` };
  const head = kind.layout === 'opaque' ? [] : [maskBytes(ace.mask), ...objectBytes(ace, kind)];
  const body = Buffer.concat([...head, sid, data]);
  const size = HEADER_BYTES + body.length;
  if (size > MAX_ACE_BYTES) return { ok: false, error: `an entry of ${size} bytes is too large` };
  return {
    ok: true,
    bytes: Buffer.concat([Uint8Array.of(ace.type, ace.flags, size & 0xff, size >> 8), body]),
  };
}

function maskBytes(mask: number): Uint8Array {
  const bytes = new Uint8Array(MASK_BYTES);
  new DataView(bytes.buffer).setUint32(0, mask, true);
  return bytes;
}

function objectBytes(ace: WindowsAce, kind: AceKind): Uint8Array[] {
  if (kind.layout !== 'object') return [];
  const present =
    (ace.objectType === undefined ? 0 : OBJECT_TYPE_PRESENT) |
    (ace.inheritedObjectType === undefined ? 0 : INHERITED_OBJECT_TYPE_PRESENT);
  const guids = [ace.objectType, ace.inheritedObjectType].filter((guid) => guid !== undefined);
  return [maskBytes(present), ...guids.map(guidBytes)];
}

/** [MS-DTYP] 2.3.4.2: three little-endian numbers, then eight bytes as they are. */
function readGuid(view: DataView, at: number): string {
  const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
  const rest = Array.from({ length: 8 }, (_, i) => hex(view.getUint8(at + 8 + i), 2)).join('');
  return [
    hex(view.getUint32(at, true), 8),
    hex(view.getUint16(at + 4, true), 4),
    hex(view.getUint16(at + 6, true), 4),
    rest.slice(0, 4),
    rest.slice(4),
  ].join('-');
}

function guidBytes(guid: string): Uint8Array {
  const bytes = Buffer.alloc(GUID_BYTES);
  bytes.write(guid.replaceAll('-', ''), 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}
