import { describe, expect, it } from 'vitest';
import { openMended } from '../../../ingest/parse/pdf/poppler/mended.ts';
import {
  findPoppler,
  openWithPoppler,
  type PopplerPrograms,
} from '../../../ingest/parse/pdf/poppler/source.ts';
import { EngineFailed, type PdfSource } from '../../../ingest/parse/pdf/source.ts';
import { parsePdf } from '../../../ingest/parse/pdf.ts';
import { findProgram } from '../../../ingest/parse/program.ts';
import { lines, makePdf, prose, readingWith } from './pdf-sample.ts';

const poppler = findPoppler();
const programs = poppler as PopplerPrograms;
const why = poppler === null ? ' (skipped: poppler-utils are not installed)' : '';

const NEVER = findProgram('false') ?? '/bin/false';

async function wordsOf(source: PdfSource): Promise<string[]> {
  const words: string[] = [];
  for await (const page of source.pages()) {
    if (page.kind !== 'damaged') for (const { span } of page.runs) words.push(span.text.trim());
  }
  await source.close();
  return words.filter((text) => text !== '');
}

/** A page of which some stands upright and some does not. */
const mixed = (): Promise<Uint8Array> =>
  makePdf((pdf) => {
    pdf.fontSize(11).text('Upright words are read first.');
    pdf.save().rotate(90, { origin: [300, 400] });
    lines(pdf, 100, 400, 14, ['Printed along the margin']);
    pdf.restore();
  });

describe.skipIf(poppler === null)(`a PDF by poppler${why}`, () => {
  it('is read as pdfjs reads it, block by block', async () => {
    const bytes = await makePdf((pdf) => {
      pdf.fontSize(20).text('Travel Policy').moveDown();
      pdf.font('Helvetica-Bold').fontSize(12).text('1. Trains').font('Helvetica').fontSize(11);
      pdf.text(prose('train', 6)).moveDown();
      pdf.font('Helvetica-Bold').fontSize(12).text('2. Hotels').font('Helvetica').fontSize(11);
      pdf.text(prose('hotel', 6)).addPage();
      const columns = [72, 220, 320, 420];
      for (const [at, row] of [
        ['Item', '2022', '2023', '2024'],
        ['Rent', '1,200', '1,300', '1,400'],
        ['Power', '310', '320', '(330)'],
        ['Water', '41', '42', '43'],
      ].entries()) {
        for (const [column, cell] of row.entries()) {
          pdf.text(cell, columns[column] ?? 0, 100 + at * 16, { lineBreak: false });
        }
      }
    });
    const both = await Promise.all(
      (['pdfjs', 'poppler'] as const).map((engine) => readingWith(engine).parsed(bytes)),
    );
    expect(both[1]).toEqual(both[0]);
    expect(both[1]?.blocks.map(({ kind }) => kind)).toContain('table');
  });

  it('places turned words by pdfjs, which alone says how they stand', async () => {
    const bytes = await mixed();
    const { blocks } = await readingWith('poppler').parsed(bytes);
    expect(blocks).toEqual((await readingWith('pdfjs').parsed(bytes)).blocks);
    expect(await wordsOf(openMended(programs, bytes))).toContain('Printed along the margin');
  });

  it('gives headings from its outline', async () => {
    const bytes = await makePdf((pdf) => {
      for (const name of ['Leave', 'Travel', 'Safety']) {
        pdf.outline.addItem(name);
        pdf.fontSize(11).text(name).moveDown().text(prose(name, 3)).addPage();
      }
    });
    const source = openWithPoppler(programs, bytes);
    await wordsOf(source);
    expect(await source.outline()).toEqual([
      { title: 'Leave', level: 1, page: 1 },
      { title: 'Travel', level: 1, page: 2 },
      { title: 'Safety', level: 1, page: 3 },
    ]);
  });

  it('tells the titles its maker gave, in its properties and in its XMP packet', async () => {
    const bytes = await makePdf((pdf) => pdf.text('Text.'), {
      info: { Title: 'Viaggi & trasferte – più chiaro' },
    });
    const source = openWithPoppler(programs, bytes);
    await wordsOf(source);
    const title = 'Viaggi & trasferte – più chiaro';
    expect(await source.titles()).toEqual([title, title]);
  });

  it('is left to another engine where the program fails', async () => {
    const bytes = await makePdf((pdf) => pdf.text('Text.'));
    const broken = { ...programs, pdftohtml: NEVER };
    await expect(wordsOf(openWithPoppler(broken, bytes))).rejects.toThrow(EngineFailed);
  });

  it('keeps the words of a crowded page where they cannot be placed again', async () => {
    const bytes = await makePdf((pdf) => lines(pdf, 72, 100, 14, ['5,810 20,979 (72%)']));
    const without = { ...programs, pdftotext: NEVER };
    expect(await wordsOf(openWithPoppler(without, bytes))).toEqual(['5,810 20,979 (72%)']);
  });

  it('loses only title and page count where pdfinfo fails', async () => {
    const bytes = await makePdf((pdf) => pdf.text('Text.').addPage().text('More.'));
    const source = openWithPoppler({ ...programs, pdfinfo: NEVER }, bytes);
    expect(await wordsOf(source)).toEqual(['Text.', 'More.']);
    expect([await source.titles(), await source.pageCount()]).toEqual([[], 2]);
  });

  it.each([
    [
      'a stream that cannot be unpacked',
      (file: Buffer) => file.fill(0, file.indexOf('stream\n') + 7, file.indexOf('stream\n') + 9),
    ],
    ['no list of pages', (file: Buffer) => file.write('/Kidz', file.lastIndexOf('/Kids'))],
    ['no root', (file: Buffer) => file.write('/Rooz', file.lastIndexOf('/Root'))],
    ['no table of its objects', (file: Buffer) => file.write('xxxx', file.lastIndexOf('xref\n0'))],
    ['nothing in it', (file: Buffer) => file.fill(0, 20)],
  ])('with %s has the outcome that pdfjs gives it', async (_, damage) => {
    const file = Buffer.from(await makePdf((pdf) => pdf.fontSize(11).text(prose('damaged'))));
    damage(file);
    const outcomes = await Promise.all(
      (['pdfjs', 'poppler'] as const).map((engine) => readingWith(engine).parse(new Uint8Array(file))),
    );
    expect(outcomes[1]).toEqual(outcomes[0]);
  });

  it('is not read by poppler where the configuration forbids it', async () => {
    const limits = { maxCharacters: 1_000, maxDepth: 3 };
    const bytes = await mixed();
    const without = await parsePdf({ bytes, name: 'a.pdf', limits });
    expect(without).toEqual(await readingWith('pdfjs').parse(bytes));
  });
});
