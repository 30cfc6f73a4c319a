import { isInked, type Span } from './spans.ts';

/** A piece of a row with no wide gap inside: a whole line of prose, or one cell of a table. */
export interface Cell {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  /** Its own baseline: cells of two columns that share a row may differ a little. */
  readonly y: number;
  /** The size most of its characters have. */
  readonly size: number;
  /** Characters by font name, to tell emphasis and the body font. */
  readonly fonts: ReadonlyMap<string, number>;
}

/** A gap wider than this part of the font size ends a cell; gutters of typeset columns are 1 em or more. */
const CELL_GAP = 0.85;
/** A gap wider than this part of the font size is a space that the PDF did not write. */
const SPACE_GAP = 0.15;
/** The same text twice within this part of its size is one text painted twice (a shadow, a false bold). */
const PAINTED_TWICE = 0.2;

/** The cells of one baseline in reading order. */
export function readCells(baseline: readonly Span[]): Cell[] {
  const spans = paintedOnce(baseline.toSorted((a, b) => a.x - b.x));
  const sizes = new Map<number, number>();
  let rightToLeft = 0;
  let all = 0;
  for (const span of spans) {
    if (!isInked(span)) continue;
    all += span.text.length;
    if (span.rightToLeft) rightToLeft += span.text.length;
    sizes.set(span.size, (sizes.get(span.size) ?? 0) + span.text.length);
  }
  return mergeMarks(cutCells(spans, mostFrequent(sizes) ?? 1, rightToLeft > all / 2));
}

function paintedOnce(spans: readonly Span[]): Span[] {
  return spans.filter((span, at) => {
    for (let earlier = at - 1; earlier >= 0; earlier -= 1) {
      const other = spans[earlier];
      if (other === undefined || span.x - other.x > PAINTED_TWICE * span.size) break;
      if (other.text === span.text && span.text.trim() !== '' && other.size === span.size) return false;
    }
    return true;
  });
}

function cutCells(spans: readonly Span[], size: number, rightToLeft: boolean): Cell[] {
  const cells: Cell[] = [];
  let group: Span[] = [];
  let right = Number.NEGATIVE_INFINITY;
  for (const span of spans) {
    if (span.text.trim() !== '' && group.length > 0 && span.x - right > CELL_GAP * size) {
      cells.push(buildCell(group, rightToLeft));
      group = [];
    }
    group.push(span);
    if (span.text.trim() !== '') right = Math.max(right, span.x + span.width);
  }
  if (group.length > 0) cells.push(buildCell(group, rightToLeft));
  const inked = cells.flatMap(cutLeaders).filter((cell) => cell.text !== '');
  return rightToLeft ? inked.reverse() : inked;
}

function buildCell(spans: readonly Span[], rightToLeft: boolean): Cell {
  const inked = spans.filter(isInked);
  const fonts = new Map<string, number>();
  const sizes = new Map<number, number>();
  for (const { font, size, text } of inked) {
    fonts.set(font, (fonts.get(font) ?? 0) + text.length);
    sizes.set(size, (sizes.get(size) ?? 0) + text.length);
  }
  return {
    text: unspaced(textOf(rightToLeft ? spans.toReversed() : spans, rightToLeft), inked),
    left: Math.min(...inked.map((span) => span.x)),
    right: Math.max(...inked.map((span) => span.x + span.width)),
    y: inked[0]?.y ?? 0,
    size: mostFrequent(sizes) ?? 1,
    fonts,
  };
}

function textOf(spans: readonly Span[], rightToLeft: boolean): string {
  let text = '';
  let previous: Span | null = null;
  for (const span of spans) {
    if (!isInked(span)) {
      if (text !== '' && !text.endsWith(' ')) text += ' ';
      continue;
    }
    if (previous !== null && !text.endsWith(' ')) {
      const gap = rightToLeft ? previous.x - (span.x + span.width) : span.x - (previous.x + previous.width);
      if (gap > SPACE_GAP * Math.min(span.size, previous.size)) text += ' ';
    }
    text += span.text;
    previous = span;
  }
  return text.trim();
}

