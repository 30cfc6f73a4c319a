import { describe, expect, it } from 'vitest';
import { type Canvas, ENGINES, lines, makePdf, prose, readingWith, texts } from './pdf-sample.ts';

const LINE = 14;

describe.each(ENGINES)('headers and footers of a PDF, by %s', (engine) => {
  const { parsed } = readingWith(engine);
  const withFurniture = (pages: number, head: (page: number) => string): Promise<Uint8Array> =>
    makePdf((pdf) => {
      for (let page = 1; page <= pages; page += 1) {
        if (page > 1) pdf.addPage();
        pdf.page.margins.bottom = 0;
        pdf.fontSize(9).text(head(page), 72, 30, { lineBreak: false });
        pdf.text(`Page ${page} of ${pages}`, 72, 800, { lineBreak: false });
        pdf.fontSize(11).text(prose(`subject-${'abcdefgh'[page]}`, 8), 72, 100);
      }
    });

  it('are dropped when they repeat on every page', async () => {
    const { blocks } = await parsed(await withFurniture(6, () => 'Contoso Employee Handbook'));
    const all = texts(blocks, 'paragraph').join(' ') + texts(blocks, 'heading').join(' ');
    expect(all).not.toMatch(/Contoso|Page \d/);
    expect(all).toContain('The subject-g part number 8');
  });

  it('are dropped when odd and even pages differ', async () => {
    const { blocks } = await parsed(
      await withFurniture(7, (page) => (page % 2 === 0 ? 'Contoso Ltd' : 'Employee Handbook')),
    );
    expect(JSON.stringify(blocks)).not.toMatch(/Contoso Ltd|Employee Handbook/);
  });

  it('are dropped in a document of three pages that has them on each', async () => {
    const { blocks } = await parsed(await withFurniture(3, () => 'Contoso Employee Handbook'));
    expect(JSON.stringify(blocks)).not.toContain('Contoso Employee Handbook');
  });

  it('are kept in a document of two pages, less the page number', async () => {
    const { blocks } = await parsed(await withFurniture(2, () => 'Contoso Employee Handbook'));
    expect(JSON.stringify(blocks)).toContain('Contoso Employee Handbook');
    expect(JSON.stringify(blocks)).not.toContain('Page 1 of 2');
  });

  it('do not take a figure of the text with them', async () => {
    const bytes = await makePdf((pdf) => {
      pdf.page.margins.bottom = 0;
      pdf.fontSize(11);
      lines(pdf, 72, 100, LINE, ['Employees in all offices:', '250', 'as of the end of the year.']);
    });
    expect(JSON.stringify((await parsed(bytes)).blocks)).toContain('250');
  });
});

describe.each(ENGINES)('headings of a PDF, by %s', (engine) => {
  const { parsed } = readingWith(engine);
  const body = (pdf: Canvas): Canvas => pdf.font('Helvetica').fontSize(11);

  it('come from the outline with its levels', async () => {
    const bytes = await makePdf((pdf) => {
      const leave = pdf.outline.addItem('Leave');
      body(pdf).text('Leave').moveDown().text(prose('leave')).moveDown();
      leave.addItem('Carry-over');
      body(pdf).text('4.2 Carry-over').moveDown().text(prose('carry-over'));
      pdf.addPage();
      pdf.outline.addItem('Travel');
      body(pdf).text('Travel').moveDown().text(prose('travel'));
    });
    const headings = (await parsed(bytes)).blocks.filter((block) => block.kind === 'heading');
    expect(headings).toEqual([
      { kind: 'heading', level: 1, text: 'Leave', page: 1 },
      { kind: 'heading', level: 2, text: '4.2 Carry-over', page: 1 },
      { kind: 'heading', level: 1, text: 'Travel', page: 2 },
    ]);
  });

  it('are larger or bold lines where there is no outline', async () => {
    const bytes = await makePdf((pdf) => {
      for (const chapter of ['Leave', 'Travel']) {
        pdf.font('Helvetica-Bold').fontSize(18).text(chapter).moveDown();
        body(pdf).text(prose(chapter)).moveDown();
        pdf.font('Helvetica-Bold').fontSize(11).text(`Rules of ${chapter}`);
        body(pdf).text(prose('rules')).moveDown();
      }
    });
    const headings = (await parsed(bytes)).blocks.flatMap((block) =>
      block.kind === 'heading' ? [[block.level, block.text]] : [],
    );
    expect(headings).toEqual([
      [1, 'Leave'],
      [2, 'Rules of Leave'],
      [1, 'Travel'],
      [2, 'Rules of Travel'],
    ]);
  });

  it('keep their number and take their level from it', async () => {
    const bytes = await makePdf((pdf) => {
      pdf.font('Helvetica-Bold').fontSize(16).text('4 Leave').moveDown();
      body(pdf).text(prose('leave')).moveDown();
      pdf.font('Helvetica-Bold').fontSize(16).text('4.2 Carry-over').moveDown();
      body(pdf).text(prose('carry-over'));
    });
    const headings = (await parsed(bytes)).blocks.filter((block) => block.kind === 'heading');
    expect(headings).toMatchObject([
      { level: 1, text: '4 Leave' },
      { level: 2, text: '4.2 Carry-over' },
    ]);
  });

  it('are not bold words inside a paragraph', async () => {
    const bytes = await makePdf((pdf) => {
      body(pdf).text(prose('plain')).moveDown();
      pdf.font('Helvetica-Bold').text('Important: ', 72, 300, { lineBreak: false });
      pdf.font('Helvetica').text('send the form before Friday.', 136, 300, { lineBreak: false });
    });
    const { blocks } = await parsed(bytes);
    expect(texts(blocks, 'heading')).toEqual([]);
    expect(texts(blocks, 'paragraph')).toContain('Important: send the form before Friday.');
  });
});

