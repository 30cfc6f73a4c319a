import { describe, expect, it } from 'vitest';
import type { Block } from '../../../ingest/document.ts';
import { type Canvas, ENGINES, lines, makePdf, prose, readingWith, texts } from './pdf-sample.ts';

const LINE = 14;

const body = (pdf: Canvas): Canvas => pdf.font('Helvetica').fontSize(11);
const head = (pdf: Canvas, text: string, size = 14): Canvas => {
  pdf.font('Helvetica-Bold').fontSize(size).text(text).moveDown();
  return body(pdf);
};

/** Pages of plain text that make a document long. */
const morePages = (pdf: Canvas, count: number): void => {
  for (let at = 0; at < count; at += 1) body(pdf.addPage()).text(prose(`matter-${'abcdefghij'[at]}`, 12));
};

function outlineOf(blocks: readonly Block[]): [number, string][] {
  return blocks.flatMap((block): [number, string][] =>
    block.kind === 'heading' ? [[block.level, block.text]] : [],
  );
}

describe.each(ENGINES)('words that are no heading of a PDF, by %s', (engine) => {
  const { parsed } = readingWith(engine);
  const cases: readonly (readonly [string, string])[] = [
    ['an address', '1 Water Street, Camden, NJ 08102-1658'],
    ['an Italian address', 'Via Garibaldi 12, 36061 Bassano del Grappa'],
    ['a date alone', '18 settembre 2025'],
    ['a caption in parentheses', '(Exact name as specified in its charter)'],
    ['a tick box', 'FORM 10-K'],
    ['a salutation', 'Spett.le Officine Brenta'],
    ['a label', 'The persons in charge are:'],
    [
      'running text',
      'Many of the products which we sell are highly exposed to changes that nobody could have foreseen',
    ],
    ['a company name', 'Northwind Traders, Inc.'],
  ];
  for (const [what, text] of cases) {
    it(`are ${what}`, async () => {
      const bytes = await makePdf((pdf) => {
        head(pdf, 'Leave').text(prose('leave', 6));
        morePages(pdf, 1);
        head(pdf.moveDown(), text).text(prose('other', 6));
      });
      expect(outlineOf((await parsed(bytes)).blocks)).toEqual([[1, 'Leave']]);
    });
  }

  it('are a bold sentence over two lines', async () => {
    const bytes = await makePdf((pdf) => {
      body(pdf).text(prose('plain', 6));
      pdf.font('Helvetica-Bold').fontSize(11);
      lines(pdf, 72, 300, LINE, [
        'Our trade with key partners bears risks',
        'which could lower our results.',
      ]);
      body(pdf);
      lines(pdf, 72, 300 + 3 * LINE, LINE, ['The text goes on here as usual.']);
    });
    expect(outlineOf((await parsed(bytes)).blocks)).toEqual([]);
  });
});

