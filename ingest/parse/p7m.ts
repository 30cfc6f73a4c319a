import type { Parser, ParserResult } from './parser.ts';

/** Last byte of the content types of CMS (RFC 5652, 5.1 and 6.1). */
const SIGNED = 2;
const PKCS7 = Buffer.from('2a864886f70d0107', 'hex');
const SEQUENCE = 0x30;
const OCTETS = 0x04;
const OBJECT_IDENTIFIER = 0x06;
/** A string may be cut into pieces of pieces; nobody nests them deeper. */
const MAX_NESTING = 8;

const DAMAGED: ParserResult = {
  ok: false,
  reason: 'corrupt',
  detail: 'the signed file is damaged or cut off',
};

/**
 * Signed and enveloped files (CMS, `contract.pdf.p7m`): what was signed is read as the file it is, the signature
 * is not judged; an enveloped one is encrypted.
 */
export const parseP7m: Parser = async ({ bytes, name, parsePart, budget }) => {
  const [outer] = elements(bytes);
  const [type, wrapped] = outer === undefined ? [] : elements(outer.data);
  if (outer?.tag !== SEQUENCE || type === undefined || !isPkcs7(type)) return DAMAGED;
  if (type.data.at(-1) !== SIGNED) {
    return { ok: false, reason: 'encrypted', detail: 'it is encrypted for those it was sent to' };
  }
  const [signedData] = wrapped === undefined ? [] : elements(wrapped.data);
  const encapsulated = signedData === undefined ? undefined : elements(signedData.data)[2];
  const content = encapsulated === undefined ? undefined : elements(encapsulated.data)[1];
  const [string] = content === undefined ? [] : elements(content.data);
  const signed = string === undefined ? null : octets(string, 0);
  if (signed === null || signed.length === 0) {
    const detail = 'a signature without the file it signs: its content stands elsewhere';
    return { ok: false, reason: 'unsupported', detail };
  }
  const refused = budget.refusal({ packed: signed.length, unpacked: signed.length });
  if (refused !== null) return { ok: false, reason: 'too-large', detail: refused };
  budget.take(signed.length);
  // A mail that is signed as a whole carries itself under this name.
  const inner = /^smime\.p7m$/i.test(name) ? 'message.eml' : name.replace(/\.p7[ms]$/i, '');
  return parsePart({ bytes: signed, name: inner });
};

const isPkcs7 = ({ tag, data }: Element): boolean =>
  tag === OBJECT_IDENTIFIER && Buffer.from(data).subarray(0, PKCS7.length).equals(PKCS7);

/** One element of BER (X.690): its tag byte and what is in it. */
interface Element {
  readonly tag: number;
  readonly data: Uint8Array;
}

/** The elements that stand one after the other; damaged ones end the list. */
function elements(bytes: Uint8Array): Element[] {
  const found: Element[] = [];
  for (let at = 0; at + 2 <= bytes.length; ) {
    const next = elementAt(bytes, at);
    if (next === null || (next.element.tag === 0 && next.element.data.length === 0)) break;
    found.push(next.element);
    at = next.end;
  }
  return found;
}

function elementAt(
  bytes: Uint8Array,
  at: number,
): { readonly element: Element; readonly end: number } | null {
  const tag = bytes[at] ?? 0;
  const first = bytes[at + 1] ?? 0;
  if (first === 0x80) return indefinite(bytes, tag, at + 2);
  const more = first & 0x80 ? first & 0x7f : 0;
  if (more > 5) return null;
  let length = more === 0 ? first : 0;
  for (let i = 0; i < more; i++) length = length * 256 + (bytes[at + 2 + i] ?? 0);
  const start = at + 2 + more;
  const end = start + length;
  return end > bytes.length ? null : { element: { tag, data: bytes.subarray(start, end) }, end };
}

/** Without a length an element ends with two zeros, of its own level. */
function indefinite(
  bytes: Uint8Array,
  tag: number,
  start: number,
): { readonly element: Element; readonly end: number } | null {
  let open = 1;
  for (let at = start; at + 2 <= bytes.length; ) {
    if (bytes[at] === 0 && bytes[at + 1] === 0) {
      open--;
      if (open === 0) return { element: { tag, data: bytes.subarray(start, at) }, end: at + 2 };
      at += 2;
    } else if (bytes[at + 1] === 0x80) {
      open++;
      at += 2;
    } else {
      const next = elementAt(bytes, at);
      if (next === null) return null;
      at = next.end;
    }
  }
  return null;
}

/** A string of bytes, whole or in pieces. */
function octets({ tag, data }: Element, depth: number): Uint8Array | null {
  if (tag === OCTETS) return data;
  if (tag !== (OCTETS | 0x20) || depth > MAX_NESTING) return null;
  const pieces = elements(data).map((element) => octets(element, depth + 1));
  return pieces.some((piece) => piece === null)
    ? null
    : Buffer.concat(pieces.filter((piece) => piece !== null));
}
