/** One line of iCalendar (RFC 5545, 3.1) or vCard (RFC 6350, 3.2). */
export interface ContentLine {
  /** Upper case, without the group that vCard may put in front. */
  readonly name: string;
  readonly parameters: ReadonlyMap<string, string>;
  /** As written: what a backslash means depends on the property. */
  readonly value: string;
}

/** BEGIN to END with what stands between; components inside it are its children. */
export interface Component {
  readonly name: string;
  readonly lines: ContentLine[];
  readonly children: Component[];
}

/** More components than this are an attack or the calendar of a whole company; the rest is passed over. */
const MAX_COMPONENTS = 100_000;
const MAX_NESTING = 16;

/** Reads components; lines that are none are passed over, components that never end are closed at the end. */
export function readComponents(text: string): { readonly components: Component[]; readonly isCut: boolean } {
  const components: Component[] = [];
  const open: Component[] = [];
  let count = 0;
  for (const raw of unfold(text)) {
    const line = readLine(raw);
    if (line === null) continue;
    if (line.name === 'BEGIN') {
      const component: Component = { name: line.value.trim().toUpperCase(), lines: [], children: [] };
      count++;
      if (count > MAX_COMPONENTS || open.length >= MAX_NESTING) return { components, isCut: true };
      (open.at(-1)?.children ?? components).push(component);
      open.push(component);
    } else if (line.name === 'END') {
      open.pop();
    } else {
      open.at(-1)?.lines.push(line);
    }
  }
  return { components, isCut: open.length > 0 };
}

/** The first property of this name as text, unescaped; empty when there is none. */
export function property({ lines }: Component, name: string): string {
  const line = lines.find((candidate) => candidate.name === name);
  return line === undefined ? '' : unescapeText(decoded(line));
}

/** All properties of this name as text. */
export function properties({ lines }: Component, name: string): string[] {
  return lines.filter((line) => line.name === name).map((line) => unescapeText(decoded(line)));
}

/** A line that begins with white space goes on with the one before; vCard 2.1 ends such lines with `=`. */
function unfold(text: string): string[] {
  const lines: string[] = [];
  for (const line of text.split(/\r\n|\r|\n/)) {
    const last = lines.at(-1);
    if (last !== undefined && isSoftBroken(last)) lines[lines.length - 1] = last.slice(0, -1) + line;
    else if (last !== undefined && /^[ \t]/.test(line)) lines[lines.length - 1] = last + line.slice(1);
    else lines.push(line);
  }
  return lines;
}

const isSoftBroken = (line: string): boolean => line.endsWith('=') && /QUOTED-PRINTABLE/i.test(line);

function readLine(raw: string): ContentLine | null {
  const head = /^(?:[A-Za-z0-9-]+\.)?([A-Za-z0-9-]+)((?:;[^":;]*(?:"[^"]*"[^":;]*)*)*):/.exec(raw);
  if (head === null) return null;
  const parameters = new Map<string, string>();
  for (const [, name = '', value = ''] of (head[2] ?? '').matchAll(/;([^=;]*)(?:=((?:"[^"]*"|[^";])*))?/g)) {
    parameters.set(name.toUpperCase(), value.replaceAll('"', ''));
  }
  return { name: (head[1] ?? '').toUpperCase(), parameters, value: raw.slice(head[0].length) };
}

function decoded({ parameters, value }: ContentLine): string {
  const isQuoted = /QUOTED-PRINTABLE/i.test([...parameters].flat().join(' '));
  if (!isQuoted) return value;
  const bytes = value.replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

function unescapeText(value: string): string {
  return value.replace(/\\([nN\\,;:])/g, (_, char) => (char === 'n' || char === 'N' ? '\n' : char));
}
