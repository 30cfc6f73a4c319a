import type { Block, Warning } from '../document.ts';
import type { ScannedPages } from './ocr/scanned-pages.ts';
import type { ParseInput, ParserResult } from './parser.ts';
import { buildBlocks } from './pdf/blocks.ts';
import { readingOrder } from './pdf/columns.ts';
import { bodyText, smallestBody } from './pdf/fonts.ts';
import { findFurniture } from './pdf/furniture.ts';
import {
  addHeadings,
  areComplete,
  candidatesByLook,
  fontsToKnow,
  type Headings,
  keepHeadings,
} from './pdf/headings.ts';
import { limitBlocks } from './pdf/limit.ts';
import { headingsByOutline } from './pdf/outline-headings.ts';
import { openMended } from './pdf/poppler/mended.ts';
import { findPoppler } from './pdf/poppler/source.ts';
import { type PageRows, type Row, readRows } from './pdf/rows.ts';
import { EngineFailed, type PdfSource } from './pdf/source.ts';
import { lineSpacing } from './pdf/spacing.ts';
import { withoutCover, withoutRunning, withoutSwallowing } from './pdf/structure.ts';
import { readVocabulary } from './pdf/text.ts';
import { coverTitle, makersTitle, type TitleLine } from './pdf/title.ts';

type PdfInput = Pick<ParseInput, 'bytes' | 'name' | 'limits'>;

/**
 * PDF to blocks: rows from text positions, less what repeats on every page, columns in reading order, headings
 * by outline or look, paragraphs, items and tables.
 */
export async function parsePdf(input: PdfInput): Promise<ParserResult> {
  const poppler = input.limits.programs?.pdf === 'poppler' ? findPoppler() : null;
  if (poppler !== null) {
    try {
      return await parseOpen(openMended(poppler, input.bytes), input);
    } catch (error) {
      if (!(error instanceof EngineFailed)) throw error;
      // What poppler cannot open, pdfjs opens or names.
    }
  }
  try {
    // Loaded when it is needed: where poppler reads nearly everything, that is seldom.
    const { openWithPdfjs } = await import('./pdf/pdfjs/source.ts');
    return await parseOpen(await openWithPdfjs(input.bytes), input);
  } catch (error) {
    return refusal(error);
  }
}

async function parseOpen(source: PdfSource, input: PdfInput): Promise<ParserResult> {
  try {
    return await parsePages(source, input);
  } finally {
    await source.close().catch(() => undefined);
  }
}

async function parsePages(source: PdfSource, input: PdfInput): Promise<ParserResult> {
  const { maxCharacters } = input.limits;
  const { pages, cut } = await readPages(source, maxCharacters);
  const count = await source.pageCount();
  const broken = cut ? 0 : count - pages.length;
  if (pages.length === 0 && broken > 0) {
    return { ok: false, reason: 'corrupt', detail: 'No page of this PDF can be read; the file is damaged.' };
  }
  const { blocks, heading } = await layOut(source, pages);
  const scanned = await readScans(input, pages);
  const limited = limitBlocks(inPageOrder(blocks, scanned.blocks), maxCharacters);
  const warnings: Warning[] = [...scanned.warnings];
  if (broken > 0) {
    const detail = `${broken} of ${count} pages are damaged and were left out.`;
    warnings.push({ code: 'part-skipped', detail });
  }
  if (cut || limited.cut) {
    warnings.push({ code: 'truncated', detail: `Only the first ${maxCharacters} characters were kept.` });
  }
  const title = makersTitle(await source.titles(), input.name) ?? heading;
  return { ok: true, document: { title, blocks: limited.blocks, pages: count, warnings } };
}

const isBare = ({ rows, turned }: PageRows): boolean => rows.length === 0 && turned.length === 0;

/** What OCR makes of the pages without text. */
async function readScans({ bytes, limits }: PdfInput, pages: readonly PageRows[]): Promise<ScannedPages> {
  const bare = pages.filter(isBare).map(({ number }) => number);
  if (bare.length === 0) return { blocks: [], warnings: [] };
  const { readScannedPages } = await import('./ocr/scanned-pages.ts');
  return readScannedPages({
    bytes,
    pages: bare,
    of: pages.length,
    settings: limits.programs?.ocr ?? null,
    clock: () => performance.now(),
  });
}

