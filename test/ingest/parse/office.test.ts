import { createRequire } from 'node:module';
import { utils, write } from '@e965/xlsx';
import {
  CommentRangeEnd,
  CommentRangeStart,
  CommentReference,
  Document,
  Footer,
  FootnoteReferenceRun,
  Header,
  HeadingLevel,
  Packer,
  Paragraph,
  Table,
  TableCell,
  TableRow,
  TextRun,
} from 'docx';
import { describe, expect, it } from 'vitest';
import { docxOf, odtOf, parse, read, short, wordParagraph } from './make-files.ts';

/** Its types promise CommonJS and its default export at once; required, it is the class they describe. */
const PptxGenJS: typeof import('pptxgenjs').default = createRequire(import.meta.url)('pptxgenjs');

const cell = (text: string): TableCell => new TableCell({ children: [new Paragraph(text)] });

describe('Word', () => {
  it('reads headings, lists, tables, notes, headers and footers', async () => {
    const document = new Document({
      title: 'Leave policy',
      footnotes: { 1: { children: [new Paragraph('Law 53 of 2000.')] } },
      sections: [
        {
          headers: { default: new Header({ children: [new Paragraph('Acme – confidential')] }) },
          footers: { default: new Footer({ children: [new Paragraph('Page 1')] }) },
          children: [
            new Paragraph({ text: 'Leave', heading: HeadingLevel.HEADING_1 }),
            new Paragraph({
              children: [
                new TextRun('Twenty-'),
                new TextRun({ text: 'two', bold: true }),
                new TextRun(' days'),
                new FootnoteReferenceRun(1),
              ],
            }),
            new Paragraph({ text: 'Carry-over', heading: HeadingLevel.HEADING_2 }),
            new Paragraph({ text: 'ten days', bullet: { level: 0 } }),
            new Table({
              rows: [
                new TableRow({ tableHeader: true, children: [cell('Year'), cell('Days')] }),
                new TableRow({ children: [cell('1'), cell('22')] }),
              ],
            }),
          ],
        },
      ],
    });
    const read_ = await read(await Packer.toBuffer(document), 'leave.docx');
    expect(read_.title).toBe('Leave policy');
    expect(short(read_.blocks)).toEqual([
      'p Acme – confidential',
      'h1 Leave',
      'p Twenty-two days[1]',
      'p [1] Law 53 of 2000.',
      'h2 Carry-over',
      '- ten days',
      't Year|Days / 1|22',
    ]);
  });

  it('puts a comment behind the paragraph it is on', async () => {
    const document = new Document({
      comments: { children: [{ id: 0, children: [new Paragraph('Is this still so?')] }] },
      sections: [
        {
          children: [
            new Paragraph({
              children: [
                new CommentRangeStart(0),
                new TextRun('Ten days'),
                new CommentRangeEnd(0),
                new TextRun({ children: [new CommentReference(0)] }),
              ],
            }),
            new Paragraph('Next'),
          ],
        },
      ],
    });
    expect(short((await read(await Packer.toBuffer(document), 'a.docx')).blocks)).toEqual([
      'p Ten days',
      'p Is this still so?',
      'p Next',
    ]);
  });

  it('takes a style of the company as heading by its outline level, inherited too', async () => {
    const styles =
      '<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">' +
      '<w:style w:type="paragraph" w:styleId="Base"><w:name w:val="Acme Kapitel"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>' +
      '<w:style w:type="paragraph" w:styleId="Own"><w:name w:val="Acme Kapitel blau"/><w:basedOn w:val="Base"/></w:style></w:styles>';
    const body = wordParagraph('Urlaub', 'Own') + wordParagraph('Text');
    const rels =
      '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="s" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>';
    const file = docxOf(body, { 'word/styles.xml': styles, 'word/_rels/document.xml.rels': rels });
    expect(short((await read(file, 'a.docx')).blocks)).toEqual(['h2 Urlaub', 'p Text']);
  });

  it('resolves no external entity', async () => {
    const file = docxOf(
      wordParagraph('a&e;b'),
      {},
      '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
    );
    expect(await parse(file, 'a.docx')).toMatchObject({ kind: 'refused', reason: 'corrupt' });
  });

  it('calls markup nested beyond the stack corrupt', async () => {
    const open = '<w:sdt><w:sdtContent>'.repeat(30_000);
    const file = docxOf(`${open}<w:p/>${'</w:sdtContent></w:sdt>'.repeat(30_000)}`);
    expect(await parse(file, 'a.docx')).toMatchObject({ kind: 'refused', reason: 'corrupt' });
  });
});

