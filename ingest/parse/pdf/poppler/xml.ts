import { isBoldName } from '../fonts.ts';
import { MAX_OUTLINE_ENTRIES, MAX_OUTLINE_LEVEL, type OutlineEntry } from '../source.ts';
import type { Run, Span } from '../spans.ts';
import { cleanRun, tidy } from '../text.ts';

/**
 * The XML that poppler's `pdftohtml -xml` prints (HtmlOutputDev.cc): a `page` with its size, a `fontspec` for
 * each font where it is first used, a `text` for each run with the box around it, bold parts in `<b>`, and the
 * `outline` behind the last page. Lengths are in points times `ZOOM`, font sizes rounded to whole ones.
 */

/** The largest factor pdftohtml takes: sizes come as whole numbers, so a point is parted in three. */
export const ZOOM = 3;
/** Share of a box's height above the baseline: ascent and descent of common text faces are about four to one. */
export const ASCENT_SHARE = 0.79;
/** Average width of a space at the end of a run, in font sizes. */
const SPACE_WIDTH = 0.25;
/** A run of so many characters that is this narrow, in font sizes for each, is not read from left to right. */
const MIN_TURNED = 2;
const TURNED_WIDTH = 0.05;

export interface Font {
  readonly size: number;
  readonly name: string;
}

/** Fonts by the number that the XML gives them; they run through the whole document. */
export type Fonts = Map<string, Font>;

export interface XmlPage {
  readonly number: number;
  readonly runs: readonly Run[];
  /** Some runs join what stands apart, or part what stands together: the words' own boxes are needed. */
  readonly crowded: boolean;
  /** Some of it stands at a right angle or upside down: pdftohtml does not say how. */
  readonly turned: boolean;
}

const PAGE = /<page number="(\d+)"/;
const FONT = /<fontspec id="(\d+)" size="(-?\d+)" family="([^"]*)"/g;
const TEXT =
  /<text top="([-\d.]+)" left="([-\d.]+)" width="([-\d.]+)" height="([-\d.]+)" font="(\d+)">([\s\S]*?)<\/text>/g;

/** Reads one page's part of the XML and adds its fonts to `fonts`. Null where the part holds no page. */
export function readPage(xml: string, fonts: Fonts): XmlPage | null {
  const number = Number(PAGE.exec(xml)?.[1] ?? 0);
  if (number < 1) return null;
  for (const [, id = '', size = '', family = ''] of xml.matchAll(FONT)) {
    fonts.set(id, { size: Math.max(1, Number(size)) / ZOOM, name: unescapeXml(family).replace(SUBSET, '') });
  }
  const runs: Run[] = [];
  let turned = false;
  for (const [, top, left, width, height, id = '', content = ''] of xml.matchAll(TEXT)) {
    const font = fonts.get(id);
    if (font === undefined) continue;
    const box = { top: Number(top), left: Number(left), width: Number(width), height: Number(height) };
    const length = content.replace(TAG, '').trim().length;
    if (length >= MIN_TURNED && box.width < TURNED_WIDTH * length * font.size * ZOOM) turned = true;
    for (const span of spansOf(content, box, font)) runs.push({ angle: 0, span });
  }
  const crowded = !turned && runs.some(({ span }) => isCrowded(span.text));
  return { number, runs, crowded, turned };
}

