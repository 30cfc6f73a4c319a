import type { Block, Warning } from '../../document.ts';
import type { OcrSettings } from '../parser.ts';
import { findProgram, runWhole } from '../program.ts';
import { isBlank } from './blank.ts';
import { MEND } from './picture.ts';
import { findTesseract, readPicture, type Tesseract } from './tesseract.ts';

/** What OCR made of the pages of a PDF that hold no text. */
export interface ScannedPages {
  readonly blocks: readonly Block[];
  readonly warnings: readonly Warning[];
}

/** Pixels along the longer edge: 240 dots an inch on A4, whatever size the page claims to have. */
const PIXELS = 2_800;
/** Pixels that show whether there is anything at all. */
const GLANCE_PIXELS = 400;
const MAX_RENDER_SECONDS = 20;
const MAX_MEGABYTES = 1_024;
const MAX_PICTURE_BYTES = 64 * 1_048_576;
/** A document of which so many pages one after another give nothing is blank, or drawings. */
const MAX_EMPTY_IN_A_ROW = 20;

/** Blank pages and drawings are no news in a document that has text; from this share on without any they are. */
const WORTH_A_WARNING = 0.5;

/**
 * Reads pages of a PDF by rendering each one and giving the picture to tesseract, one page at a time, until the
 * pages or the seconds of the settings are used up. What cannot or may not be read is named.
 */
export async function readScannedPages(input: {
  readonly bytes: Uint8Array;
  /** Numbers of the pages without text, in order. */
  readonly pages: readonly number[];
  /** How many pages there are in all. */
  readonly of: number;
  /** Null: OCR is off. */
  readonly settings: OcrSettings | null;
  /** Milliseconds, from any beginning. */
  readonly clock: () => number;
}): Promise<ScannedPages> {
  const { bytes, pages, settings, clock } = input;
  const tesseract = settings === null ? null : await findTesseract(settings);
  const pdftoppm = findProgram('pdftoppm');
  if (settings === null || tesseract === null || pdftoppm === null) {
    const mend = settings === null ? 'set ingest.ocr to read it' : MEND;
    const worth = pages.length >= WORTH_A_WARNING * input.of;
    return { blocks: [], warnings: worth ? [noText(pages, mend)] : [] };
  }
  const until = clock() + settings.maxSeconds * 1_000;
  const blocks: Block[] = [];
  const read: number[] = [];
  let tried = 0;
  let empty = 0;
  for (const page of pages) {
    if (tried >= settings.maxPages || empty >= MAX_EMPTY_IN_A_ROW || clock() >= until) break;
    tried += 1;
    const found = await readPage({ tesseract, pdftoppm, bytes, page });
    empty = found.length === 0 ? empty + 1 : 0;
    if (found.length > 0) read.push(page);
    blocks.push(...found);
  }
  const warnings: Warning[] = [];
  if (read.length > 0) {
    const detail = `${named(read)} ${read.length === 1 ? 'was' : 'were'} read by optical character recognition; words may be wrong`;
    warnings.push({ code: 'read-by-ocr', detail });
  }
  const left = pages.slice(tried);
  if (left.length > 0 && empty < MAX_EMPTY_IN_A_ROW) {
    warnings.push(noText(left, 'raise ingest.ocr.maxPages or ingest.parseTimeoutSeconds'));
  }
  return { blocks, warnings };
}

function noText(pages: readonly number[], mend: string): Warning {
  const verb = pages.length === 1 ? 'holds' : 'hold';
  return { code: 'no-text', detail: `${named(pages)} ${verb} no text, perhaps a scan: ${mend}` };
}

interface PageToRead {
  readonly tesseract: Tesseract;
  readonly pdftoppm: string;
  readonly bytes: Uint8Array;
  readonly page: number;
}

async function readPage(input: PageToRead): Promise<Block[]> {
  // A blank page costs tesseract most of a second, only to load its languages.
  const small = await render(input, ['-scale-to', String(GLANCE_PIXELS)]);
  if (small === null || isBlank(small)) return [];
  const picture = await render(input, ['-png', '-scale-to', String(PIXELS)]);
  if (picture === null) return [];
  return (await readPicture(input.tesseract, picture, () => input.page)) ?? [];
}

/** The page in grey as pdftoppm draws it; null when it cannot. */
async function render({ pdftoppm, bytes, page }: PageToRead, how: readonly string[]): Promise<Buffer | null> {
  const args = ['-q', '-gray', ...how, '-f', String(page), '-l', String(page), '-'];
  const limits = { input: bytes, maxSeconds: MAX_RENDER_SECONDS, maxMegabytes: MAX_MEGABYTES };
  const result = await runWhole({ path: pdftoppm, args, ...limits }, MAX_PICTURE_BYTES);
  return result === null || result.output.length === 0 ? null : result.output;
}

/** "page 3", "pages 3, 5–9": runs in short, and the first ones only. */
function named(pages: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const page of pages) {
    const last = runs.at(-1);
    if (last !== undefined && page === last[1] + 1) last[1] = page;
    else runs.push([page, page]);
  }
  const shown = runs.slice(0, MAX_NAMED).map(([from, to]) => (from === to ? String(from) : `${from}–${to}`));
  const more = runs.length > MAX_NAMED ? ' and others' : '';
  return `${pages.length === 1 ? 'page' : 'pages'} ${shown.join(', ')}${more}`;
}

const MAX_NAMED = 12;
