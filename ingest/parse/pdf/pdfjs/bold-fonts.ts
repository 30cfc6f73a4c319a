import { isBoldName } from '../fonts.ts';
import type { PdfFile } from './open.ts';

/** Pages whose drawing commands may be read to learn font names: each costs as much as its text did. */
const MAX_FONT_PAGES = 4;
/** pdfjs' AnnotationMode.DISABLE. */
const WITHOUT_ANNOTATIONS = 0;

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
  return typeof name === 'string' && isBoldName(name);
}
