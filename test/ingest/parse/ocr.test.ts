import { describe, expect, it } from 'vitest';
import type { ParseOutcome } from '../../../ingest/document.ts';
import { parseFile } from '../../../ingest/parse/parse-file.ts';
import type { OcrSettings } from '../../../ingest/parse/parser.ts';
import { bitmapOf, NO_OCR, OCR, pictureOf, pixelsOf, scanOf, tiffOf } from './ocr-sample.ts';
import { makePdf } from './pdf-sample.ts';

const why = NO_OCR === null ? '' : ` (skipped: ${NO_OCR})`;
const SLOW = { timeout: 60_000 };

const ROWS = ['Receipts are handed in within thirty days.', 'Parking is not refunded.'];

function parse(
  bytes: Uint8Array,
  name: string,
  ocr: OcrSettings | null = OCR,
  pdf: 'poppler' | 'pdfjs' = 'poppler',
): Promise<ParseOutcome> {
  return parseFile({
    bytes,
    name,
    limits: { maxCharacters: 100_000, maxDepth: 3, programs: { pdf, ocr } },
  });
}

/** "page: text" of each block. */
function said(outcome: ParseOutcome): string[] {
  if (outcome.kind === 'refused') throw new Error(`${outcome.reason}: ${outcome.detail}`);
  return outcome.document.blocks.map((block) => `${block.page}: ${'text' in block ? block.text : '[table]'}`);
}

const warned = (outcome: ParseOutcome): string[] =>
  outcome.kind === 'refused' ? [] : outcome.document.warnings.map(({ code, detail }) => `${code}: ${detail}`);

describe.skipIf(NO_OCR !== null)(`a picture of words${why}`, SLOW, () => {
  it.each([
    ['png', () => pictureOf(ROWS)],
    ['jpg', () => pictureOf(ROWS, 'jpeg')],
    ['bmp', async () => bitmapOf(await pixelsOf(ROWS))],
    ['tif', async () => tiffOf([await pixelsOf(ROWS)])],
  ])('is read from %s and says that it was', async (type, draw) => {
    const outcome = await parse(await draw(), `scan.${type}`);
    expect(said(outcome)).toEqual(ROWS.map((row) => `1: ${row}`));
    expect(warned(outcome)).toEqual(['read-by-ocr: the words were read from a picture']);
    expect(outcome.type).toBe(type);
  });

  it('has the number of its page in a file of several', async () => {
    const sheets = await Promise.all(ROWS.map((row) => pixelsOf([row])));
    expect(said(await parse(tiffOf(sheets), 'fax.tif'))).toEqual([`1: ${ROWS[0]}`, `2: ${ROWS[1]}`]);
  });

  it('is known by its content, whatever it is called', async () => {
    const outcome = await parse(await pictureOf(ROWS), 'scan.pdf');
    expect(said(outcome)).toHaveLength(2);
    expect(warned(outcome)[0]).toContain('wrong-extension');
  });

  it('that is only noise gives no text', async () => {
    const pixels = new Uint8Array(400 * 300);
    // A multiplicative generator (Lehmer) is noise enough, and the same every time.
    for (let at = 0, state = 1; at < pixels.length; at += 1) {
      state = (state * 48_271) % 2_147_483_647;
      pixels[at] = state % 256;
    }
    const outcome = await parse(bitmapOf({ width: 400, height: 300, pixels }), 'noise.bmp');
    expect([said(outcome), warned(outcome)]).toEqual([[], []]);
  });

  it('that is damaged is refused as corrupt', async () => {
    const whole = await pictureOf(ROWS);
    expect(await parse(whole.slice(0, 200), 'scan.png')).toMatchObject({
      kind: 'refused',
      reason: 'corrupt',
    });
  });

  it('is refused by name where reading pictures is off', async () => {
    expect(await parse(await pictureOf(ROWS), 'scan.png', null)).toMatchObject({
      kind: 'refused',
      type: 'png',
      reason: 'needs-program',
      detail: expect.stringContaining('ingest.ocr'),
    });
  });

  it('is refused with the mend where the data of its languages are missing', async () => {
    expect(await parse(await pictureOf(ROWS), 'scan.png', { ...OCR, languages: ['xyz'] })).toMatchObject({
      kind: 'refused',
      reason: 'needs-program',
      detail: expect.stringContaining('install tesseract-ocr'),
    });
  });
});

