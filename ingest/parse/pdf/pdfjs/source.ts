import type { PageReading, PdfSource } from '../source.ts';
import { findBoldFonts } from './bold-fonts.ts';
import { readFormValues } from './forms.ts';
import { type OpenPdf, openPdf, type PdfFile, type TextItem } from './open.ts';
import { readOutline } from './outline.ts';
import { place } from './place.ts';

/** A page tree can claim any number of pages; after this many that cannot be read there are no more. */
const MAX_FAILING_IN_A_ROW = 100;

/** A PDF open in pdfjs, which can also be asked for single pages. */
export interface PdfjsSource extends PdfSource {
  page(number: number): Promise<PageReading>;
}

/** Opens a PDF with pdfjs, by way of pdf-parse. Throws pdf-parse's named exceptions. */
export async function openWithPdfjs(bytes: Uint8Array): Promise<PdfjsSource> {
  const { file, close }: OpenPdf = await openPdf(bytes);
  let forms: Promise<ReadonlyMap<number, readonly TextItem[]>> | null = null;
  const page = async (number: number): Promise<PageReading> => {
    forms ??= readFormValues(file);
    return readPage(file, number, (await forms).get(number) ?? []);
  };
  return {
    page,
    pages: () => readPages(file.numPages, page),
    pageCount: async () => file.numPages,
    outline: () => readOutline(file),
    titles: () => readTitles(file),
    boldFonts: (wanted) => findBoldFonts(file, wanted),
    close,
  };
}

async function* readPages(
  pages: number,
  read: (number: number) => Promise<PageReading>,
): AsyncGenerator<PageReading> {
  let failing = 0;
  for (let number = 1; number <= pages && failing < MAX_FAILING_IN_A_ROW; number += 1) {
    const page = await read(number);
    failing = page.kind === 'damaged' ? failing + 1 : 0;
    yield page;
  }
}

/** Reads one page and lets go of it. */
async function readPage(
  file: PdfFile,
  number: number,
  formValues: readonly TextItem[],
): Promise<PageReading> {
  try {
    const page = await file.getPage(number);
    const { transform } = page.getViewport({ scale: 1 });
    const { items } = await page.getTextContent();
    page.cleanup();
    const inked = [...items.filter(isText), ...formValues].filter((item) => item.str !== '');
    return { kind: 'text', number, runs: inked.map((item) => place(item, transform)) };
  } catch {
    return { kind: 'damaged', number };
  }
}

function isText(item: TextItem | { readonly type: string }): item is TextItem {
  return 'str' in item;
}

async function readTitles(file: PdfFile): Promise<string[]> {
  try {
    const { info, metadata } = await file.getMetadata();
    return [info?.Title, metadata?.get('dc:title')].filter((title) => typeof title === 'string');
  } catch {
    // Damaged metadata: a heading gives the title.
    return [];
  }
}
