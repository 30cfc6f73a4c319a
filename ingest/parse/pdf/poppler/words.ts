import type { Run, Span } from '../spans.ts';
import { cleanRun } from '../text.ts';
import { ASCENT_SHARE, unescapeXml } from './xml.ts';

/** A word with its box as poppler's `pdftotext -bbox` prints it (pdftotext.cc, printWordBBox), in points. */
export interface Word {
  readonly text: string;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const WORD = /<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">([\s\S]*?)<\/word>/g;

/** Where Unicode puts the characters of symbol fonts for private use; pdftohtml and pdfjs give the letter itself. */
const SYMBOL = /[\uf021-\uf07e]/g;
const asLetter = (symbol: string): string => String.fromCharCode(symbol.charCodeAt(0) - 0xf000);

/** The words of each page in the output, in the order of the pages. */
export function readWords(output: string): Word[][] {
  return output
    .split('<page ')
    .slice(1)
    .map((page) =>
      [...page.matchAll(WORD)].map(([, left, top, right, bottom, text = '']) => ({
        text: cleanRun(unescapeXml(text)).replace(SYMBOL, asLetter),
        left: Number(left),
        top: Number(top),
        right: Number(right),
        bottom: Number(bottom),
      })),
    );
}

/** Words closer than this, in font sizes, are one word in which the font changes. */
const TOUCHING = 0.05;
/** Words of one run that stand further apart, in font sizes, may belong to two columns. */
const APART = 0.6;
/** How far, in points, a word's middle may lie beside the run it is part of. */
const TOLERANCE = 1;
/** Runs are looked up by strips of this many points. */
const STRIP = 8;

/** The words as runs: places from their own boxes, baseline, size and font from the runs they are part of. */
export function placeWords(words: readonly Word[], runs: readonly Run[]): Run[] {
  const strips = new Map<number, Span[]>();
  for (const { span } of runs) {
    for (const strip of [stripOf(span.y - span.size / 2), stripOf(span.y)]) {
      const known = strips.get(strip);
      if (known === undefined) strips.set(strip, [span]);
      else if (known.at(-1) !== span) known.push(span);
    }
  }
  const placed: Span[] = [];
  let host: Span | null = null;
  let before = '';
  for (const word of words) {
    const own = hostOf(word, strips);
    if (own === null || word.text.trim() === '') continue;
    const last = placed.at(-1);
    const gap = last === undefined ? 0 : word.left - last.x - last.width;
    const near = gap > -TOLERANCE && gap < APART * own.size;
    // Letters that stand alone stay apart: whether they make a word is for the row to tell.
    const letters = before.length === 1 && word.text.length === 1;
    if (last !== undefined && own === host && near && !letters) {
      const text = `${last.text}${gap > TOUCHING * own.size ? ' ' : ''}${word.text}`;
      placed[placed.length - 1] = { ...last, text, width: word.right - last.x };
    } else {
      placed.push({ ...own, text: word.text, x: word.left, width: word.right - word.left });
    }
    host = own;
    before = word.text;
  }
  return placed.map((span) => ({ angle: 0, span }));
}

const stripOf = (y: number): number => Math.floor(y / STRIP);

/** The run whose box the middle of a word lies in; where several do, the one whose baseline is nearest. */
function hostOf(word: Word, strips: ReadonlyMap<number, readonly Span[]>): Span | null {
  const x = (word.left + word.right) / 2;
  const y = word.top + ASCENT_SHARE * (word.bottom - word.top);
  let best: Span | null = null;
  for (const strip of [stripOf(y) - 1, stripOf(y), stripOf(y) + 1]) {
    for (const span of strips.get(strip) ?? []) {
      if (x < span.x - TOLERANCE || x > span.x + span.width + TOLERANCE) continue;
      const off = Math.abs(span.y - y);
      if (off > span.size / 2 || (best !== null && off >= Math.abs(best.y - y))) continue;
      best = span;
    }
  }
  return best;
}
