import { findTesseract } from '../../../ingest/parse/ocr/tesseract.ts';
import type { OcrSettings } from '../../../ingest/parse/parser.ts';
import { findPoppler } from '../../../ingest/parse/pdf/poppler/source.ts';
import { findProgram, runWhole } from '../../../ingest/parse/program.ts';
import { makePdf } from './pdf-sample.ts';

/** Enough for every test; tests that need less say so. */
export const OCR: OcrSettings = { languages: ['eng'], maxPages: 20, maxSeconds: 100 };

const missing = [
  ...((await findTesseract(OCR)) === null ? ['tesseract-ocr'] : []),
  ...(findPoppler() === null ? ['poppler-utils'] : []),
];

/** Why nothing can be read from pictures here; null where it can. */
export const NO_OCR = missing.length === 0 ? null : `${missing.join(' and ')} are not installed`;

const CAN_WRITE = 64 * 1_048_576;

async function render(rows: readonly string[], format: readonly string[]): Promise<Buffer> {
  const pdf = await makePdf((canvas) => {
    canvas.fontSize(14);
    for (const row of rows) canvas.text(row).moveDown();
  });
  const rendered = await runWhole(
    {
      path: findProgram('pdftoppm') ?? '',
      args: ['-q', ...format, '-r', '150', '-f', '1', '-l', '1', '-'],
      input: pdf,
      maxSeconds: 20,
      maxMegabytes: 1_024,
    },
    CAN_WRITE,
  );
  if (rendered === null) throw new Error('pdftoppm made no picture');
  return rendered.output;
}

/** A picture of printed lines. */
export async function pictureOf(
  rows: readonly string[],
  format: 'png' | 'jpeg' = 'png',
): Promise<Uint8Array> {
  return new Uint8Array(await render(rows, [`-${format}`]));
}

/** Grey pixels, row by row from the top. */
export interface Grey {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** The same as pixels: pdftoppm writes a portable greymap (netpbm, PGM) when asked for no format. */
export async function pixelsOf(rows: readonly string[]): Promise<Grey> {
  const file = await render(rows, ['-gray']);
  const [head = '', width, height] = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(file.toString('latin1', 0, 64)) ?? [];
  return { width: Number(width), height: Number(height), pixels: new Uint8Array(file.subarray(head.length)) };
}

/** A PDF whose pages are pictures; null is a page with nothing on it, a string one with text. */
export function scanOf(pages: readonly (Uint8Array | string | null)[]): Promise<Uint8Array> {
  return makePdf((canvas) => {
    for (const [at, page] of pages.entries()) {
      if (at > 0) canvas.addPage();
      if (typeof page === 'string') canvas.fontSize(11).text(page);
      else if (page !== null) canvas.image(Buffer.from(page), 0, 0, { width: canvas.page.width });
    }
  });
}

/** A bitmap of 24 bits a pixel behind the usual 40-byte header ([MS-WMF] 2.2.2.3). */
export function bitmapOf({ width, height, pixels }: Grey): Uint8Array {
  const stride = Math.ceil((width * 3) / 4) * 4;
  const file = Buffer.alloc(54 + stride * height);
  file.write('BM', 0, 'latin1');
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(54, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(height, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(24, 28);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = 54 + (height - 1 - y) * stride + x * 3;
      file.fill(pixels[y * width + x] ?? 0, at, at + 3);
    }
  }
  return new Uint8Array(file);
}

/** A TIFF of one strip a picture, eight bits a pixel, nothing packed (TIFF 6.0, section 4). */
export function tiffOf(pictures: readonly Grey[]): Uint8Array {
  const parts: Buffer[] = [Buffer.from([0x49, 0x49, 42, 0, 8, 0, 0, 0])];
  let at = 8;
  for (const [index, { width, height, pixels }] of pictures.entries()) {
    const tags: [number, number][] = [
      [256, width],
      [257, height],
      [258, 8],
      [259, 1],
      [262, 1],
      [277, 1],
      [278, height],
      [279, pixels.length],
    ];
    const size = 2 + (tags.length + 1) * 12 + 4;
    const directory = Buffer.alloc(size);
    const entries = [...tags, [273, at + size] as [number, number]].sort(([a], [b]) => a - b);
    directory.writeUInt16LE(entries.length, 0);
    for (const [entry, [tag, value]] of entries.entries()) {
      directory.writeUInt16LE(tag, 2 + entry * 12);
      directory.writeUInt16LE(4, 4 + entry * 12);
      directory.writeUInt32LE(1, 6 + entry * 12);
      directory.writeUInt32LE(value, 10 + entry * 12);
    }
    at += size + pixels.length;
    directory.writeUInt32LE(index === pictures.length - 1 ? 0 : at, size - 4);
    parts.push(directory, Buffer.from(pixels));
  }
  return new Uint8Array(Buffer.concat(parts));
}
