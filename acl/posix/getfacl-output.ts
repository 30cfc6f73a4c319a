import { fromAclText } from './acl-text.ts';
import { type PosixReading, posixId } from './posix-acl.ts';

const FILE = '# file: ';
const OWNER = '# owner: ';
const GROUP = '# group: ';

/**
 * Takes apart what `getfacl -n` prints for several paths: a block of lines for each, then an empty line.
 * Text goes in and out as one character per byte (latin1): names need not be UTF-8.
 */
export function parseGetfacl(output: string): ReadonlyMap<string, PosixReading> {
  const readings = new Map<string, PosixReading>();
  for (const block of output.split('\n\n')) {
    const lines = block.split('\n').filter((line) => line !== '');
    const name = labelled(lines, FILE);
    if (name === null) continue;
    const path = unescapeName(name);
    const twice = readings.has(path);
    readings.set(path, twice ? { ok: false, error: 'getfacl named the path twice' } : parseBlock(lines));
  }
  return readings;
}

function parseBlock(lines: readonly string[]): PosixReading {
  const owner = posixId(labelled(lines, OWNER) ?? '');
  const group = posixId(labelled(lines, GROUP) ?? '');
  if (owner === null || group === null) return { ok: false, error: 'getfacl gave no owner or group' };
  const entries = lines.filter((line) => !line.startsWith('#'));
  return fromAclText(entries.join('\n'), owner, group);
}

function labelled(lines: readonly string[], label: string): string | null {
  const line = lines.find((candidate) => candidate.startsWith(label));
  return line === undefined ? null : line.slice(label.length);
}

/** Undoes the quoting of getfacl (`quote.c` of the acl package): `\012` is the byte 10, `\\` a backslash. */
function unescapeName(text: string): string {
  return text.replace(/\\(\\|[0-7]{3})/g, (_, quoted: string) =>
    quoted === '\\' ? '\\' : String.fromCharCode(Number.parseInt(quoted, 8) & 0xff),
  );
}
