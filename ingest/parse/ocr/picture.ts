import type { ParseInput, ParserResult } from '../parser.ts';
import { findTesseract, readPicture } from './tesseract.ts';

const LISTED = 'a picture: the file is listed; its words are read';

/** A picture to blocks, where tesseract is installed and wanted; else it is refused with the mend. */
export async function parsePicture({
  bytes,
  limits,
}: Pick<ParseInput, 'bytes' | 'limits'>): Promise<ParserResult> {
  const settings = limits.programs?.ocr ?? null;
  if (settings === null) return unread(`${LISTED} when ingest.ocr is on`);
  const tesseract = await findTesseract(settings);
  if (tesseract === null) return unread(`${LISTED} where tesseract-ocr is installed: ${MEND}`);
  const blocks = await readPicture(tesseract, bytes, (picture) => picture);
  if (blocks === null) {
    return { ok: false, reason: 'corrupt', detail: 'tesseract cannot read this picture' };
  }
  const pages = Math.max(1, ...blocks.map(({ page }) => page ?? 1));
  const warnings =
    blocks.length === 0
      ? []
      : [{ code: 'read-by-ocr', detail: 'the words were read from a picture' } as const];
  return { ok: true, document: { title: null, blocks, pages, warnings } };
}

/** What an operator does so that scans and pictures are read. */
export const MEND =
  'install tesseract-ocr with the data of your languages (Debian: tesseract-ocr-ita and so on) and poppler-utils; the next pass reads it';

const unread = (detail: string): ParserResult => ({ ok: false, reason: 'needs-program', detail });
