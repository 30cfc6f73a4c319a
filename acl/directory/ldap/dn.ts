/**
 * One comparable form of a distinguished name (RFC 4514), or null when the text is not one.
 *
 * Types and values are compared without case, escapes are decoded, runs of spaces count as one and the parts of
 * a multi-valued RDN are sorted, so that a member and the entry it names meet however each is written.
 */
export function foldDn(text: string): string | null {
  if (text.trim() === '') return '';
  const rdns: string[] = [];
  let parts: string[] = [];
  for (const { piece, end } of splitDn(text)) {
    const folded = foldPart(piece);
    if (folded === null) return null;
    parts.push(folded);
    if (end === '+') continue;
    rdns.push(parts.sort().join('+'));
    parts = [];
  }
  return parts.length > 0 ? null : rdns.join(',');
}

/** Whether a folded name is the folded base or stands below it. */
export function isWithin(folded: string, foldedBase: string): boolean {
  return foldedBase === '' || folded === foldedBase || folded.endsWith(`,${foldedBase}`);
}

/** The value of an attribute in the first RDN as it is written there, or null. */
export function rdnValue(dn: string, type: string): string | null {
  const wanted = `${type.toLowerCase()}=`;
  for (const { piece, end } of splitDn(dn)) {
    const folded = foldPart(piece);
    if (folded?.startsWith(wanted)) return JSON.parse(folded.slice(wanted.length)) as string;
    if (end !== '+') return null;
  }
  return null;
}

/** Cuts at `,`, `;` and `+` that are not escaped; each piece with the sign that ended it. */
function splitDn(text: string): { readonly piece: string; readonly end: string }[] {
  const pieces: { piece: string; end: string }[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === '\\') at += 1;
    else if (sign === ',' || sign === ';' || sign === '+') {
      pieces.push({ piece: text.slice(start, at), end: sign });
      start = at + 1;
    }
  }
  pieces.push({ piece: text.slice(start), end: '' });
  return pieces;
}

/** `Type = Value` as `type="value"`. The value is quoted as JSON, so that no value reads like a further RDN. */
function foldPart(piece: string): string | null {
  const equals = piece.indexOf('=');
  const type = piece.slice(0, Math.max(0, equals)).trim().toLowerCase();
  if (!/^([a-z][a-z0-9-]*|\d+(\.\d+)+)$/.test(type)) return null;
  const value = unescapeValue(piece.slice(equals + 1).trim());
  if (value === null) return null;
  return `${type}=${JSON.stringify(value.normalize('NFC').toLowerCase().trim().replace(/\s+/g, ' '))}`;
}

/** Decodes `\2C` (bytes of UTF-8) and `\,`; null for an escape that escapes nothing. */
function unescapeValue(text: string): string | null {
  if (!text.includes('\\')) return text;
  const bytes: Buffer[] = [];
  for (const [whole, hex, sign] of text.matchAll(/\\([0-9a-f]{2})|\\(.?)|[^\\]+/gisu)) {
    if (hex !== undefined) bytes.push(Buffer.from(hex, 'hex'));
    else if (sign === '') bytes.push(Buffer.from(' '));
    else bytes.push(Buffer.from(sign ?? whole));
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(bytes));
  } catch {
    return null;
  }
}