describe.each(ENGINES)('columns of a PDF, by %s', (engine) => {
  const { parsed } = readingWith(engine);
  const left = Array.from({ length: 12 }, (_, at) => `left column line number ${at + 1} goes on here`);
  const right = Array.from({ length: 12 }, (_, at) => `right column line number ${at + 1} goes on here`);

  it('are read one after the other', async () => {
    const bytes = await makePdf((pdf) => {
      pdf.fontSize(10);
      for (const at of left.keys()) {
        lines(pdf, 60, 150 + at * 13, 13, [left[at] ?? '']);
        lines(pdf, 310, 150 + at * 13, 13, [right[at] ?? '']);
      }
    });
    const text = texts((await parsed(bytes)).blocks, 'paragraph').join(' ');
    expect(text).toBe([...left, ...right].join(' '));
  });

  it('are read below a line that spans both', async () => {
    const bytes = await makePdf((pdf) => {
      pdf.fontSize(10).text(`A line over both columns, ${'with words '.repeat(6)}to its end.`, 60, 110, {
        lineBreak: false,
      });
      lines(pdf, 60, 150, 13, left);
      lines(pdf, 310, 150, 13, right);
    });
    const text = texts((await parsed(bytes)).blocks, 'paragraph').join(' ');
    expect(text.indexOf('over both')).toBeLessThan(text.indexOf('left column line number 1 '));
    expect(text.indexOf('left column line number 12')).toBeLessThan(
      text.indexOf('right column line number 1 '),
    );
  });
});

describe.each(ENGINES)('tables of a PDF, by %s', (engine) => {
  const { parsed } = readingWith(engine);
  const draw = (pdf: Canvas, rows: readonly (readonly string[])[], x: readonly number[], y = 200): void => {
    for (const [at, row] of rows.entries()) {
      for (const [column, text] of row.entries()) {
        if (text !== '') pdf.text(text, x[column] ?? 0, y + at * 18, { lineBreak: false });
      }
    }
  };

  it('keep label and figures of a row together under their column names', async () => {
    const bytes = await makePdf((pdf) => {
      pdf.fontSize(11).text(prose('before'), 72, 100);
      draw(
        pdf,
        [
          ['', '2023', '2022'],
          ['Revenue', '$ 1,200', '$ 1,100'],
          ['Costs', '(800)', '(750)'],
          ['Net income', '400', '350'],
        ],
        [72, 300, 420],
      );
    });
    const tables = (await parsed(bytes)).blocks.filter((block) => block.kind === 'table');
    expect(tables).toEqual([
      {
        kind: 'table',
        header: ['', '2023', '2022'],
        rows: [
          ['Revenue', '$ 1,200', '$ 1,100'],
          ['Costs', '(800)', '(750)'],
          ['Net income', '400', '350'],
        ],
        page: 1,
      },
    ]);
  });

  it('of words have the bold first row as column names', async () => {
    const bytes = await makePdf((pdf) => {
      pdf.fontSize(11).text(prose('before'), 72, 100);
      pdf.font('Helvetica-Bold');
      draw(pdf, [['Role', 'Office', 'Contact']], [72, 240, 400]);
      pdf.font('Helvetica');
      const people = [
        ['Controller', 'Milan', 'Ada Rossi'],
        ['Engineer', 'Turin', 'Carlo Bianchi'],
        ['Buyer', 'Genoa', 'Dora Verdi'],
      ];
      draw(pdf, people, [72, 240, 400], 218);
    });
    const tables = (await parsed(bytes)).blocks.filter((block) => block.kind === 'table');
    expect(tables).toMatchObject([{ header: ['Role', 'Office', 'Contact'] }]);
    expect(tables[0]).toHaveProperty('rows.2', ['Buyer', 'Genoa', 'Dora Verdi']);
  });

  it('leave out a line above that spans several columns, and the line stays', async () => {
    const bytes = await makePdf((pdf) => {
      pdf.fontSize(11).text(prose('before'), 72, 100);
      const rows = [
        ['', '2023', '2022', '2023', '2022'],
        ['Stores', '4.1%', '3.9%', '8.0%', '7.2%'],
        ['Clubs', '2.2%', '1.8%', '6.4%', '5.9%'],
      ];
      pdf.text('With fuel', 251, 186, { lineBreak: false }).text('Fuel only', 411, 186, { lineBreak: false });
      draw(pdf, rows, [72, 220, 300, 380, 460], 204);
    });
    const { blocks } = await parsed(bytes);
    expect(texts(blocks, 'paragraph')).toContain('With fuel | Fuel only');
    expect(blocks.find((block) => block.kind === 'table')).toMatchObject({
      header: ['', '2023', '2022', '2023', '2022'],
    });
  });

  it('that are none stay lines, with nothing lost', async () => {
    const bytes = await makePdf((pdf) => {
      pdf.fontSize(11);
      draw(pdf, [['Rome, 3 May', 'To the board']], [72, 400]);
    });
    expect(texts((await parsed(bytes)).blocks, 'paragraph')).toEqual(['Rome, 3 May | To the board']);
  });
});
