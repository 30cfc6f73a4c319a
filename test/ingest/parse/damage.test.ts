import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { QUARANTINE_REASONS } from '../../../ingest/document.ts';
import { ParsePool } from '../../../ingest/index.ts';
import { DAMAGES, damaged, random } from '../../support/damage.ts';
import { tempFolder, writeFiles } from '../../support/temp-folder.ts';
import { zip } from './make-files.ts';
import { msgOf, pptOf, wordOf } from './make-ole.ts';

/**
 * A few dozen of the many thousands that `bench/damage.ts` tries: files of the sample share and old ones made here,
 * each broken in each way. Every one has an outcome with a name; none throws, hangs or takes the parse child down.
 */

const SHARE = join(import.meta.dirname, '../../../corpus-sample/share');
const MADE: readonly { readonly name: string; readonly bytes: Uint8Array }[] = [
  { name: 'a.doc', bytes: wordOf([{ text: 'Leave', style: 1 }, { text: 'Ten days' }]) },
  { name: 'a.ppt', bytes: pptOf([{ id: 256, texts: [[0, 'Plan']], notes: 'x' }]) },
  {
    name: 'a.msg',
    bytes: msgOf({ '0037': 'Hi', '1000': 'x' }, [{ name: 'a.txt', bytes: Buffer.from('x') }]),
  },
  { name: 'a.zip', bytes: zip({ 'a.txt': 'x', 'b/c.md': '# y' }) },
  {
    name: 'a.rtf',
    bytes: Buffer.from('{\\rtf1\\ansi{\\fonttbl{\\f0 A;}}{\\stylesheet{\\s1 heading 1;}}\\s1 Hi\\par x}'),
  },
  {
    name: 'a.ics',
    bytes: Buffer.from('BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\nEND:VCALENDAR\n'),
  },
  { name: 'a.json', bytes: Buffer.from('{"a":[{"b":1},{"b":2}]}') },
  { name: 'a.xml', bytes: Buffer.from('<?xml version="1.0"?><a><b c="1">x</b><b>y</b></a>') },
  { name: 'a.ipynb', bytes: Buffer.from('{"cells":[{"cell_type":"code","source":"x","outputs":[]}]}') },
];

/** The first file of each kind in the sample share. */
function samples(): { name: string; bytes: Uint8Array }[] {
  const found = new Map<string, string>();
  for (const entry of readdirSync(SHARE, { recursive: true, withFileTypes: true })) {
    const extension = /\.(\w+)$/.exec(entry.name)?.[1];
    if (!entry.isFile() || extension === undefined || entry.name.startsWith('.')) continue;
    if (!found.has(extension)) found.set(extension, join(entry.parentPath, entry.name));
  }
  return [...found.values()]
    .sort()
    .map((path) => ({ name: path.replace(/^.*\//, ''), bytes: readFileSync(path) }));
}

/** Reasons that are our trouble and never a property of the file alone. */
const OURS = ['timeout', 'out-of-memory', 'parser-crashed'];
const LIMITS = { maxBytes: 50_000_000, maxCharacters: 1_000_000, maxDepth: 3 };
const root = tempFolder();
const pool = new ParsePool({ size: 1, maxMemoryMegabytes: 1_024, timeoutMs: 50_000 });
afterAll(() => pool.close());

const FILES = [...samples(), ...MADE];
const NAMES = FILES.map(({ name }) => name);

describe('a damaged file', () => {
  it.each(FILES.flatMap((file) => DAMAGES.map((damage) => ({ ...file, damage }))))(
    'has a named outcome: $name, $damage',
    async ({ name, bytes, damage }) => {
      const next = random(NAMES.indexOf(name) * DAMAGES.length + DAMAGES.indexOf(damage) + 1);
      const broken = damaged({ name, bytes }, damage, next, FILES);
      const path = `${damage}-${NAMES.indexOf(name)}${extname(broken.name)}`;
      writeFiles(root, { [path]: Buffer.from(broken.bytes) });
      const outcome = await pool.read({ root, path, knownHash: null, limits: LIMITS });
      if (outcome.kind === 'refused') {
        expect(QUARANTINE_REASONS.filter((reason) => !OURS.includes(reason))).toContain(outcome.reason);
        expect(outcome.detail).not.toBe('');
        return;
      }
      expect(outcome.kind).toBe('read');
      const pages = outcome.kind === 'read' ? outcome.chunks.map(({ page }) => page) : [];
      expect(pages.filter((page) => page !== null && page < 1)).toEqual([]);
    },
  );
});
