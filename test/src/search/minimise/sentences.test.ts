import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitSentences } from '../../../../src/search/minimise/sentences.ts';

const texts = (text: string): string[] => splitSentences(text, 'en').map((sentence) => sentence.text);

describe('splitSentences', () => {
  it('ends a sentence at a line', () => {
    expect(texts('- one item\n- another. And more.')).toEqual(['- one item', '- another.', 'And more.']);
  });

  it('reads every line as if it stood alone', () => {
    const unit = fc.constantFrom(
      '\n',
      '\r\n',
      '\n\n',
      '. ',
      '.',
      ' a',
      'B',
      '! ',
      '1',
      '\t',
      'Dr. ',
      '\u0301',
      '…',
      '”',
      '\u2028',
    );
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 60 }), (text) => {
        expect(texts(text)).toEqual(text.split('\n').flatMap(texts));
      }),
    );
  });

  it('does not count the end of a line to its length', () => {
    const line = `${'word '.repeat(36)}ended. then more`.padEnd(200, 'x');
    expect(texts(`${line}\nNext.`)).toEqual([line, 'Next.']);
    expect(texts(`${line}x\nNext.`)).toHaveLength(3);
  });

  it('takes every language', () => {
    for (const language of ['en', 'it', 'de', 'fr', 'es', 'und'] as const) {
      expect(splitSentences('Uno. Due.', language).map(({ text }) => text)).toEqual(['Uno.', 'Due.']);
    }
  });

  it('parts a long line without capitals behind whole words, not behind abbreviations', () => {
    const long = `${'word '.repeat(40)}ended. the next one, cf. no. 5 of it, is ${'long '.repeat(10)}too.`;
    expect(texts(long)).toEqual([
      `${'word '.repeat(40)}ended.`,
      `the next one, cf. no. 5 of it, is ${'long '.repeat(10)}too.`,
    ]);
  });

  it.each([
    ['en', 'A rule. It holds.', 0],
    ['en', 'A rule. Iteration holds.', null],
    ['it', 'Una regola. Questa vale.', 0],
    ['it', 'Una regola. In caso contrario decade.', 0],
    ['it', 'Una regola. Esso vale.', 0],
    ['it', 'Una regola. Il capo decide.', null],
    ['de', 'Eine Regel. Diese gilt.', 0],
    ['fr', 'Une règle. Elle vaut.', 0],
    ['es', 'Una regla. Esta vale.', 0],
    ['und', 'A rule. It holds.', null],
  ] as const)('in %s “%s”: the second leans on %s', (language, text, leansOn) => {
    expect(splitSentences(text, language)[1]?.leansOn).toBe(leansOn);
  });

  it('lets every item lean on the line that introduces the list, and nothing after it', () => {
    const lines = ['First. Bring:', '- a form', '2. an invoice', 'The end.', '- stray'].join('\n');
    expect(splitSentences(lines, 'en').map(({ leansOn }) => leansOn)).toEqual([null, null, 1, 1, null, null]);
  });

  it('lets rows lean on the row that names the columns, not where each cell names its own', () => {
    expect(splitSentences('City | Rate\nRome | 90', 'en')[1]?.leansOn).toBe(0);
    expect(splitSentences('City: Rome | Rate: 90\nCity: Turin | Rate: 80', 'en')[1]?.leansOn).toBeNull();
  });
});
