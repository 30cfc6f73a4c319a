import type { Block, Warning } from '../document.ts';
import type { Parser, ParserResult } from './parser.ts';
import { buildBlocks } from './pdf/blocks.ts';
import { readingOrder } from './pdf/columns.ts';
import { bodyText, findBoldFonts, smallestBody } from './pdf/fonts.ts';
import { readFormValues } from './pdf/forms.ts';
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
import { type OpenPdf, openPdf, type PdfFile } from './pdf/open.ts';
import { readOutline } from './pdf/outline.ts';
import { headingsByOutline } from './pdf/outline-headings.ts';
import { type PageRows, type Row, readRows } from './pdf/rows.ts';
import { lineSpacing } from './pdf/spacing.ts';
import { withoutCover, withoutRunning, withoutSwallowing } from './pdf/structure.ts';
import { readVocabulary } from './pdf/text.ts';
import { coverTitle, metadataTitle, type TitleLine } from './pdf/title.ts';

/**
 * PDF to blocks: rows from text positions, less what repeats on every page, columns in reading order, headings
 * by outline or look, paragraphs, items and tables.
 */
export const parsePdf: Parser = async ({ bytes, name, limits }) => {
  let pdf: OpenPdf;
  try {
    pdf = await openPdf(bytes);
  } catch (error) {
    return refusal(error);
  }
  try {
    return await parseOpen(pdf.file, name, limits.maxCharacters);
  } catch (error) {
    return refusal(error);
  } finally {
    await pdf.close().catch(() => undefined);
  }
};

async function parseOpen(file: PdfFile, name: string, maxCharacters: number): Promise<ParserResult> {
  const read = await readPages(file, maxCharacters);
  if (read.pages.length === 0 && read.broken > 0) {
    return { ok: false, reason: 'corrupt', detail: 'No page of this PDF can be read; the file is damaged.' };
  }
  const { blocks, heading } = await layOut(file, read.pages);
  const limited = limitBlocks(blocks, maxCharacters);
  const warnings: Warning[] = [];
  if (read.broken > 0) {
    const detail = `${read.broken} of ${file.numPages} pages are damaged and were left out.`;
    warnings.push({ code: 'part-skipped', detail });
  }
  if (read.cut || limited.cut) {
    warnings.push({ code: 'truncated', detail: `Only the first ${maxCharacters} characters were kept.` });
  }
  const title = (await metadataTitle(file, name)) ?? heading;
  return { ok: true, document: { title, blocks: limited.blocks, pages: file.numPages, warnings } };
}

interface ReadPages {
  readonly pages: readonly PageRows[];
  readonly broken: number;
  /** Reading stopped because the pages so far hold more text than is wanted. */
  readonly cut: boolean;
}

/** A page tree can claim any number of pages; after this many that cannot be read there are no more. */
const MAX_FAILING_IN_A_ROW = 100;

/** Reads one page after the other and lets go of it; only its rows stay in memory. */
async function readPages(file: PdfFile, maxCharacters: number): Promise<ReadPages> {
  const pages: PageRows[] = [];
  const formValues = await readFormValues(file);
  let broken = 0;
  let failingInARow = 0;
  let characters = 0;
  for (let number = 1; number <= file.numPages; number += 1) {
    if (characters > maxCharacters) return { pages, broken, cut: true };
    try {
      const page = await file.getPage(number);
      const rows = await readRows(page, number, formValues.get(number));
      page.cleanup();
      pages.push(rows);
      failingInARow = 0;
      for (const row of [rows.rows, ...rows.turned].flat()) {
        for (const cell of row.cells) characters += cell.text.length;
      }
    } catch {
      broken += 1;
      failingInARow += 1;
      if (failingInARow >= MAX_FAILING_IN_A_ROW) {
        return { pages, broken: broken + file.numPages - number, cut: false };
      }
    }
  }
  return { pages, broken, cut: false };
}

interface LaidOut {
  readonly blocks: readonly Block[];
  /** The heading that could be the title. */
  readonly heading: string | null;
}

async function layOut(file: PdfFile, pages: readonly PageRows[]): Promise<LaidOut> {
  const furniture = findFurniture(pages);
  const kept = (row: Row): boolean => !furniture.has(row);
  const flowsByPage = pages.map((page) =>
    [...readingOrder(page.rows.filter(kept)), ...page.turned.map((rows) => rows.filter(kept))].filter(
      (flow) => flow.length > 0,
    ),
  );
  const flows = flowsByPage.flat();
  const spacing = lineSpacing(flows);
  const { headings, running, lines } = await readHeadings(file, pages, flows, spacing);
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
  file: PdfFile,
  pages: readonly PageRows[],
  flows: readonly (readonly Row[])[],
  spacing: (size: number) => number,
): Promise<ReadHeadings> {
  const outline = await readOutline(file);
  const named = headingsByOutline(flows, outline);
  const lines = titleLines(named);
  if (areComplete(named, outline, pages.length)) {
    return { headings: withoutSwallowing(named, flows, pages.length), running: new Set(), lines };
  }
  const body = bodyText(pages);
  const smallest = smallestBody(pages, body);
  const bold = await findBoldFonts(file, fontsToKnow(flows, body, smallest));
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