function workbook(
  sheets: Readonly<Record<string, unknown[][]>>,
  bookType: 'xlsx' | 'xls' | 'ods' = 'xlsx',
): Uint8Array {
  const book = utils.book_new();
  for (const [name, rows] of Object.entries(sheets)) {
    utils.book_append_sheet(book, utils.aoa_to_sheet(rows), name);
  }
  return new Uint8Array(write(book, { type: 'array', bookType, compression: true }));
}

describe('workbooks', () => {
  it('gives each sheet a heading and a page, titles as paragraphs, tables with header', async () => {
    const file = workbook({
      Leave: [['Days of leave per year'], [], ['Year', 'Days'], [1, 22], [2, 24]],
      Empty: [],
      Rates: [
        ['City', 'Rate'],
        ['Rome', 0.5],
      ],
    });
    const document = await read(file, 'a.xlsx');
    expect(document.pages).toBe(3);
    expect(document.blocks.map((block) => block.page)).toEqual([1, 1, 1, 3, 3]);
    expect(short(document.blocks)).toEqual([
      'h1 Leave',
      'p Days of leave per year',
      't Year|Days / 1|22 / 2|24',
      'h1 Rates',
      't City|Rate / Rome|0.5',
    ]);
  });

  it('shows dates and formatted numbers as a reader sees them', async () => {
    const sheet = utils.aoa_to_sheet([['Name', 'Start', 'Share']]);
    sheet.A2 = { t: 's', v: 'Rossi' };
    sheet.B2 = { t: 'n', v: 46082, z: 'm/d/yy' };
    sheet.C2 = { t: 'n', v: 0.25, z: '0%' };
    sheet['!ref'] = 'A1:C2';
    const book = utils.book_new();
    utils.book_append_sheet(book, sheet, 'S');
    const file = new Uint8Array(write(book, { type: 'array', bookType: 'xlsx' }));
    expect(short((await read(file, 'a.xlsx')).blocks)).toEqual([
      'h1 S',
      't Name|Start|Share / Rossi|2026-03-01|25%',
    ]);
  });

  it('reads hidden sheets and drops empty rows and columns', async () => {
    const book = utils.book_new();
    utils.book_append_sheet(book, utils.aoa_to_sheet([['A']]), 'Open');
    utils.book_append_sheet(
      book,
      utils.aoa_to_sheet([[], [null, 'Name', null, 'Pay'], [null, 'Rossi', null, 3000]]),
      'Secret',
    );
    book.Workbook = { Sheets: [{ Hidden: 0 }, { Hidden: 1 }] };
    const file = new Uint8Array(write(book, { type: 'array', bookType: 'xlsx' }));
    expect(short((await read(file, 'a.xlsx')).blocks)).toEqual([
      'h1 Open',
      'p A',
      'h1 Secret',
      't Name|Pay / Rossi|3000',
    ]);
  });

  it('goes on with a table after a blank row', async () => {
    const file = workbook({ S: [['Name', 'City'], ['Rossi', 'Rome'], [], ['Berg', 'Oslo']] });
    expect(short((await read(file, 'a.xlsx')).blocks)).toEqual([
      'h1 S',
      't Name|City / Rossi|Rome / Berg|Oslo',
    ]);
  });

  it.each(['xls', 'ods'] as const)('reads %s', async (type) => {
    const outcome = await parse(
      workbook(
        {
          S: [
            ['Name', 'Pay'],
            ['Rossi', 3],
          ],
        },
        type,
      ),
      `a.${type}`,
    );
    expect(outcome).toMatchObject({ kind: 'parsed', type });
    if (outcome.kind === 'parsed')
      expect(short(outcome.document.blocks)).toEqual(['h1 S', 't Name|Pay / Rossi|3']);
  });

  it('stops at the limit when one string is shown in many cells', async () => {
    const rows = Array.from({ length: 500 }, () => ['x'.repeat(1000), 'y']);
    const outcome = await parse(workbook({ S: rows }), 'a.xlsx', { maxCharacters: 10_000 });
    expect(outcome).toMatchObject({ kind: 'parsed', document: { warnings: [{ code: 'truncated' }] } });
    if (outcome.kind === 'parsed')
      expect(short(outcome.document.blocks).join('').length).toBeLessThan(11_000);
  });
});

