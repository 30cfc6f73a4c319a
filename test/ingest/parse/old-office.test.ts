import { describe, expect, it } from 'vitest';
import { parse, read, short } from './make-files.ts';
import { HEADER_ROW_END, IN_TABLE, LIST_ITEM, msgOf, oleWith, pptOf, ROW_END, wordOf } from './make-ole.ts';

const CELL = '\u0007';
const FIELD = ['\u0013', '\u0014', '\u0015'] as const;

describe('Word 97 to 2003', () => {
  it('reads headings by their style, lists and text', async () => {
    const file = wordOf([
      { text: 'Leave', style: 1 },
      { text: 'Twenty-two days.' },
      { text: 'Carry-over', style: 2 },
      { text: 'ten days', sprms: LIST_ITEM },
    ]);
    const document = await read(file, 'leave.doc');
    expect(document.title).toBe('Leave');
    expect(short(document.blocks)).toEqual(['h1 Leave', 'p Twenty-two days.', 'h2 Carry-over', '- ten days']);
  });

  it('reads a table with the row that is marked as its header', async () => {
    const file = wordOf([
      { text: 'Before' },
      { text: 'City', sprms: IN_TABLE, mark: CELL },
      { text: 'Country', sprms: IN_TABLE, mark: CELL },
      { text: '', sprms: HEADER_ROW_END, mark: CELL },
      { text: 'Rome', sprms: IN_TABLE, mark: CELL },
      { text: 'Italy', sprms: IN_TABLE, mark: CELL },
      { text: '', sprms: ROW_END, mark: CELL },
      { text: 'After' },
    ]);
    expect(short((await read(file, 'a.doc')).blocks)).toEqual([
      'p Before',
      't City|Country / Rome|Italy',
      'p After',
    ]);
  });

  it('puts a footnote behind the paragraph that refers to it', async () => {
    const file = wordOf([{ text: 'Ten days\u0002 a year' }, { text: 'Next' }], {
      footnote: { at: 8, text: 'Law 53.' },
    });
    expect(short((await read(file, 'a.doc')).blocks)).toEqual(['p Ten days a year', 'p Law 53.', 'p Next']);
  });

  it('shows of a field what it gives and not how', async () => {
    const [begin, result, end] = FIELD;
    const file = wordOf([{ text: `See ${begin}HYPERLINK "http://x"${result}the rules${end}.` }]);
    expect(short((await read(file, 'a.doc')).blocks)).toEqual(['p See the rules.']);
  });

  it('refuses one with a password as encrypted', async () => {
    const file = wordOf([{ text: 'x' }], { flags: 0x0100 });
    expect(await parse(file, 'a.doc')).toMatchObject({ kind: 'refused', type: 'doc', reason: 'encrypted' });
  });

  it('calls one without its tables corrupt', async () => {
    const main = Buffer.alloc(0x1000);
    main.writeUInt16LE(0xa5ec, 0);
    main.writeUInt16LE(0xc1, 2);
    const file = oleWith({ WordDocument: main });
    expect(await parse(file, 'a.doc')).toMatchObject({ kind: 'refused', reason: 'corrupt' });
  });

  it('reads Word 6 as text', async () => {
    const main = Buffer.alloc(0x400);
    main.writeUInt16LE(0xa5dc, 0);
    main.writeUInt16LE(101, 2);
    const text = 'Dear Anna\rSee you.\r';
    main.write(text, 0x300, 'latin1');
    main.writeUInt32LE(0x300, 0x18);
    main.writeUInt32LE(0x300 + text.length, 0x1c);
    expect(short((await read(oleWith({ WordDocument: main }), 'a.doc')).blocks)).toEqual([
      'p Dear Anna',
      'p See you.',
    ]);
  });
});

describe('PowerPoint 97 to 2003', () => {
  it('reads titles, text, boxes and notes under the number of their slide', async () => {
    const file = pptOf([
      {
        id: 256,
        texts: [
          [0, 'Plan'],
          [1, 'First\rSecond'],
        ],
        notes: 'Say hello.',
      },
      { id: 257, texts: [[6, 'Costs']], box: 'Ten euros' },
    ]);
    const document = await read(file, 'plan.ppt');
    expect(document.title).toBe('Plan');
    expect(document.pages).toBe(2);
    expect(document.blocks).toEqual([
      { kind: 'heading', level: 1, text: 'Plan', page: 1 },
      { kind: 'paragraph', text: 'First', page: 1 },
      { kind: 'paragraph', text: 'Second', page: 1 },
      { kind: 'paragraph', text: 'Say hello.', page: 1 },
      { kind: 'heading', level: 1, text: 'Costs', page: 2 },
      { kind: 'paragraph', text: 'Ten euros', page: 2 },
    ]);
  });

  it('gives a slide without a title its number', async () => {
    const { blocks } = await read(pptOf([{ id: 256, texts: [], box: 'Hi' }]), 'a.ppt');
    expect(short(blocks)).toEqual(['h1 Slide 1', 'p Hi']);
  });

  it('refuses one with a password as encrypted', async () => {
    const file = pptOf([{ id: 256, texts: [[0, 'x']] }], { encrypted: true });
    expect(await parse(file, 'a.ppt')).toMatchObject({ reason: 'encrypted' });
  });

  it('reads the outline of one whose directory is lost, and says so', async () => {
    const file = pptOf([{ id: 256, texts: [[0, 'Plan']], box: 'Boxed' }]);
    const at = Buffer.from(file).indexOf(Buffer.from([0xf5, 0x0f]));
    file[at] = 0;
    const document = await read(file, 'a.ppt');
    expect(document.warnings).toMatchObject([{ code: 'part-skipped' }]);
    expect(short(document.blocks)).toEqual(['h1 Plan']);
  });
});

describe('Outlook messages', () => {
  const TEXTS = { '0037': 'Lunch', '0C1A': 'Anna Rossi', '0C1F': 'anna@example.com', '1000': 'Noon?\r\n' };

  it('reads subject, sender and text as part 1', async () => {
    const document = await read(msgOf(TEXTS), 'a.msg');
    expect(document).toMatchObject({ title: 'Lunch', pages: 1 });
    expect(short(document.blocks)).toEqual(['h1 Lunch', 'p From: Anna Rossi <anna@example.com>', 'p Noon?']);
  });

  it('reads attachments as parts from 2 on', async () => {
    const file = msgOf(TEXTS, [{ name: 'notes.md', bytes: Buffer.from('# Notes\n\nFine.') }]);
    const document = await read(file, 'a.msg');
    expect(document.pages).toBe(2);
    expect(document.blocks.filter(({ page }) => page === 2)).toEqual([
      { kind: 'heading', level: 1, text: 'notes.md', page: 2 },
      { kind: 'heading', level: 2, text: 'Notes', page: 2 },
      { kind: 'paragraph', text: 'Fine.', page: 2 },
    ]);
  });
});
