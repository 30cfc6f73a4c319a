/**
 * Takes apart what `getfattr --absolute-names -e hex` prints for one attribute of several paths: for each that has
 * it the line `# file: PATH`, the line `NAME=0xHEX`, and an empty line. Text is one character per byte (latin1).
 *
 * Values by printed path, or null where anything else stands there: then nothing of it is believed.
 */
export function parseGetfattr(output: string, attribute: string): ReadonlyMap<string, Uint8Array> | null {
  const values = new Map<string, Uint8Array>();
  const blocks = output.split('\n\n');
  // What follows the last empty line is nothing, unless the output was cut short.
  if (blocks.pop() !== '') return null;
  for (const block of blocks) {
    const [file = '', value = '', ...more] = block.split('\n');
    const path = file.startsWith(FILE) ? file.slice(FILE.length) : null;
    const hex = value.startsWith(`${attribute}=0x`) ? value.slice(attribute.length + 3) : null;
    if (path === null || hex === null || more.length > 0 || values.has(path)) return null;
    if (!/^(?:[0-9a-f]{2})*$/.test(hex)) return null;
    values.set(path, Buffer.from(hex, 'hex'));
  }
  return values;
}

const FILE = '# file: ';

/** A path (latin1) as getfattr prints it: line ends and backslashes as three octal digits (`quote.c` of the attr package). */
export function printedName(path: string): string {
  return path.replace(/[\\\n\r]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`);
}
