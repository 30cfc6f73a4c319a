import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { docxOf, parse, read, short, wordParagraph, zip } from './make-files.ts';
import { oleWith } from './make-ole.ts';
import { makePdf } from './pdf-sample.ts';

const WORD_FILE = docxOf(wordParagraph('Inner words'));

describe('files embedded in documents', () => {
  it('are read behind the text, under their name', async () => {
    const file = docxOf(wordParagraph('Outer words'), {});
    const parts = { ...unzipped(file), 'word/embeddings/table.docx': WORD_FILE };
    expect(short((await read(zip(parts), 'a.docx')).blocks)).toEqual([
      'p Outer words',
      'h1 table.docx',
      'p Inner words',
    ]);
  });

  it.each([
    ['a package', { Package: WORD_FILE }, 'oleObject1.bin'],
    ['any file', { '\u0001Ole10Native': native('C:\\tmp\\letter.txt', 'Inner words') }, 'letter.txt'],
  ])('are taken out of the object that wraps %s', async (_, streams, name) => {
    const parts = {
      ...unzipped(docxOf(wordParagraph('x'))),
      'word/embeddings/oleObject1.bin': oleWith(streams),
    };
    expect(short((await read(zip(parts), 'a.docx')).blocks)).toEqual(['p x', `h1 ${name}`, 'p Inner words']);
  });

  it('are left out where they only hold the figures of a chart', async () => {
    const parts = {
      ...unzipped(docxOf(wordParagraph('x'))),
      'word/charts/_rels/chart1.xml.rels':
        '<Relationships><Relationship Target="../embeddings/figures.docx"/></Relationships>',
      'word/embeddings/figures.docx': WORD_FILE,
    };
    expect(short((await read(zip(parts), 'a.docx')).blocks)).toEqual(['p x']);
  });
});

describe('signed files', () => {
  const SIGNED = '2a864886f70d010702';
  const ENVELOPED = '2a864886f70d010703';
  const hex = (text: string): Buffer => Buffer.from(text, 'hex');
  /** An element of DER, or of BER without a length where `open`. */
  const element = (tag: number, data: Uint8Array, open = false): Buffer => {
    if (open) return Buffer.concat([Buffer.from([tag, 0x80]), data, Buffer.alloc(2)]);
    const length = data.length < 128 ? [data.length] : [0x82, data.length >> 8, data.length & 255];
    return Buffer.concat([Buffer.from([tag, ...length]), data]);
  };
  const signed = (content: Uint8Array, type = SIGNED, open = false): Buffer => {
    const octets = open
      ? element(
          0x24,
          Buffer.concat([element(4, content.subarray(0, 5)), element(4, content.subarray(5))]),
          true,
        )
      : element(4, content);
    const inner = element(
      0x30,
      Buffer.concat([element(6, hex('2a864886f70d010701')), element(0xa0, octets, open)]),
      open,
    );
    const data = element(
      0x30,
      Buffer.concat([element(2, hex('01')), element(0x31, Buffer.alloc(0)), inner]),
      open,
    );
    return element(0x30, Buffer.concat([element(6, hex(type)), element(0xa0, data, open)]), open);
  };

  it.each([false, true])('are read as the file that was signed (open lengths: %s)', async (open) => {
    const document = await read(
      signed(Buffer.from('# Contract\n\nTen days.'), SIGNED, open),
      'contract.md.p7m',
    );
    expect(short(document.blocks)).toEqual(['h1 Contract', 'p Ten days.']);
  });

  it('are refused as encrypted when they are enveloped', async () => {
    expect(await parse(signed(Buffer.from('x'), ENVELOPED), 'a.p7m')).toMatchObject({ reason: 'encrypted' });
  });

  it('are called corrupt when they are cut off', async () => {
    const file = signed(Buffer.from('x'.repeat(300)));
    expect(await parse(file.subarray(0, 100), 'a.p7m')).toMatchObject({ type: 'p7m', reason: 'corrupt' });
  });

  it('are told from a text encrypted by PGP, which is named as such', async () => {
    expect(await parse('-----BEGIN PGP MESSAGE-----\n\nhIwD\n', 'a.asc')).toMatchObject({
      reason: 'encrypted',
    });
  });
});

