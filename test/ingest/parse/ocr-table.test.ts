import { describe, expect, it } from 'vitest';
import { readTable } from '../../../ingest/parse/ocr/tsv.ts';

const HEAD = 'level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext';

interface Line {
  readonly words: string;
  readonly confidence: number;
  readonly paragraph?: number;
  readonly picture?: number;
}

/** Tesseract's table of lines whose words are all equally sure. */
function table(lines: readonly Line[]): string {
  const rows = lines.flatMap(({ words, confidence, paragraph = 1, picture = 1 }, line) =>
    words
      .split(' ')
      .map((word, at) =>
        [5, picture, 1, paragraph, line + 1, at + 1, 10, 10, 50, 20, confidence, word].join('\t'),
      ),
  );
  return [HEAD, '1\t1\t0\t0\t0\t0\t0\t0\t1000\t1000\t-1\t', ...rows, ''].join('\n');
}

const texts = (lines: readonly Line[]): string[] =>
  readTable(table(lines), (picture) => picture).map((block) => ('text' in block ? block.text : ''));

describe('the table of tesseract', () => {
  it('gives a paragraph for each of its paragraphs', () => {
    expect(
      texts([
        { words: 'Receipts are handed in', confidence: 95 },
        { words: 'within thirty days.', confidence: 94 },
        { words: 'Parking is not refunded.', confidence: 96, paragraph: 2 },
      ]),
    ).toEqual(['Receipts are handed in within thirty days.', 'Parking is not refunded.']);
  });

  it('joins a word that the end of a line cut', () => {
    expect(
      texts([
        { words: 'The travel information is short, more infor-', confidence: 95 },
        { words: 'mation is in the office.', confidence: 95 },
      ]),
    ).toEqual(['The travel information is short, more information is in the office.']);
  });

  it('counts pictures as pages of the caller', () => {
    const tsv = table([
      { words: 'First sheet', confidence: 95 },
      { words: 'Second sheet', confidence: 95, picture: 2 },
    ]);
    expect(readTable(tsv, (picture) => picture + 10).map(({ page }) => page)).toEqual([11, 12]);
  });

  it('leaves out a line that is not sure', () => {
    expect(
      texts([
        { words: 'The office is closed on Fridays in August', confidence: 93 },
        { words: 'ae |i ~~ ;', confidence: 35, paragraph: 2 },
      ]),
    ).toEqual(['The office is closed on Fridays in August']);
  });

  it('leaves out a word that is not sure in a line that is', () => {
    const row = (at: number, confidence: number, word: string): string =>
      [5, 1, 1, 1, 1, at, 10, 10, 50, 20, confidence, word].join('\t');
    const tsv = [HEAD, row(1, 95, 'Approved'), row(2, 96, 'today'), row(3, 8, '~#')].join('\n');
    expect(readTable(tsv, () => 1)).toEqual([{ kind: 'paragraph', text: 'Approved today', page: 1 }]);
  });

  it('holds no text where most of what was seen is not sure: that is a photograph', () => {
    expect(
      texts([
        { words: 'STOP', confidence: 80 },
        { words: 'qp ewf ii rtt lkaj oiuq zzr', confidence: 31, paragraph: 2 },
      ]),
    ).toEqual([]);
  });

  it('holds no text where there are only specks', () => {
    expect(texts([{ words: '. - | — .', confidence: 95 }])).toEqual([]);
  });

  it('holds no text where a word is blank, however sure', () => {
    expect(readTable([HEAD, '5\t1\t1\t1\t1\t1\t0\t0\t0\t200\t95\t '].join('\n'), () => 1)).toEqual([]);
  });
});
