import { mostFrequent } from './cells.ts';
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

/** TeX's own families call their bold "bx" and Nimbus "Medi". */
const BOLD_NAME = /bold|black|heavy|demi|medi(?:um)?\b|medi(?:um)?-|[-,]bd\b|(?:cm|sf|ec|la)bx/i;

/** Some programs take all names off their fonts; what is not the body's font is then taken for emphasis. */
const NAMELESS = /^(?:[A-Z]{6}\+)?CIDFont\+F\d+$/;

/** Whether a font's own name says that it is bold. */
export function isBoldName(name: string): boolean {
  return BOLD_NAME.test(name) || NAMELESS.test(name);
}
