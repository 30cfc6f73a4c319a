/** Large files of the usual kinds, the same bytes every time, each with a word that stands only at its very end. */
import { once } from 'node:events';
import { createWriteStream, writeFileSync } from 'node:fs';
import { utils, write } from '@e965/xlsx';
import { type Zippable, zipSync } from 'fflate';
import PDFDocument from 'pdfkit';
import { type ZipfWords, zipfWords } from './zipf-text.ts';

export interface LargeFile {
  readonly name: string;
  readonly make: (path: string) => Promise<void>;
}

/** The word that stands once, at the end of each file. */
export const LAST_WORD = 'zzyzxfinis';

const SEED = 20_261_123;
const VOCABULARY = 30_000;
const MEGABYTE = 1_048_576;
/** A year in which office programs and mail readers agree on dates. */
const WHEN = new Date('2026-03-02T10:00:00Z');
/** Paragraphs that repeat after so many: making other words takes longer than reading them. */
const PARAGRAPHS = 20_000;

export interface LargeSizes {
  readonly textMegabytes: number;
  readonly pages: number;
  readonly rows: number;
  readonly mailMegabytes: number;
  readonly members: number;
}

export function largeFiles(sizes: LargeSizes): LargeFile[] {
  const words = (): ZipfWords => zipfWords({ vocabulary: VOCABULARY, seed: SEED });
  return [
    { name: 'report.txt', make: (path) => makeText(path, sizes.textMegabytes, words()) },
    { name: 'manual.pdf', make: (path) => makePdf(path, sizes.pages, words()) },
    { name: 'orders.xlsx', make: async (path) => makeSheet(path, sizes.rows, words()) },
    { name: 'orders.csv', make: (path) => makeCsv(path, sizes.rows, words()) },
    { name: 'mails.mbox', make: (path) => makeMailbox(path, sizes.mailMegabytes, words()) },
    { name: 'archive.zip', make: async (path) => makeArchive(path, sizes.members, words()) },
  ];
}

/** Numbered paragraphs with a typographic mark each, as word processors write: not one byte a character. */
async function makeText(path: string, megabytes: number, words: ZipfWords): Promise<void> {
  const paragraphs = Array.from({ length: PARAGRAPHS }, () => words.text(40));
  await stream(path, function* () {
    let bytes = 0;
    for (let at = 0; bytes < megabytes * MEGABYTE; at += 1) {
      const text = `${at} – ${paragraphs[at % PARAGRAPHS]}\n\n`;
      bytes += Buffer.byteLength(text);
      yield text;
    }
    yield `The last line says ${LAST_WORD}.\n`;
  });
}

async function makePdf(path: string, pages: number, words: ZipfWords): Promise<void> {
  const doc = new PDFDocument({
    size: 'A4',
    margin: 0,
    bufferPages: false,
    autoFirstPage: false,
    info: { Title: 'Manual', CreationDate: WHEN },
  });
  const file = createWriteStream(path);
  const done = once(file, 'finish');
  doc.on('data', (piece) => file.write(piece));
  doc.on('end', () => file.end());
  for (let page = 1; page <= pages; page += 1) {
    doc.addPage();
    doc.fontSize(16).text(`Part ${page}`, 60, 60, { lineBreak: false }).fontSize(10);
    const lines = Array.from({ length: 40 }, () => words.text(12));
    if (page === pages) lines.push(`The last page says ${LAST_WORD}.`);
    for (const [at, line] of lines.entries()) doc.text(line, 60, 100 + 14 * at, { lineBreak: false });
    if (file.writableNeedDrain) await once(file, 'drain');
  }
  doc.end();
  await done;
}

function* rowsOf(rows: number, words: ZipfWords): Generator<(string | number)[]> {
  yield ['Order', 'Customer', 'City', 'Article', 'Quantity', 'Price', 'Note'];
  for (let row = 1; row <= rows; row += 1) {
    const note = row === rows ? LAST_WORD : words.text(6);
    const article = `${words.word()} ${words.word()}`;
    yield [`A-${row}`, words.word(), words.word(), article, row % 40, (row % 9_973) / 100, note];
  }
}

function makeSheet(path: string, rows: number, words: ZipfWords): void {
  const sheet = utils.aoa_to_sheet([...rowsOf(rows, words)], { dense: true });
  const book = utils.book_new();
  utils.book_append_sheet(book, sheet, 'Orders');
  writeFileSync(path, write(book, { type: 'buffer', bookType: 'xlsx', bookSST: true, compression: true }));
}

async function makeCsv(path: string, rows: number, words: ZipfWords): Promise<void> {
  await stream(path, function* () {
    for (const row of rowsOf(rows, words)) yield `${row.join(';')}\n`;
  });
}

async function makeMailbox(path: string, megabytes: number, words: ZipfWords): Promise<void> {
  await stream(path, function* () {
    let bytes = 0;
    for (let at = 1; bytes < megabytes * MEGABYTE; at += 1) {
      const text = mail(at, words.text(500), at % 20 === 0 ? words.text(2_000) : null);
      bytes += Buffer.byteLength(text);
      yield text;
    }
    yield mail(0, `The last mail says ${LAST_WORD}.`, null);
  });
}

function mail(at: number, body: string, attached: string | null): string {
  const head = `From anna@example.com Mon Mar  2 10:00:00 2026\nFrom: Anna <anna@example.com>\nTo: Ben <ben@example.com>\nSubject: Matter ${at}\nDate: Mon, 2 Mar 2026 10:00:00 +0000\nMessage-ID: <${at}@example.com>\nMIME-Version: 1.0\n`;
  const text = `Content-Type: text/plain; charset=utf-8\n\n${wrapped(body)}\n`;
  if (attached === null) return `${head}${text}\n`;
  const base64 = Buffer.from(attached).toString('base64').replace(/.{76}/g, '$&\n');
  const part = `Content-Type: text/plain; name="annex ${at}.txt"\nContent-Disposition: attachment; filename="annex ${at}.txt"\nContent-Transfer-Encoding: base64\n\n${base64}\n`;
  return `${head}Content-Type: multipart/mixed; boundary="part"\n\n--part\n${text}--part\n${part}--part--\n\n`;
}

const wrapped = (text: string): string => text.replace(/(.{60,72}) /g, '$1\n');

function makeArchive(path: string, members: number, words: ZipfWords): void {
  const files: Zippable = {};
  for (let at = 1; at <= members; at += 1) {
    const text = at === members ? `The last member says ${LAST_WORD}.` : words.text(60);
    files[`folder ${at % 100}/note ${at}.txt`] = [Buffer.from(text), { mtime: WHEN }];
  }
  writeFileSync(path, zipSync(files));
}

async function stream(path: string, pieces: () => Generator<string>): Promise<void> {
  const file = createWriteStream(path);
  const done = once(file, 'finish');
  let gathered: string[] = [];
  let length = 0;
  const flush = async (): Promise<void> => {
    const hasRoom = file.write(gathered.join(''));
    gathered = [];
    length = 0;
    if (!hasRoom) await once(file, 'drain');
  };
  for (const piece of pieces()) {
    gathered.push(piece);
    length += piece.length;
    if (length > MEGABYTE) await flush();
  }
  await flush();
  file.end();
  await done;
}