/** Both are in the order of their pages; no page has blocks in both. */
function inPageOrder(text: readonly Block[], scanned: readonly Block[]): readonly Block[] {
  if (scanned.length === 0) return text;
  return [...text, ...scanned].sort((a, b) => (a.page ?? 0) - (b.page ?? 0));
}

interface ReadPages {
  readonly pages: readonly PageRows[];
  /** Reading stopped because the pages so far hold more text than is wanted. */
  readonly cut: boolean;
}

/** Reads one page after the other; only its rows stay in memory. */
async function readPages(source: PdfSource, maxCharacters: number): Promise<ReadPages> {
  const pages: PageRows[] = [];
  let characters = 0;
  for await (const page of source.pages()) {
    if (page.kind === 'damaged') continue;
    if (characters > maxCharacters) return { pages, cut: true };
    const rows = readRows(page);
    pages.push(rows);
    for (const row of [rows.rows, ...rows.turned].flat()) {
      for (const cell of row.cells) characters += cell.text.length;
    }
  }
  return { pages, cut: false };
}

interface LaidOut {
  readonly blocks: readonly Block[];
  /** The heading that could be the title. */
  readonly heading: string | null;
}

async function layOut(source: PdfSource, pages: readonly PageRows[]): Promise<LaidOut> {
  const furniture = findFurniture(pages);
  const kept = (row: Row): boolean => !furniture.has(row);
  const flowsByPage = pages.map((page) =>
    [...readingOrder(page.rows.filter(kept)), ...page.turned.map((rows) => rows.filter(kept))].filter(
      (flow) => flow.length > 0,
    ),
  );
  const flows = flowsByPage.flat();
  const spacing = lineSpacing(flows);
  const { headings, running, lines } = await readHeadings(source, pages, flows, spacing);
  const words = readVocabulary(flows.flatMap((flow) => flow.map((row) => row.text)));
  const isText = (row: Row): boolean => !running.has(row);
  const blocks = flowsByPage.flatMap((pageFlows) =>
    buildBlocks(running.size === 0 ? pageFlows : pageFlows.map((flow) => flow.filter(isText)), {
      headings,
      words,
      spacing,
    }),
  );
  return { blocks, heading: coverTitle(lines, flows) };
}

interface ReadHeadings {
  readonly headings: Headings;
  /** Rows that repeat a heading while its section goes on; they are no text. */
  readonly running: ReadonlySet<Row>;
  /** The lines that could be the title. */
  readonly lines: readonly TitleLine[];
}

async function readHeadings(
  source: PdfSource,
  pages: readonly PageRows[],
  flows: readonly (readonly Row[])[],
  spacing: (size: number) => number,
): Promise<ReadHeadings> {
  const outline = await source.outline();
  const named = headingsByOutline(flows, outline);
  const lines = titleLines(named);
  if (areComplete(named, outline, pages.length)) {
    return { headings: withoutSwallowing(named, flows, pages.length), running: new Set(), lines };
  }
  const body = bodyText(pages);
  const smallest = smallestBody(pages, body);
  const bold = await source.boldFonts(fontsToKnow(flows, body, smallest));
  const candidates = candidatesByLook(flows, { body, bold, smallest, spacing });
  const inside = withoutCover(keepHeadings(candidates, flows, body), flows, pages.length);
  const { kept, rows: running } = withoutRunning(inside, flows, pages.length);
  const headings = withoutSwallowing(addHeadings(named, kept, flows), flows, pages.length);
  return { headings, running, lines: [...lines, ...candidates] };
}

function titleLines(named: Headings): TitleLine[] {
  const byHeading = Map.groupBy(named, ([, heading]) => heading);
  return [...byHeading.values()].map((entries) => {
    const rows = entries.map(([row]) => row);
    return { rows, text: rows.map((row) => row.text).join(' ') };
  });
}

function refusal(error: unknown): ParserResult {
  if (error instanceof Error && error.name === 'PasswordException') {
    return { ok: false, reason: 'encrypted', detail: 'This PDF opens only with a password.' };
  }
  return {
    ok: false,
    reason: 'corrupt',
    detail: 'This is not a readable PDF; the file is damaged or incomplete.',
  };
}
