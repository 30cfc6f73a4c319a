import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { parse, read, short } from './make-files.ts';

describe('encodings', () => {
  it('reads UTF-16 with a byte-order mark', async () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('Ferie: 22 giorni', 'utf16le')]);
    expect(short((await read(bytes, 'a.txt')).blocks)).toEqual(['p Ferie: 22 giorni']);
  });

  it('reads big-endian UTF-16 without a byte-order mark', async () => {
    const bytes = iconv.encode('Leave is 22 days', 'utf-16be');
    expect(short((await read(bytes, 'a.txt')).blocks)).toEqual(['p Leave is 22 days']);
  });

  it('reads windows-1252 and says that it guessed', async () => {
    const bytes = iconv.encode(
      'La società è aperta dal lunedì al venerdì, perché così è più facile.',
      'windows-1252',
    );
    const document = await read(bytes, 'a.txt');
    expect(short(document.blocks)).toEqual([
      'p La società è aperta dal lunedì al venerdì, perché così è più facile.',
    ]);
    expect(document.warnings).toMatchObject([{ code: 'encoding-guessed' }]);
  });

  it('reads a few words of Shift-JIS', async () => {
    const document = await read(iconv.encode('名前,年齢\n佐藤太郎,30\n', 'cp932'), 'a.csv');
    expect(short(document.blocks)).toEqual(['t 名前|年齢 / 佐藤太郎|30']);
  });

  it('drops single damaged characters of UTF-8 instead of misreading all others', async () => {
    const bytes = Buffer.concat([
      Buffer.from('città '.repeat(20)),
      Buffer.from([0xe8]),
      Buffer.from(' fine'),
    ]);
    const document = await read(bytes, 'a.txt');
    expect(document.warnings).toMatchObject([{ code: 'repaired' }]);
    expect(short(document.blocks)[0]).toMatch(/città fine$/);
  });

  it('composes letters to NFC', async () => {
    expect(short((await read('citta\u0300', 'a.txt')).blocks)).toEqual(['p città']);
  });

  it('drops control, invisible and direction-changing characters', async () => {
    expect(short((await read('sal\u00adary\u0007 \u202e42\u{e0041}\u200b', 'a.txt')).blocks)).toEqual([
      'p salary 42',
    ]);
  });
});

describe('plain text', () => {
  it('joins hard-wrapped lines and parts paragraphs at blank lines', async () => {
    const text =
      'Employees who have worked for the company for more than five\nyears get two more days of leave for each year after the fifth\nand may carry them over.\n\nAsk your manager.';
    expect(short((await read(text, 'a.txt')).blocks)).toEqual([
      'p Employees who have worked for the company for more than five years get two more days of leave for each year after the fifth and may carry them over.',
      'p Ask your manager.',
    ]);
  });

  it('keeps short lines apart', async () => {
    expect(short((await read('Via Roma 1\n00100 Roma\nItalia', 'a.txt')).blocks)).toEqual([
      'p Via Roma 1',
      'p 00100 Roma',
      'p Italia',
    ]);
  });

  it('takes underlined, capital and numbered lines that stand alone as headings', async () => {
    const text =
      'Leave\n=====\n\nDETAILS\n\nSome words.\n\n4 Carry-over\n\n4.2 In parental leave\n\nOther words.';
    expect(short((await read(text, 'a.txt')).blocks)).toEqual([
      'h1 Leave',
      'h1 DETAILS',
      'p Some words.',
      'h1 4 Carry-over',
      'h2 4.2 In parental leave',
      'p Other words.',
    ]);
  });

  it('takes a numbered list as items even with blank lines between', async () => {
    expect(short((await read('1. Open the form\n\n2. Sign it\n\n3. Send it', 'a.txt')).blocks)).toEqual([
      '- 1. Open the form',
      '- 2. Sign it',
      '- 3. Send it',
    ]);
  });

  it('takes dashes as items and joins their continuation', async () => {
    expect(short((await read('- first\n  and more\n- second', 'a.log')).blocks)).toEqual([
      '- first and more',
      '- second',
    ]);
  });

  it('cuts at the limit with a warning', async () => {
    const outcome = await parse(`${'word '.repeat(50)}\n\n`.repeat(50), 'a.txt', { maxCharacters: 1000 });
    expect(outcome).toMatchObject({ document: { warnings: [{ code: 'truncated' }] } });
    if (outcome.kind !== 'parsed') throw new Error('refused');
    expect(short(outcome.document.blocks).join('').length).toBeLessThan(1100);
  });
});

describe('CSV', () => {
  it('finds semicolons, quoted cells with line ends, and the header', async () => {
    const csv = 'Nome;Nota;Importo\r\nRossi;"due\r\nrighe; con segno";1,50\r\nBianchi;;2,00\r\n';
    expect(short((await read(csv, 'a.csv')).blocks)).toEqual([
      't Nome|Nota|Importo / Rossi|due righe; con segno|1,50 / Bianchi||2,00',
    ]);
  });

  it('keeps a title over the table as a paragraph', async () => {
    expect(short((await read('Sales 2026\n\nCity,Sum\nRome,3\n', 'a.csv')).blocks)).toEqual([
      'p Sales 2026',
      't City|Sum / Rome|3',
    ]);
  });

  it('takes no header where the first row holds figures', async () => {
    expect((await read('1,2\n3,4\n', 'a.csv')).blocks).toMatchObject([
      {
        header: [],
        rows: [
          ['1', '2'],
          ['3', '4'],
        ],
      },
    ]);
  });

  it('reads tabs', async () => {
    expect(short((await read('City\tSum\nRome\t3\n', 'a.tsv')).blocks)).toEqual(['t City|Sum / Rome|3']);
  });

  it('reads on past an unbalanced quote', async () => {
    const document = await read('City,Sum\n"Rome,3\nOslo,4\n', 'a.csv');
    expect(document.warnings).toMatchObject([{ code: 'repaired' }]);
    expect(short(document.blocks)[0]).toContain('Oslo|4');
  });
});
