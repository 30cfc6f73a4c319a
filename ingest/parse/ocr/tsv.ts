import type { Block } from '../../document.ts';
import { joinLine, readVocabulary } from '../pdf/text.ts';

/**
 * The table that tesseract prints (tesseract(1), `tsv`): a row for each page, block, paragraph, line and word,
 * twelve columns, words with a confidence of 0 to 100.
 */

/** Words below this confidence are left out of a line that is kept. */
const MIN_WORD = 30;
/** A line whose characters are less sure than this on average is no text: a picture, a stamp, a signature. */
const MIN_LINE = 60;
/** A page on which less than this share of the characters stand in kept lines is a picture. */
const MIN_KEPT = 0.35;
const MIN_CHARACTERS = 4;
const WORD_LEVEL = '5';

interface Line {
  /** Page, block and paragraph. */
  readonly place: string;
  readonly page: number;
  readonly words: { readonly text: string; readonly confidence: number }[];
}

/**
 * Paragraphs of tesseract's table with what is not surely text left out. `page` gives the number that pages are
 * cited by; tesseract counts the pictures of one file from 1.
 */
export function readTable(tsv: string, page: (picture: number) => number): Block[] {
  const byPage = Map.groupBy(linesOf(tsv), (line) => line.page);
  return [...byPage].flatMap(([number, lines]) => paragraphs(kept(lines), page(number)));
}

function linesOf(tsv: string): Line[] {
  const lines = new Map<string, Line>();
  for (const row of tsv.split('\n')) {
    const [level, page = '', block, paragraph, line, , , , , , confidence, text = ''] = row.split('\t');
    if (level !== WORD_LEVEL || text.trim() === '') continue;
    const place = `${page} ${block} ${paragraph}`;
    const key = `${place} ${line}`;
    const known = lines.get(key) ?? { place, page: Number(page), words: [] };
    known.words.push({ text: text.trim(), confidence: Number(confidence) });
    lines.set(key, known);
  }
  return [...lines.values()];
}

function kept(lines: readonly Line[]): readonly Line[] {
  const sure = lines.filter((line) => confidenceOf(line) >= MIN_LINE);
  const [left, all] = [characters(sure), characters(lines)];
  return left < MIN_CHARACTERS || left < MIN_KEPT * all ? [] : sure;
}

function confidenceOf({ words }: Line): number {
  const all = words.reduce((sum, { text }) => sum + text.length, 0);
  return words.reduce((sum, { text, confidence }) => sum + text.length * confidence, 0) / all;
}

/** Letters and digits only: specks are read as dots and dashes, and surely. */
function characters(lines: readonly Line[]): number {
  return lines
    .flatMap(({ words }) => words)
    .reduce((sum, { text }) => sum + (text.match(/[\p{L}\p{N}]/gu)?.length ?? 0), 0);
}

function paragraphs(lines: readonly Line[], page: number): Block[] {
  const groups = Map.groupBy(lines, ({ place }) => place);
  const texts = [...groups.values()].map((group) => group.map(textOf).filter((text) => text !== ''));
  const vocabulary = readVocabulary(texts.flat());
  return texts
    .map((rows) => rows.reduce((text, row) => joinLine(text, row, vocabulary), ''))
    .filter((text) => /[\p{L}\p{N}]/u.test(text))
    .map((text) => ({ kind: 'paragraph', text, page }));
}

function textOf({ words }: Line): string {
  return words
    .filter(({ confidence }) => confidence >= MIN_WORD)
    .map(({ text }) => text)
    .join(' ');
}
