import { describe, expect, it } from 'vitest';
import { docxOf, odtOf, oleOf, parse, patchDirectory, read, wordParagraph, zip } from './make-files.ts';

const PDF_START = '%PDF-1.4\n%\u00e2\u00e3\n1 0 obj\n<<>>\nendobj\n';

async function refusal(content: string | Uint8Array, name: string): Promise<string> {
  const outcome = await parse(content, name);
  return outcome.kind === 'refused' ? `${outcome.type} ${outcome.reason}` : `parsed as ${outcome.type}`;
}

/** A zip whose end in the 64-bit layout (APPNOTE 4.3.14 and 4.3.15) declares so many files. */
function declaring(file: Uint8Array, count: number): Uint8Array {
  const end = file.length - 22;
  const long = Buffer.alloc(56 + 20);
  long.writeUInt32LE(0x06064b50, 0);
  long.writeBigUInt64LE(BigInt(count), 32);
  long.writeUInt32LE(0x07064b50, 56);
  long.writeBigUInt64LE(BigInt(end), 64);
  return Buffer.concat([file.subarray(0, end), long, file.subarray(end)]);
}

describe('telling what a file is', () => {
  it('reads a Word file named .pdf as the Word file it is, with a warning', async () => {
    const document = await read(docxOf(wordParagraph('Hello')), 'report.pdf');
    expect(document.blocks).toEqual([{ kind: 'paragraph', text: 'Hello', page: null }]);
    expect(document.warnings).toMatchObject([{ code: 'wrong-extension' }]);
  });

  it('hands a PDF named .docx to the PDF parser', async () => {
    expect(await refusal(PDF_START, 'report.docx')).toMatch(/pdf/);
  });

  it('reads a page saved as .xls as HTML', async () => {
    const outcome = await parse('<html><body><p>Sales</p></body></html>', 'export.xls');
    expect(outcome).toMatchObject({ kind: 'parsed', type: 'html' });
  });

  it('reads tab-parted lines saved as .xls as a table', async () => {
    const outcome = await parse('City\tSales\nRome\t3\nOslo\t4\n', 'export.xls');
    expect(outcome).toMatchObject({ kind: 'parsed', type: 'csv' });
  });

  it('reads a mail saved as .txt as a mail', async () => {
    const mail =
      'From: a@example.com\r\nTo: b@example.com\r\nSubject: Lunch\r\nDate: Mon, 2 Mar 2026 10:00:00 +0000\r\n\r\nNoon?';
    expect(await parse(mail, 'mail.txt')).toMatchObject({ kind: 'parsed', type: 'eml' });
  });

  it('reads a text whose first letters are the mark of a bitmap as text', async () => {
    expect(await parse('BM is how the brand Bergmann signs its letters.', 'letter.txt')).toMatchObject({
      kind: 'parsed',
      type: 'txt',
    });
  });

  it('gives no warning for an extension it does not know', async () => {
    expect((await read('plain words', 'notes.2024')).warnings).toEqual([]);
  });

  it('parses an empty file to no blocks', async () => {
    expect(await parse('', 'empty.docx')).toMatchObject({
      kind: 'parsed',
      type: 'docx',
      document: { blocks: [] },
    });
  });

  it.each([
    ['plan.vsd', oleOf(['VisioDocument']), 'vsd unsupported'],
    ['notes.one', Buffer.from('e4525c7b8cd8a74daeb15378d02996d3', 'hex'), 'one unsupported'],
    ['letter.wpd', Buffer.from('\u00ffWPC\u0010\0', 'latin1'), 'wpd unsupported'],
    ['letter.doc', Buffer.from('dba52d000100', 'hex'), 'doc unsupported'],
    ['tool.jar', zip({ 'META-INF/MANIFEST.MF': '', 'A.class': 'x' }), 'jar unsupported'],
    ['app.apk', zip({ 'AndroidManifest.xml': 'x' }), 'apk unsupported'],
    ['report.pages', zip({ 'Index/Document.iwa': 'x' }), 'pages unsupported'],
    ['sums.numbers', zip({ 'Index/Document.iwa': 'x' }), 'numbers unsupported'],
    ['talk.key', zip({ 'Index/Document.iwa': 'x' }), 'key unsupported'],
    [
      'logo.png',
      Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex'),
      'png needs-program',
    ],
  ])('lists %s without reading it', async (name, bytes, expected) => {
    expect(await refusal(bytes, name)).toBe(expected);
  });

  it('names what an unread file is', async () => {
    expect(await parse(oleOf(['VisioDocument']), 'plan.vsd')).toMatchObject({
      detail: 'Visio drawing (vsd): the file is listed, its content is not read',
    });
  });

  it.each([
    ['letter.doc', 'WordDocument', 'doc corrupt'],
    ['talk.ppt', 'PowerPoint Document', 'ppt corrupt'],
    ['mail.msg', '__properties_version1.0', 'msg corrupt'],
  ])('calls %s corrupt when its container is only a directory', async (name, stream, expected) => {
    expect(await refusal(oleOf([stream]), name)).toBe(expected);
  });

  it('refuses a Word file protected by a password as encrypted', async () => {
    expect(await refusal(oleOf(['EncryptionInfo', 'EncryptedPackage']), 'pay.docx')).toBe('docx encrypted');
  });

  it('finds the encrypted stream whatever its case', async () => {
    expect(await refusal(oleOf(['ENCRYPTEDPACKAGE']), 'pay.xlsx')).toBe('xlsx encrypted');
  });

  it('refuses an OpenDocument file protected by a password as encrypted', async () => {
    expect(await refusal(odtOf('', { encrypted: true }), 'pay.odt')).toBe('odt encrypted');
  });

  it('refuses a container with an encrypted part as encrypted', async () => {
    const file = patchDirectory(docxOf(wordParagraph('x')), (view, at) => view.setUint16(at + 8, 1, true));
    expect(await refusal(file, 'pay.docx')).toBe('docx encrypted');
  });

  it('calls binary data under the name of a text corrupt', async () => {
    expect(
      await refusal(
        Uint8Array.from({ length: 500 }, (_, i) => (i * 37) % 256),
        'notes.txt',
      ),
    ).toBe('txt corrupt');
  });

  it('calls random data under the name of a Word file corrupt', async () => {
    expect(
      await refusal(
        Uint8Array.from({ length: 500 }, (_, i) => (i * 37) % 256),
        'a.docx',
      ),
    ).toBe('docx corrupt');
  });
});