describe('Apple documents', () => {
  it('are read from the PDF saved with them, with a warning', async () => {
    const preview = await makePdf((pdf) => pdf.text('Ten days of leave'));
    const file = zip({ 'Index/Document.iwa': 'x', 'QuickLook/Preview.pdf': preview });
    const document = await read(file, 'leave.pages');
    expect(short(document.blocks)).toEqual(['p Ten days of leave']);
    expect(document.warnings).toMatchObject([{ code: 'part-skipped' }]);
  });

  it('are read from the old form where there is no preview', async () => {
    const index = '<sl:document xmlns:sf="urn:sf"><sf:p>First</sf:p><sf:ct sfa:s="Cell"/></sl:document>';
    const document = await read(zip({ 'index.xml': index }), 'a.numbers');
    expect(short(document.blocks)).toEqual(['p First', 'p Cell']);
  });
});

describe('e-books', () => {
  const book = (parts: Readonly<Record<string, string>> = {}): Uint8Array =>
    zip({
      mimetype: 'application/epub+zip',
      'META-INF/container.xml':
        '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
      'OEBPS/book.opf':
        '<package xmlns:dc="urn:dc"><metadata><dc:title>Handbook</dc:title></metadata><manifest><item id="b" href="text/two%20.xhtml" media-type="application/xhtml+xml"/><item id="a" href="text/one.xhtml" media-type="application/xhtml+xml"/><item id="n" href="toc.ncx" media-type="application/x-dtbncx+xml"/><item id="gone" href="gone.xhtml"/></manifest><spine><itemref idref="a"/><itemref idref="b"/><itemref idref="gone"/></spine></package>',
      'OEBPS/toc.ncx':
        '<ncx><navMap><navPoint><navLabel><text>Second chapter</text></navLabel><content src="text/two%20.xhtml#x"/></navPoint></navMap></ncx>',
      'OEBPS/text/one.xhtml': '<html><body><h1>First chapter</h1><p>One.</p></body></html>',
      'OEBPS/text/two .xhtml': '<html><body><p>Two.</p></body></html>',
      ...parts,
    });

  it('are read chapter by chapter in reading order, a chapter without heading under its label', async () => {
    const document = await read(book(), 'a.epub');
    expect(document.title).toBe('Handbook');
    expect(short(document.blocks)).toEqual(['h1 First chapter', 'p One.', 'h1 Second chapter', 'p Two.']);
  });

  it('name a chapter that is listed and missing', async () => {
    expect((await read(book(), 'a.epub')).warnings).toMatchObject([
      { code: 'part-skipped', detail: expect.stringContaining('OEBPS/gone.xhtml') },
    ]);
  });

  it('are refused as encrypted when a seller protects the text', async () => {
    const rights =
      '<encryption><EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/></encryption>';
    expect(await parse(book({ 'META-INF/encryption.xml': rights }), 'a.epub')).toMatchObject({
      reason: 'encrypted',
    });
  });

  it('are read when only fonts are obscured', async () => {
    const fonts =
      '<encryption><EncryptionMethod Algorithm="http://www.idpf.org/2008/embedding"/></encryption>';
    expect((await read(book({ 'META-INF/encryption.xml': fonts }), 'a.epub')).blocks).not.toEqual([]);
  });
});

/** The parts of a zip made here, none of them packed twice. */
function unzipped(file: Uint8Array): Record<string, Uint8Array> {
  const { unzipSync }: typeof import('fflate') = createRequire(import.meta.url)('fflate');
  return unzipSync(file);
}

/** [MS-OLEDS] 2.3.6 as Windows writes it for an inserted file. */
function native(path: string, content: string): Buffer {
  const name = path.replace(/^.*\\/, '');
  const data = Buffer.from(content);
  const numbers = (...values: number[]): Buffer => Buffer.from(Uint32Array.from(values).buffer);
  const temporary = Buffer.from(`${path}\0`);
  const body = Buffer.concat([
    Buffer.from([2, 0]),
    Buffer.from(`${name}\0${path}\0`),
    numbers(0x30000),
    numbers(temporary.length),
    temporary,
    numbers(data.length),
    data,
  ]);
  return Buffer.concat([numbers(body.length), body]);
}
