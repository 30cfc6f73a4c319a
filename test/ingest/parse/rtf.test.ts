import { describe, expect, it } from 'vitest';
import { read, short } from './make-files.ts';

const HEAD =
  '{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0\\fswiss Arial;}{\\f1\\fcharset204 Arial Cyr;}}' +
  '{\\stylesheet{\\s0 Normal;}{\\s1 heading 1;}{\\s2\\sbasedon1 Titolo 2;}{\\*\\cs10 heading 3;}}' +
  '{\\info{\\title Ferie 2026}{\\author Somebody}}';

const rtf = async (body: string): Promise<string[]> => short((await read(`${HEAD}${body}}`, 'a.rtf')).blocks);

describe('rich text', () => {
  it('takes the title from its properties', async () => {
    expect((await read(`${HEAD}\\pard x\\par}`, 'a.rtf')).title).toBe('Ferie 2026');
  });

  it('reads headings by style name and by outline level', async () => {
    expect(
      await rtf(
        '\\pard\\s1 Leave\\par\\pard\\plain text\\par\\pard\\s2 Sick\\par\\pard\\outlinelevel2 Deep\\par\\pard end\\par',
      ),
    ).toEqual(['h1 Leave', 'p text', 'h2 Sick', 'h3 Deep', 'p end']);
  });

  it('reads each font in its own code page and characters beyond it by their number', async () => {
    expect(
      await rtf("\\pard perch\\'e9 {\\f1\\'cf\\'f0\\'e8\\'e2\\'e5\\'f2} \\u8364?5 \\uc2\\u9731 ab!\\par"),
    ).toEqual(['p perché Привет €5 ☃!']);
  });

  it('reads characters that one word cannot hold from a pair of words', async () => {
    expect(await rtf('\\pard \\u-10179?\\u-8704?\\par')).toEqual(['p 😀']);
  });

  it('reads a table with the row that is marked as its header', async () => {
    expect(
      await rtf(
        '\\trowd\\trhdr\\pard\\intbl City\\cell Country\\cell\\row\\trowd\\pard\\intbl Rome\\cell Italy\\cell\\row\\pard after\\par',
      ),
    ).toEqual(['t City|Country / Rome|Italy', 'p after']);
  });

  it('reads list items without their drawn bullets', async () => {
    expect(await rtf('\\pard{\\listtext\\bullet\\tab}first\\par{\\pntext 1.}second\\par')).toEqual([
      '- first',
      '- second',
    ]);
  });

  it('puts a footnote behind its paragraph', async () => {
    expect(await rtf('\\pard Ten{\\footnote Law 53.} days\\par next\\par')).toEqual([
      'p Ten days',
      'p Law 53.',
      'p next',
    ]);
  });

  it('reads running heads once, before the text', async () => {
    expect(
      await rtf('{\\header Acme confidential\\par}{\\headerf Acme confidential\\par}\\pard text\\par'),
    ).toEqual(['p Acme confidential', 'p text']);
  });

  it('leaves out pictures, objects, hidden and deleted text, and the instructions of fields', async () => {
    expect(
      await rtf(
        '\\pard a{\\pict\\wmetafile8 0102}{\\object{\\*\\objdata 0105}}{\\v secret}{\\deleted gone}{\\field{\\*\\fldinst HYPERLINK "http://x"}{\\fldrslt link}}\\bin3 }}}b\\par',
      ),
    ).toEqual(['p alinkb']);
  });

  it('reads a file that is cut off as far as it goes and says so', async () => {
    const document = await read(`${HEAD}\\pard half a sentence`, 'a.rtf');
    expect(short(document.blocks)).toEqual(['p half a sentence']);
    expect(document.warnings).toMatchObject([{ code: 'repaired' }]);
  });

  it('survives a hundred thousand open groups', async () => {
    const document = await read(`${HEAD}${'{'.repeat(100_000)}deep${'}'.repeat(100_000)}\\par top}`, 'a.rtf');
    expect(short(document.blocks).join(' ')).toContain('top');
  });
});
