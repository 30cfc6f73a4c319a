import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { shareId } from '../../../acl/index.ts';
import { type Readers, readAgainWithPrograms } from '../../../index/index.ts';
import { type Core, ingest, openCore } from '../../../src/compose/index.ts';
import { toConfig } from '../../../src/config/index.ts';
import { NO_OCR, pictureOf, scanOf } from '../../ingest/parse/ocr-sample.ts';
import { tempFolder, writeFiles } from '../../support/temp-folder.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function open(folder: string, ocr: string): Promise<Core> {
  const text = `data: data
shares: [{ name: docs, path: share, acl: { source: sidecar } }]
directory: { source: file, path: directory.yaml }
ingest: { workers: 1, ocr: ${ocr} }
`;
  const core = await openCore(toConfig(join(folder, 'need-to-know.yaml'), text));
  closing.push(() => core.close());
  return core;
}

const documents = ({ catalog }: Core) =>
  catalog.listDocuments({ share: shareId('docs'), under: '', after: '', limit: 100 });

/** What a pass makes of each file under these settings, and how many it read. */
async function passWith(folder: string, ocr: string) {
  const core = await open(folder, ocr);
  const { indexed, unchanged } = await ingest(core, { rebuild: false, onEvent: () => {} });
  const found = await documents(core);
  const outcomes = Object.fromEntries(
    found.map(({ path, outcome, reason }) => [path, reason ?? outcome] as const),
  );
  return { outcomes, indexed, unchanged, found };
}

const share = {
  'share/.acl.yaml': 'entries:\n  - allow: everyone\n',
  'directory.yaml': 'users: [{id: bob}]\n',
};
const WORDS = ['Receipts are handed in within thirty days.'];
const why = NO_OCR === null ? '' : ` (skipped: ${NO_OCR})`;

describe.skipIf(NO_OCR !== null)(`a program that is there later${why}`, { timeout: 120_000 }, () => {
  it.each([
    ['whose languages were not installed', '{ languages: [xyz] }'],
    ['that was switched off', 'off'],
  ])(
    'reads the pictures, scans and attached pictures that needed OCR %s, and nothing else',
    async (_, before) => {
      const folder = tempFolder();
      writeFiles(folder, { ...share, 'share/text.txt': 'A text.\n' });
      const picture = Buffer.from(await pictureOf(WORDS));
      writeFileSync(join(folder, 'share/scan.png'), picture);
      writeFileSync(join(folder, 'share/scan.pdf'), await scanOf([picture]));
      writeFileSync(join(folder, 'share/mail.eml'), mailWith(picture));

      const first = await passWith(folder, before);
      expect(first.outcomes).toEqual({
        'mail.eml': 'indexed',
        'scan.pdf': 'no-text',
        'scan.png': 'needs-program',
        'text.txt': 'indexed',
      });
      const second = await passWith(folder, '{ languages: [eng] }');
      expect(second.outcomes).toMatchObject({
        'mail.eml': 'indexed',
        'scan.pdf': 'indexed',
        'scan.png': 'indexed',
      });
      expect([second.indexed, second.unchanged]).toEqual([3, 1]);
      const chunks = (of: typeof first, path: string) =>
        of.found.find((one) => one.path === path)?.chunks ?? 0;
      expect(chunks(second, 'mail.eml')).toBeGreaterThan(chunks(first, 'mail.eml'));
    },
  );
});

function mailWith(picture: Buffer): string {
  return [
    'From: a@example.com',
    'Subject: Receipts',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=x',
    '',
    '--x',
    'Content-Type: text/plain',
    '',
    'See the picture.',
    '--x',
    'Content-Type: image/png; name=scan.png',
    'Content-Disposition: attachment; filename=scan.png',
    'Content-Transfer-Encoding: base64',
    '',
    picture.toString('base64').replace(/(.{76})/g, '$1\n'),
    '--x--',
    '',
  ].join('\n');
}

type Ocr = Readers['ocr'];
const on = (...languages: string[]): Ocr => ({ state: 'on', languages, missing: [] });
const missing: Ocr = { state: 'missing', lacks: 'tesseract' };

describe('what was read without a program is read again', () => {
  it.each([
    [missing, on('eng'), true],
    [{ state: 'off' } as const, on('eng'), true],
    [on('eng'), on('eng', 'ita'), true],
    [on('eng', 'ita'), on('ita', 'eng'), false],
    [on('eng', 'ita'), on('eng'), false],
    [on('eng'), missing, false],
    [null, on('eng'), false],
  ] as const)('from %j to %j: %s', async (before, now, again) => {
    const folder = tempFolder();
    writeFiles(folder, { ...share, 'share/a.txt': 'A text.\n' });
    const core = await open(folder, 'off');
    await ingest(core, { rebuild: false, onEvent: () => {} });
    const [document] = await documents(core);
    if (document === undefined) throw new Error('nothing was read');
    const warnings = [{ code: 'no-text', detail: 'page 1 holds no text' }] as const;
    await core.catalog.put([{ ...document, warnings }]);
    const readers = (ocr: Ocr): Readers => ({ pdf: 'pdfjs', ocr, scanner: null });
    if (before === null) await core.catalog.setMeta('readers', 'null');
    else await readAgainWithPrograms(core.catalog, readers(before));
    await core.catalog.put([{ ...document, warnings }]);
    await readAgainWithPrograms(core.catalog, readers(now));
    const [after] = await documents(core);
    expect(after?.hash === null).toBe(again);
    expect(after?.revision).toBe(document.revision);
  });
});