describe('PowerPoint', () => {
  it('gives each slide its title as heading, its number as page, and its notes', async () => {
    const deck = new PptxGenJS();
    deck.title = 'Onboarding';
    deck.defineSlideMaster({
      title: 'M',
      objects: [
        { placeholder: { options: { name: 'title', type: 'title', x: 0, y: 0, w: 8, h: 1 }, text: '' } },
      ],
    });
    const first = deck.addSlide({ masterName: 'M' });
    first.addText('Welcome', { placeholder: 'title' });
    first.addText('Bring your badge', { x: 1, y: 2, w: 5, h: 1 });
    first.addNotes('Mention the canteen.');
    const second = deck.addSlide();
    second.addTable(
      [
        [{ text: 'Day' }, { text: 'Hours' }],
        [{ text: 'Monday' }, { text: '8' }],
      ],
      { x: 1, y: 1, w: 5 },
    );
    const data = await deck.write({ outputType: 'nodebuffer' });
    if (!(data instanceof Uint8Array)) throw new Error('no buffer');
    const document = await read(data, 'a.pptx');
    expect(document).toMatchObject({ title: 'Onboarding', pages: 2 });
    expect(document.blocks.map((block) => block.page)).toEqual([1, 1, 1, 2, 2]);
    expect(short(document.blocks)).toEqual([
      'h1 Welcome',
      'p Bring your badge',
      'p Mention the canteen.',
      'h1 Slide 2',
      't Day|Hours / Monday|8',
    ]);
  });
});

describe('OpenDocument', () => {
  it('reads titles, headings with their levels, lists, tables and notes', async () => {
    const file = odtOf(
      '<text:p text:style-name="Title">Leave</text:p><text:h text:outline-level="2">Carry-over</text:h>' +
        '<text:p>Ten<text:s/>days<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>By March.</text:p></text:note-body></text:note></text:p>' +
        '<text:list text:style-name="L1"><text:list-item><text:p>one</text:p></text:list-item></text:list>' +
        '<table:table><table:table-row><table:table-cell><text:p>Year</text:p></table:table-cell><table:table-cell><text:p>Days</text:p></table:table-cell></table:table-row>' +
        '<table:table-row><table:table-cell><text:p>1</text:p></table:table-cell><table:table-cell><text:p>22</text:p></table:table-cell></table:table-row></table:table>',
    );
    const document = await read(file, 'a.odt');
    expect(document.title).toBe('Leave');
    const blocks = short(document.blocks);
    expect(blocks.slice(0, 2)).toEqual(['h1 Leave', 'h2 Carry-over']);
    expect(blocks[2]).toMatch(/^p Ten days/);
    expect(blocks).toContain('p By March.');
    expect(blocks.slice(-2)).toEqual(['- one', 't Year|Days / 1|22']);
  });
});
