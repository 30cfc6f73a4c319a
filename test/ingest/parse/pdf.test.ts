import { describe, expect, it } from 'vitest';
import { type Canvas, ENGINES, lines, makePdf, prose, readingWith, texts } from './pdf-sample.ts';

const LINE = 14;

describe.each(ENGINES)('a PDF and its pages, by %s', (engine) => {
  const { parse, parsed } = readingWith(engine);
  it('gives every block the number of its page', async () => {
    const bytes = await makePdf((pdf) => {
      pdf.fontSize(11).text('The first page tells of leave.');
      pdf.addPage().text('The second page tells of travel.');
      pdf.addPage().text('The third page tells of safety.');
    });
    const { blocks, pages } = await parsed(bytes);
    expect(pages).toBe(3);
    expect(blocks).toEqual([
      { kind: 'paragraph', text: 'The first page tells of leave.', page: 1 },
      { kind: 'paragraph', text: 'The second page tells of travel.', page: 2 },
      { kind: 'paragraph', text: 'The third page tells of safety.', page: 3 },
    ]);
  });

  it('leaves the bytes it was given untouched', async () => {
    const bytes = await makePdf((pdf) => pdf.text('Some text.'));
    const before = bytes.slice();
    await parse(bytes);
    expect(bytes).toEqual(before);
  });

  it('without any text has no blocks and no title', async () => {
    const { blocks, title, pages } = await parsed(await makePdf((pdf) => pdf.addPage()));
    expect({ blocks, title, pages }).toEqual({ blocks: [], title: null, pages: 2 });
  });

  it('reads a page that is turned', async () => {
    const bytes = await makePdf((pdf) => {
      pdf.rotate(90, { origin: [300, 400] }).fontSize(11);
      lines(pdf, 100, 400, LINE, ['A landscape sheet is read', 'in its own direction.']);
    });
    expect(texts((await parsed(bytes)).blocks, 'paragraph')).toEqual([
      'A landscape sheet is read in its own direction.',
    ]);
  });

  it('reads what was filled into a form', async () => {
    const bytes = await makePdf((pdf) => {
      pdf.font('Helvetica').fontSize(11).text('Name:', 72, 100, { lineBreak: false });
      pdf.initForm().formText('name', 120, 98, 200, 16, { value: 'Ada Rossi' });
    });
    expect(texts((await parsed(bytes)).blocks, 'paragraph').join(' ')).toBe('Name: Ada Rossi');
  });

  it('keeps the first characters up to the limit and says so', async () => {
    const bytes = await makePdf((pdf) => pdf.fontSize(11).text(prose('limited', 20)));
    const { blocks, warnings } = await parsed(bytes, 'sample.pdf', 100);
    expect(texts(blocks, 'paragraph').join('').length).toBeLessThanOrEqual(100);
    expect(warnings.map((warning) => warning.code)).toEqual(['truncated']);
  });
});

describe.each(ENGINES)('a PDF that cannot be read, by %s', (engine) => {
  const { parse, parsed } = readingWith(engine);
  it('is refused as encrypted when it needs a password', async () => {
    const bytes = await makePdf((pdf) => pdf.text('Secret.'), { userPassword: 'open sesame' });
    expect(await parse(bytes)).toMatchObject({ ok: false, reason: 'encrypted' });
  });

  it('is read when only changing it needs a password', async () => {
    const bytes = await makePdf((pdf) => pdf.text('Read me, do not change me.'), { ownerPassword: 'owner' });
    expect(texts((await parsed(bytes)).blocks, 'paragraph')).toEqual(['Read me, do not change me.']);
  });

  it('is refused as corrupt when it is no PDF', async () => {
    const bytes = new TextEncoder().encode('This is a letter, not a PDF.');
    expect(await parse(bytes)).toMatchObject({ ok: false, reason: 'corrupt' });
  });

  it('is refused as corrupt when it is empty', async () => {
    expect(await parse(new Uint8Array())).toMatchObject({ ok: false, reason: 'corrupt' });
  });

  it('gives a value wherever it is cut off', async () => {
    const whole = await makePdf((pdf) =>
      pdf.fontSize(11).text(prose('cut', 10)).addPage().text(prose('other')),
    );
    for (const share of [0.02, 0.2, 0.4, 0.6, 0.8, 0.95, 0.99]) {
      const result = await parse(whole.slice(0, Math.floor(whole.length * share)));
      expect(result.ok || result.reason).toSatisfy((value) => value === true || value === 'corrupt');
    }
  });
});

describe.each(ENGINES)('the title of a PDF, by %s', (engine) => {
  const { parsed } = readingWith(engine);
  const draw = (pdf: Canvas): void => {
    pdf.fontSize(24).text('Travel Policy').fontSize(11).moveDown().text(prose('travel'));
  };

  it('is the one in its metadata', async () => {
    const bytes = await makePdf(draw, { info: { Title: 'Travel and Expenses' } });
    expect((await parsed(bytes)).title).toBe('Travel and Expenses');
  });

  for (const name of ['Microsoft Word - travel_v3.doc', 'untitled', 'travel_policy_final', 'TP-2024.indd']) {
    it(`is its largest heading when the metadata say "${name}"`, async () => {
      expect((await parsed(await makePdf(draw, { info: { Title: name } }))).title).toBe('Travel Policy');
    });
  }

  it('is null when nothing names it', async () => {
    expect((await parsed(await makePdf((pdf) => pdf.fontSize(11).text(prose('plain'))))).title).toBeNull();
  });
});
