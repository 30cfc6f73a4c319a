import { describe, expect, it } from 'vitest';
import { cleanRun, joinLine, readVocabulary, tidy } from '../../../ingest/parse/pdf/text.ts';
import { ENGINES, lines, makePdf, type Reading, readingWith, texts } from './pdf-sample.ts';

const LINE = 14;

async function paragraphs(parsed: Reading['parsed'], rows: readonly string[]): Promise<string[]> {
  const bytes = await makePdf((pdf) => {
    pdf.fontSize(11);
    lines(pdf, 72, 100, LINE, rows);
  });
  return texts((await parsed(bytes)).blocks, 'paragraph');
}

describe.each(ENGINES)('lines of a PDF, by %s', (engine) => {
  const { parsed } = readingWith(engine);
  it('become one paragraph', async () => {
    expect(
      await paragraphs(parsed, ['The rule holds for everyone who', 'works in the Milan office.']),
    ).toEqual(['The rule holds for everyone who works in the Milan office.']);
  });

  it('that stand apart become two paragraphs', async () => {
    const bytes = await makePdf((pdf) => {
      pdf.fontSize(11);
      lines(pdf, 72, 100, LINE, ['The first rule holds for everyone', 'who works in the Milan office.']);
      lines(pdf, 72, 150, LINE, ['The second rule holds for everyone', 'who works anywhere else.']);
    });
    expect(texts((await parsed(bytes)).blocks, 'paragraph')).toHaveLength(2);
  });

  it('lose the hyphen of a word that the line end cut', async () => {
    expect(
      await paragraphs(parsed, [
        'The information of this page is plain. More infor-',
        'mation is given by the office in Milan.',
      ]),
    ).toEqual(['The information of this page is plain. More information is given by the office in Milan.']);
  });

  it('keep the hyphen of a word that the document writes with it', async () => {
    expect(
      await paragraphs(parsed, [
        'Our self-service desk is open. Come to the self-',
        'service desk with the information that you have. Infor-',
        'mation is free.',
      ]),
    ).toEqual([
      'Our self-service desk is open. Come to the self-service desk with the information that you have. Information is free.',
    ]);
  });

  it('that begin with a bullet become items with the lines that go on', async () => {
    const bytes = await makePdf((pdf) => {
      pdf.fontSize(11);
      lines(pdf, 72, 100, LINE, ['•', '', '•']);
      lines(pdf, 90, 100, LINE, ['Bring the receipt of the', 'hotel and the train.', 'Ask your manager.']);
    });
    expect(texts((await parsed(bytes)).blocks, 'item')).toEqual([
      'Bring the receipt of the hotel and the train.',
      'Ask your manager.',
    ]);
  });

  it('that begin with a number become items and keep it', async () => {
    const bytes = await makePdf((pdf) => {
      pdf.fontSize(11);
      lines(pdf, 72, 100, LINE, ['1) Open the form.', '2) Fill it in.', '3) Send it.']);
    });
    expect(texts((await parsed(bytes)).blocks, 'item')).toEqual([
      '1) Open the form.',
      '2) Fill it in.',
      '3) Send it.',
    ]);
  });
});

describe('characters of a PDF', () => {
  it('are letters, not ligatures', () => {
    expect(cleanRun('eﬃcient ﬁling of oﬀers ﬂows')).toBe('efficient filing of offers flows');
  });

  it('are composed', () => {
    expect(cleanRun('perche\u0301')).toBe('perché');
  });

  it('lose soft hyphens and double spaces', () => {
    expect(tidy(' car\u00adry  over ')).toBe('carry over');
  });

  it('are joined over a soft hyphen at the line end', () => {
    expect(joinLine('car\u00ad', 'ry', readVocabulary([]))).toBe('carry');
  });

  it('keep the hyphen of a document that never cuts words', () => {
    expect(joinLine('a cutting-', 'edge tool', readVocabulary(['a cutting-', 'edge tool']))).toBe(
      'a cutting-edge tool',
    );
  });

  it('keep the hyphen between numbers without a space', () => {
    expect(joinLine('call 1-', '800', readVocabulary([]))).toBe('call 1-800');
  });
});