describe.each(ENGINES)('the structure of a PDF, by %s', (engine) => {
  const { parsed } = readingWith(engine);
  it('has no headings on the cover of a form', async () => {
    const bytes = await makePdf((pdf) => {
      pdf.font('Helvetica-Bold').fontSize(16).text('FORM 10-K').moveDown().text('Contoso Widgets').moveDown();
      body(pdf).text(prose('cover'));
      morePages(pdf, 4);
      head(pdf.addPage(), 'Leave').text(prose('leave'));
    });
    const { blocks, title } = await parsed(bytes);
    expect(outlineOf(blocks)).toEqual([[1, 'Leave']]);
    expect(title).toBeNull();
  });

  it('takes items over notes and notes over other headings of the same look', async () => {
    const bytes = await makePdf((pdf) => {
      for (const item of ['Item 1. Business', 'Item 7. Discussion', 'Item 8. Statements']) {
        head(pdf, item).text(prose(item, 2)).moveDown();
        head(pdf, 'Overview')
          .text(prose(`overview ${item}`, 2))
          .moveDown();
      }
      for (const note of ['Note 1 – Leases', 'Note 2 – Goodwill', 'Note 3 – Debt']) {
        head(pdf, note).text(prose(note, 2)).moveDown();
      }
      head(pdf, 'Covenants').text(prose('covenants', 2)).moveDown();
      head(pdf, 'Item 9. Controls').text(prose('controls', 2)).moveDown();
      head(pdf, 'Exhibit 31.1').text(prose('exhibit', 2));
    });
    expect(outlineOf((await parsed(bytes)).blocks).slice(4)).toEqual([
      [1, 'Item 8. Statements'],
      [2, 'Overview'],
      [2, 'Note 1 – Leases'],
      [2, 'Note 2 – Goodwill'],
      [2, 'Note 3 – Debt'],
      [3, 'Covenants'],
      [1, 'Item 9. Controls'],
      [1, 'Exhibit 31.1'],
    ]);
  });

  it('reads a label and its words set apart as one heading', async () => {
    const bytes = await makePdf((pdf) => {
      body(pdf).text(prose('plain'), 72, 72);
      pdf.font('Helvetica-Bold').text('ITEM 1.', 72, 200, { lineBreak: false });
      pdf.text('BUSINESS', 150, 200, { lineBreak: false });
      body(pdf).text(prose('business'), 72, 230);
    });
    expect(texts((await parsed(bytes)).blocks, 'heading')).toEqual(['ITEM 1. BUSINESS']);
  });

  it('drops a heading that says only that its section goes on', async () => {
    const bytes = await makePdf((pdf) => {
      head(pdf, '2. Acquisitions').text(prose('first', 8));
      head(pdf.addPage(), '2. Acquisitions (continued)').text(prose('second', 8));
    });
    const { blocks } = await parsed(bytes);
    expect(outlineOf(blocks)).toEqual([[1, '2. Acquisitions']]);
    expect(JSON.stringify(blocks)).not.toContain('continued');
  });

  it('lets no heading after the first page hold most of a long document', async () => {
    const bytes = await makePdf((pdf) => {
      body(pdf).text(prose('start', 10));
      head(pdf.addPage(), 'Welcome', 24).text(prose('welcome'));
      for (const chapter of ['Leave', 'Travel', 'Safety', 'Bonus', 'Health', 'Pension']) {
        head(pdf.addPage(), chapter).text(prose(chapter, 10));
      }
      head(pdf.addPage(), 'Goodbye', 24).text(prose('goodbye'));
    });
    expect(outlineOf((await parsed(bytes)).blocks)).toEqual(
      expect.arrayContaining([
        [2, 'Welcome'],
        [2, 'Leave'],
      ]),
    );
  });

  it('is seen in a part set smaller than the rest of the document', async () => {
    const bytes = await makePdf((pdf) => {
      pdf.font('Helvetica-Bold').fontSize(8).text('Risk Factors').moveDown();
      for (let at = 0; at < 12; at += 1) {
        pdf
          .font('Helvetica')
          .fontSize(8)
          .text(prose(`risk-${'abcdefghijkl'[at]}`, 8));
        pdf.addPage();
      }
      for (let at = 0; at < 14; at += 1) {
        body(pdf).text(prose(`annex-${'abcdefghijklmn'[at]}`, 12));
        pdf.addPage();
      }
    });
    expect(outlineOf((await parsed(bytes)).blocks)).toEqual([[1, 'Risk Factors']]);
  });

  it('knows the name of a statement above the table that fills its page', async () => {
    const bytes = await makePdf((pdf) => {
      body(pdf).text(prose('plain', 20));
      body(pdf.addPage()).text('CONSOLIDATED BALANCE SHEETS', 72, 72, { width: 451, align: 'center' });
      for (let row = 0; row < 8; row += 1) {
        const y = 110 + row * LINE;
        pdf.text(`Position of the balance ${'abcdefgh'[row]}`, 72, y, { lineBreak: false });
        pdf.text(`${row + 1},200`, 380, y, { lineBreak: false });
        pdf.text(`${row + 2},300`, 490, y, { lineBreak: false });
      }
    });
    expect(texts((await parsed(bytes)).blocks, 'heading')).toEqual(['CONSOLIDATED BALANCE SHEETS']);
  });

  it('joins letters that a designer set apart', async () => {
    const bytes = await makePdf((pdf) => {
      body(pdf).text(prose('plain'), 72, 200);
      pdf.font('Helvetica-Bold').fontSize(16);
      for (const [at, letter] of [...'NEWS'].entries())
        pdf.text(letter, 72 + at * 22, 100, { lineBreak: false });
    });
    expect(texts((await parsed(bytes)).blocks, 'heading')).toEqual(['NEWS']);
  });
});

describe.each(ENGINES)('the title of a PDF that its metadata do not name, by %s', (engine) => {
  const { parsed } = readingWith(engine);
  const titleOf = async (draw: (pdf: Canvas) => void, title?: string): Promise<string | null> =>
    (await parsed(await makePdf(draw, title === undefined ? {} : { info: { Title: title } }))).title;

  it('takes the subtitle of a cover with it', async () => {
    const title = await titleOf((pdf) => {
      pdf
        .font('Helvetica')
        .fontSize(36)
        .text('Contoso Electronics')
        .fontSize(24)
        .text('Plan and Benefit Packages');
      morePages(pdf, 4);
    });
    expect(title).toBe('Contoso Electronics – Plan and Benefit Packages');
  });

  it('is not the letterhead', async () => {
    const title = await titleOf((pdf) => {
      pdf.font('Helvetica-Bold').fontSize(20).text('Oltrebrenta S.p.A.').moveDown(3);
      pdf.fontSize(14).text('Oggetto: Rinnovo del contratto di manutenzione').moveDown();
      body(pdf).text(prose('contratto'));
    });
    expect(title).toBe('Rinnovo del contratto di manutenzione');
  });

  it('is not a heading of a later page', async () => {
    const title = await titleOf((pdf) => {
      body(pdf).text(prose('plain', 10));
      head(pdf.addPage(), 'Leave', 24).text(prose('leave'));
    });
    expect(title).toBeNull();
  });

  for (const name of ['CORP Q1 2021', '10Q Doc & Exhibits-2022-08-03-15-21', 'PFE - 07/02/2023 - EX. 99']) {
    it(`is the cover's when they say "${name}"`, async () => {
      const draw = (pdf: Canvas): void => {
        head(pdf, 'Travel Policy', 24).text(prose('travel'));
      };
      expect(await titleOf(draw, name)).toBe('Travel Policy');
    });
  }

  it('is the one they give for a filing with its company', async () => {
    const name = 'Form 10-Q for Contoso Inc filed 12/07/2022';
    expect(await titleOf((pdf) => head(pdf, 'FORM 10-Q').text(prose('filing')), name)).toBe(name);
  });
});
