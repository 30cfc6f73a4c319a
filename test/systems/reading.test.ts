import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ParsePool, programsInUse, type ReadOutcome } from '../../ingest/index.ts';
import { findProgram } from '../../ingest/parse/program.ts';
import { bitmapOf, NO_OCR, pictureOf, pixelsOf, scanOf } from '../ingest/parse/ocr-sample.ts';
import { tempFolder } from '../support/temp-folder.ts';

const why = NO_OCR === null ? '' : ` (skipped: ${NO_OCR})`;

const PROGRAMS = {
  pdf: 'poppler',
  ocr: { languages: ['ita', 'eng'], maxPages: 20, maxSeconds: 200 },
} as const;
const RULE =
  'Le spese di vitto sono rimborsate fino a 45 euro al giorno; è più di quanto servì l’anno scorso.';
const PARKING = 'Parking is not refunded, and neither is the fine for it.';

const root = tempFolder();
const pool = new ParsePool({ size: 1, maxMemoryMegabytes: 1_024, timeoutMs: 240_000 });
afterAll(() => pool.close());

async function read(name: string, bytes: Uint8Array): Promise<Extract<ReadOutcome, { kind: 'read' }>> {
  writeFileSync(join(root, name), bytes);
  const limits = { maxBytes: 100_000_000, maxCharacters: 1_000_000, maxDepth: 3, programs: PROGRAMS };
  const outcome = await pool.read({ root, path: name, knownHash: null, limits });
  if (outcome.kind !== 'read') throw new Error(JSON.stringify(outcome));
  return outcome;
}

/** Letters and digits: how many of the wanted ones came out, in order. */
const letters = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

describe.skipIf(NO_OCR !== null)(`poppler and tesseract of this machine${why}`, () => {
  it('are found by name, with the wanted languages', async () => {
    expect(await programsInUse(PROGRAMS)).toEqual({
      pdf: 'poppler',
      ocr: { state: 'on', languages: ['ita', 'eng'], missing: [] },
    });
  });

  it('read an Italian and an English page of one scan, each under its number and in its language', async () => {
    const pages = await Promise.all([RULE, PARKING].map((row) => pictureOf([row])));
    const { chunks, pages: count, warnings } = await read('scan.pdf', await scanOf(pages));
    expect(chunks.map(({ page, language }) => [page, language])).toEqual([
      [1, 'it'],
      [2, 'en'],
    ]);
    expect(chunks.map(({ text }) => letters(text))).toEqual([RULE, PARKING].map(letters));
    expect(count).toBe(2);
    expect(warnings.map(({ code }) => code)).toEqual(['read-by-ocr']);
  });

  it('read a bitmap', async () => {
    const { chunks, type } = await read('parking.bmp', bitmapOf(await pixelsOf([PARKING])));
    expect([type, chunks.map(({ text }) => letters(text))]).toEqual(['bmp', [letters(PARKING)]]);
  });

  it('run within limits that the system sets', () => {
    expect(findProgram('prlimit')).not.toBeNull();
  });
});