const SPACED_LETTERS = /^\p{L}(?: \p{L}){3,}$/u;
/** Letters that a designer spaced stand further apart, in parts of the font size, than words do. */
const LETTER_SPACE = 0.3;

/** Makes a word of letters that stand apart, as in "N E W S"; the gap between such words has cut the cell. */
function unspaced(text: string, inked: readonly Span[]): string {
  if (!SPACED_LETTERS.test(text) || inked.some((span) => span.text.trim().length > 1)) return text;
  const wide = inked.every((span, at) => {
    const next = inked[at + 1];
    return next === undefined || next.x - span.x - span.width > LETTER_SPACE * span.size;
  });
  return wide ? text.replaceAll(' ', '') : text;
}

/** Dots that lead the eye from a label to its number. */
const LEADER = /\s*(?:\.\s?){5,}\s*/;

/** Dots between a label and its number part cells; their places are estimated from the characters. */
function cutLeaders(cell: Cell): Cell[] {
  if (!cell.text.includes('....') && !cell.text.includes('. . . .')) return [cell];
  const [label = '', ...rest] = cell.text.split(LEADER);
  const value = rest.join(' ').trim();
  if (value === '') return [{ ...cell, text: label }];
  const step = (cell.right - cell.left) / cell.text.length;
  return [
    { ...cell, text: label, right: cell.left + label.length * step },
    { ...cell, text: value, left: cell.right - value.length * step },
  ];
}

const CURRENCY_ALONE = /^[$€£¥]$/;
const CLOSING_ALONE = /^[)%]+$/;
const LABEL_ALONE =
  /^(?:[\u2022\u25cf\u25aa\u25e6\u2023\uf0b7\uf0a7\uf0fc\uf0d8o*\-–—]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)]|\d{1,2}(?:\.\d{1,2}){1,4}\.?)$/;

/**
 * Puts back together what a layout tears apart: "$" and its number, a number and its ")" or "%", a bullet or
 * a section number and its text.
 */
function mergeMarks(cells: readonly Cell[]): Cell[] {
  const merged: Cell[] = [];
  let pending: Cell | null = null;
  for (const [at, cell] of cells.entries()) {
    const last = merged.at(-1);
    if (pending !== null) {
      const glue: string = CURRENCY_ALONE.test(pending.text) ? '' : ' ';
      merged.push(joinCells(pending, glue, cell));
      pending = null;
    } else if (last !== undefined && CLOSING_ALONE.test(cell.text) && /\d$/.test(last.text)) {
      merged[merged.length - 1] = joinCells(last, '', cell);
    } else if (at < cells.length - 1 && opens(cell, at, cells[at + 1])) {
      pending = cell;
    } else {
      merged.push(cell);
    }
  }
  return merged;
}

function opens(cell: Cell, at: number, next: Cell | undefined): boolean {
  if (CURRENCY_ALONE.test(cell.text)) return true;
  return at === 0 && LABEL_ALONE.test(cell.text) && next !== undefined && /\p{L}/u.test(next.text);
}

function joinCells(first: Cell, glue: string, second: Cell): Cell {
  const main = second.text.length > first.text.length ? second : first;
  const fonts = new Map(first.fonts);
  for (const [font, count] of second.fonts) fonts.set(font, (fonts.get(font) ?? 0) + count);
  const left = Math.min(first.left, second.left);
  const right = Math.max(first.right, second.right);
  return { text: first.text + glue + second.text, left, right, y: main.y, size: main.size, fonts };
}

/** The key with the largest count; null for an empty map. */
export function mostFrequent<Key>(counts: ReadonlyMap<Key, number>): Key | null {
  let best: Key | null = null;
  let most = 0;
  for (const [key, count] of counts) {
    if (count > most) {
      best = key;
      most = count;
    }
  }
  return best;
}
