/** One entry of a search, as the LDAP client gives it: a value alone or a list, text or bytes. */
export interface LdapEntry {
  readonly dn: string;
  readonly [attribute: string]: string | Buffer | readonly string[] | readonly Buffer[];
}

/** All values of an attribute as bytes; attribute names are compared without case. */
export function bytesOf(entry: LdapEntry, attribute: string): Buffer[] {
  const wanted = attribute.toLowerCase();
  const found: Buffer[] = [];
  for (const [name, value] of Object.entries(entry)) {
    if (name.toLowerCase() !== wanted) continue;
    for (const one of typeof value === 'string' || Buffer.isBuffer(value) ? [value] : value) {
      found.push(Buffer.isBuffer(one) ? one : Buffer.from(one));
    }
  }
  return found;
}

/** All values of an attribute as text. */
export function textsOf(entry: LdapEntry, attribute: string): string[] {
  return bytesOf(entry, attribute).map((value) => value.toString('utf8'));
}

/** The first value of an attribute that is not blank, or null. */
export function textOf(entry: LdapEntry, attribute: string): string | null {
  return textsOf(entry, attribute).find((value) => value.trim() !== '') ?? null;
}

const RANGE = /;range=\d+-(\d+|\*)$/i;

/**
 * The values of an attribute that the server hands out in ranges ([MS-ADTS] 3.1.1.3.1.3.3), and from where the
 * next range is to be asked for; `next` is null when this was all.
 */
export function rangeOf(
  entry: LdapEntry,
  attribute: string,
): { readonly values: readonly string[]; readonly next: number | null } {
  const values = textsOf(entry, attribute);
  let next: number | null = null;
  for (const name of Object.keys(entry)) {
    const end = RANGE.exec(name)?.[1];
    if (end === undefined || name.slice(0, name.indexOf(';')).toLowerCase() !== attribute.toLowerCase())
      continue;
    const here = textsOf(entry, name);
    // The client shows what was asked for and not given as empty: a group without members has no range.
    if (here.length === 0) continue;
    values.push(...here);
    if (end !== '*') next = Number(end) + 1;
  }
  return { values, next };
}

/** All values of a ranged attribute. `fetch` asks for the range that starts at a position; null when that fails to advance. */
export async function allOfRange(
  entry: LdapEntry,
  attribute: string,
  fetch: (from: number) => Promise<LdapEntry>,
): Promise<readonly string[] | null> {
  let { values, next } = rangeOf(entry, attribute);
  while (next !== null) {
    const from = next;
    const more = rangeOf(await fetch(from), attribute);
    if (more.next !== null && more.next <= from) return null;
    if (more.values.length === 0) return null;
    values = [...values, ...more.values];
    next = more.next;
  }
  return values;
}