describe('zip containers', () => {
  it('calls a file cut off in the middle corrupt', async () => {
    const file = docxOf(wordParagraph('x'));
    expect(await refusal(file.subarray(0, file.length / 2), 'cut.docx')).toBe('docx corrupt');
  });

  it('refuses a file that declares to unpack to gigabytes before unpacking it', async () => {
    const file = patchDirectory(docxOf(wordParagraph('x')), (view, at) =>
      view.setUint32(at + 24, 900_000_000, true),
    );
    expect(await refusal(file, 'bomb.docx')).toBe('docx too-large');
  });

  it('refuses a file that unpacks to far more than its packed size', async () => {
    expect(await refusal(docxOf(wordParagraph('a'.repeat(30_000_000))), 'bomb.docx')).toBe('docx too-large');
  });

  it('refuses a container that declares more files than are looked at', async () => {
    expect(await refusal(declaring(zip({ 'a.txt': 'x' }), 100_001), 'a.zip')).toBe('zip too-large');
  });

  it('refuses a file whose sizes lie', async () => {
    const parts = Object.fromEntries(
      Array.from({ length: 5 }, (_, i) => [`word/part${i}.xml`, ' '.repeat(50_000_000)]),
    );
    const file = patchDirectory(docxOf(wordParagraph('x'), parts), (view, at) =>
      view.setUint32(at + 24, 10, true),
    );
    expect(await refusal(file, 'bomb.docx')).toBe('docx too-large');
  });

  it('refuses a container of more than ten thousand entries', async () => {
    const parts = Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`word/${i}.xml`, '']));
    expect(await refusal(docxOf('', parts), 'many.docx')).toBe('docx too-large');
  });

  it('reads the rest of a file with a damaged part and says so', async () => {
    const file = docxOf(wordParagraph('Still here'), { 'word/theme/theme1.xml': '<a/>' });
    const broken = patchDirectory(file, (view, at) => {
      const name = Buffer.from(view.buffer, at + 46, view.getUint16(at + 28, true)).toString();
      if (name.includes('theme')) view.setUint32(at + 16, 1, true);
    });
    expect(await read(broken, 'a.docx')).toMatchObject({
      blocks: [{ text: 'Still here' }],
      warnings: [{ code: 'repaired' }],
    });
  });
});
