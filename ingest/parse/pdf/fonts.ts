import { mostFrequent } from './cells.ts';
import type { PdfFile } from './open.ts';
import type { PageRows, Row } from './rows.ts';

export interface BodyText {
  readonly size: number;
  readonly font: string | null;
}

/** Sizes within half a point are one size. */
export function roundedSize(size: number): number {
  return Math.round(size * 2) / 2;
}

/** Pages before and after one that tell which size its own part of the document is set in. */
const WINDOW = 10;

/**
 * The size of the running text around a page where that is smaller than in the document at large: an appendix in
 * larger type must not hide the headings of the report before it.
 */
export function smallestBody(pages: readonly PageRows[], body: BodyText): (page: number) => number {
  const byPage = pages.map(({ rows }) => {
    const sizes = new Map<number, number>();
    for (const row of rows) {
      const size = roundedSize(row.size);
      sizes.set(size, (sizes.get(size) ?? 0) + row.text.length);
    }
    return sizes;
  });
  const found = new Map<number, number>();
  for (const [at, page] of pages.entries()) {
    const around = new Map<number, number>();
    for (const sizes of byPage.slice(Math.max(0, at - WINDOW), at + WINDOW + 1)) {
      for (const [size, count] of sizes) around.set(size, (around.get(size) ?? 0) + count);
    }
    found.set(page.number, Math.min(mostFrequent(around) ?? body.size, body.size));
  }
  return (page) => found.get(page) ?? body.size;
}

/** Size and font that most characters of the document have. */
export function bodyText(pages: readonly PageRows[]): BodyText {
  const sizes = new Map<number, number>();
  const fonts = new Map<string, number>();
  for (const { rows } of pages) {
    for (const row of rows) {
      const size = roundedSize(row.size);
      for (const [font, count] of row.fonts) {
        sizes.set(size, (sizes.get(size) ?? 0) + count);
        fonts.set(font, (fonts.get(font) ?? 0) + count);
      }
    }
  }
  return { size: mostFrequent(sizes) ?? 1, font: mostFrequent(fonts) };
}

/** The share of a row's characters that are set in one of these fonts. */
export function shareOf(row: Row, fonts: ReadonlySet<string>): number {
  let inside = 0;
  let all = 0;
  for (const [font, count] of row.fonts) {
    all += count;
    if (fonts.has(font)) inside += count;
  }
  return all === 0 ? 0 : inside / all;
}

/** Pages whose drawing commands may be read to learn font names: each costs as much as its text did. */
const MAX_FONT_PAGES = 4;
/** pdfjs' AnnotationMode.DISABLE. */
const WITHOUT_ANNOTATIONS = 0;
/** TeX's own families call their bold "bx" and Nimbus "Medi". */
const BOLD_NAME = /bold|black|heavy|demi|medi(?:um)?\b|medi(?:um)?-|[-,]bd\b|(?:cm|sf|ec|la)bx/i;

/** Some programs take all names off their fonts; what is not the body's font is then taken for emphasis. */
const NAMELESS = /^(?:[A-Z]{6}\+)?CIDFont\+F\d+$/;

/**
 * Which of the fonts are bold. pdfjs tells font names only with a page's drawing commands, so those are read
 * for a few pages: the ones where fonts that could mark headings first stand.
 */
export async function findBoldFonts(
  file: PdfFile,
  wanted: ReadonlyMap<string, number>,
): Promise<ReadonlySet<string>> {
  const byPage = new Map<number, string[]>();
  for (const [font, page] of wanted) byPage.set(page, [...(byPage.get(page) ?? []), font]);
  const bold = new Set<string>();
  const pages = [...byPage].sort((a, b) => b[1].length - a[1].length).slice(0, MAX_FONT_PAGES);
  for (const [number, fonts] of pages) {
    try {
      const page = await file.getPage(number);
      await page.getOperatorList({ annotationMode: WITHOUT_ANNOTATIONS });
      for (const font of fonts) {
        if (page.commonObjs.has(font) && isBold(page.commonObjs.get(font))) bold.add(font);
      }
      page.cleanup();
    } catch {
      // Fonts that cannot be read are taken for regular ones.
    }
  }
  return bold;
}

function isBold(font: unknown): boolean {
  if (typeof font !== 'object' || font === null) return false;
  const { name, bold, black } = font as { name?: unknown; bold?: unknown; black?: unknown };
  if (bold === true || black === true) return true;
  return typeof name === 'string' && (BOLD_NAME.test(name) || NAMELESS.test(name));
}