describe.skipIf(NO_OCR !== null)(`a scanned PDF${why}`, SLOW, () => {
  it.each(['poppler', 'pdfjs'] as const)(
    'gives the words of each page under its number, by %s',
    async (engine) => {
      const pages = await Promise.all(ROWS.map((row) => pictureOf([row])));
      const outcome = await parse(await scanOf(pages), 'scan.pdf', OCR, engine);
      expect(said(outcome)).toEqual([`1: ${ROWS[0]}`, `2: ${ROWS[1]}`]);
      expect(warned(outcome)).toEqual([
        'read-by-ocr: pages 1–2 were read by optical character recognition; words may be wrong',
      ]);
    },
  );

  it('keeps its pages in order where only some are scans', async () => {
    const scan = await pictureOf(['Signed by the manager.']);
    const outcome = await parse(await scanOf(['The first page is text.', scan, 'So is the last.']), 'a.pdf');
    expect(said(outcome)).toEqual([
      '1: The first page is text.',
      '2: Signed by the manager.',
      '3: So is the last.',
    ]);
    expect(warned(outcome)[0]).toContain('page 2 was read by optical character recognition');
  });

  it('says nothing of a blank page', async () => {
    const outcome = await parse(await scanOf(['The first page is text.', null]), 'a.pdf');
    expect([said(outcome), warned(outcome)]).toEqual([['1: The first page is text.'], []]);
  });

  it('is read where a page holds one short word', async () => {
    const scan = await pictureOf(['Annex']);
    expect(said(await parse(await scanOf([scan]), 'a.pdf'))).toEqual(['1: Annex']);
  });

  it('is read up to the limit of pages, and the rest is named with the mend', async () => {
    const scan = await pictureOf(['Signed by the manager.']);
    const outcome = await parse(await scanOf([scan, scan, scan]), 'a.pdf', { ...OCR, maxPages: 1 });
    expect(said(outcome)).toEqual(['1: Signed by the manager.']);
    expect(warned(outcome)[1]).toMatch(/^no-text: pages 2–3 hold no text, .*ingest\.ocr\.maxPages/);
  });

  it('is not begun when its time is over', async () => {
    const scan = await pictureOf(['Signed by the manager.']);
    const outcome = await parse(await scanOf([scan]), 'a.pdf', { ...OCR, maxSeconds: 0 });
    expect(said(outcome)).toEqual([]);
    expect(warned(outcome)[0]).toContain('no-text: page 1 holds no text');
  });

  it('of pages as large as a wall is drawn no larger than others', async () => {
    const scan = await pictureOf(['Signed by the manager.']);
    const bytes = await makePdf(
      (canvas) => canvas.image(Buffer.from(scan), 0, 0, { width: canvas.page.width }),
      { size: [14_000, 14_000] },
    );
    expect(said(await parse(bytes, 'wall.pdf'))).toEqual(['1: Signed by the manager.']);
  });

  it('says where reading is off that it holds no text', async () => {
    const outcome = await parse(await scanOf([await pictureOf(ROWS)]), 'scan.pdf', null);
    expect(said(outcome)).toEqual([]);
    expect(warned(outcome)).toEqual([
      'no-text: page 1 holds no text, perhaps a scan: set ingest.ocr to read it',
    ]);
  });
});

describe('a PDF without text where nothing can read it', () => {
  it('says what to install', async () => {
    const outcome = await parse(await scanOf([null, null]), 'scan.pdf', { ...OCR, languages: ['xyz'] });
    expect(warned(outcome)).toEqual([expect.stringMatching(/^no-text: pages 1–2 .*install tesseract-ocr/)]);
  });

  it('says nothing when most of it is text', async () => {
    const outcome = await parse(await scanOf(['One.', 'Two.', null]), 'a.pdf', null);
    expect(warned(outcome)).toEqual([]);
  });
});