/** Figures of two columns in one run, with at most one word's beginning beside them. */
const FIGURES_JOINED = /[\d—–-][)%]*\s+(?:[$€£(]\s?)*[\d—–]/;
const AMOUNTS_JOINED = /[\d)]\s+[$€£](?:\s*[\d(]|\s*$)|[$€£]\s{2,}[\d(]/;
const PROSE = /\p{L}{3}/u;
const WORDS_JOINED = /\p{L}{28}/u;
/** What the slower expressions need at least. */
const LONG_WORD = /\S{28}/;
const LETTERS_PARTED = /(?:^|\s)(?:\p{L}\s){3}/u;

/**
 * pdftohtml joins runs of one line that stand less than a line's height apart, tells words by a tenth of it, and
 * says nothing of the gaps within.
 */
function isCrowded(text: string): boolean {
  if (FIGURES_JOINED.test(text) && !PROSE.test(text)) return true;
  if (AMOUNTS_JOINED.test(text) || LETTERS_PARTED.test(text)) return true;
  return LONG_WORD.test(text) && WORDS_JOINED.test(text);
}

/** Six letters before the name of a font of which only some characters are in the file. */
const SUBSET = /^[A-Z]{6}\+/;
const TAG = /<[^>]*>/g;
const NOT_BOLD_TAG = /<(?!\/?b>)[^>]*>/g;

interface Box {
  readonly top: number;
  readonly left: number;
  readonly width: number;
  readonly height: number;
}

/**
 * A run that changes between bold and regular carries the name of its first font for all of it, with the bold
 * parts marked: so what is marked, and what is not beside it, carries this behind the name.
 */
const BOLD_MARK = ' <b>';
const REGULAR_MARK = ' <r>';

/** Whether a font of these runs is bold. */
export function isBold(font: string): boolean {
  return font.endsWith(BOLD_MARK) || (!font.endsWith(REGULAR_MARK) && isBoldName(font));
}

/** The bold and the other parts of one run; their places within it are estimated from their characters. */
function spansOf(content: string, box: Box, font: Font): Span[] {
  const parts = content
    .replace(NOT_BOLD_TAG, '')
    .split(/(<\/?b>)/)
    .filter((part) => part !== '');
  const spans: Span[] = [];
  let bold = false;
  const marked = parts.map((part) => {
    if (part === '<b>') bold = true;
    if (part === '</b>') bold = false;
    return { bold, text: TAGS_OF_BOLD.has(part) ? '' : cleanRun(unescapeXml(part)) };
  });
  const hasBold = marked.some((part) => part.bold);
  const all = marked.reduce((sum, { text }) => sum + text.length, 0);
  if (all === 0) return [];
  const y = (box.top + ASCENT_SHARE * box.height) / ZOOM;
  const step = box.width / ZOOM / all;
  let before = 0;
  for (const part of marked) {
    const { length } = part.text;
    if (length === 0) continue;
    const place = { x: box.left / ZOOM + before * step, width: length * step };
    before += length;
    const trimmed = trim(part.text, place, font.size);
    spans.push({
      ...trimmed,
      y,
      size: font.size,
      font: font.name + (part.bold ? BOLD_MARK : hasBold ? REGULAR_MARK : ''),
      rightToLeft: RIGHT_TO_LEFT.test(part.text),
    });
  }
  return spans;
}

const TAGS_OF_BOLD: ReadonlySet<string> = new Set(['<b>', '</b>']);
const RIGHT_TO_LEFT = /^[^\p{L}]*[\p{scx=Hebr}\p{scx=Arab}\p{scx=Syrc}\p{scx=Thaa}]/u;

/** Spaces at the ends are no ink: without this they would close the gap to the next column. */
function trim(
  text: string,
  { x, width }: { readonly x: number; readonly width: number },
  size: number,
): { readonly text: string; readonly x: number; readonly width: number } {
  const before = text.length - text.trimStart().length;
  const after = text.length - text.trimEnd().length;
  if (before + after === 0 || before === text.length) return { text, x, width };
  const space = Math.min(SPACE_WIDTH * size, width / text.length);
  return { text, x: x + before * space, width: width - (before + after) * space };
}

const OUTLINE_TAG = /<(\/?)outline>|<item page="(\d+)">([\s\S]*?)<\/item>/g;

/** The bookmarks of what stands behind the last page. Entries that lead nowhere have no page and are left out. */
export function readOutline(xml: string): OutlineEntry[] {
  const entries: OutlineEntry[] = [];
  let level = 0;
  for (const [, closing, page, title = ''] of xml.matchAll(OUTLINE_TAG)) {
    if (entries.length >= MAX_OUTLINE_ENTRIES) break;
    if (page === undefined) {
      level += closing === '/' ? -1 : 1;
      continue;
    }
    const text = tidy(cleanRun(unescapeXml(title.replace(TAG, ''))));
    if (text !== '' && Number(page) > 0 && level <= MAX_OUTLINE_LEVEL) {
      entries.push({ title: text, level, page: Number(page) });
    }
  }
  return entries;
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Text of XML; references that name no character stay as they are. */
export function unescapeXml(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{1,6}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return NAMED[name as string] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex as string, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
