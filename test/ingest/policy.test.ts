import { utils, write } from '@e965/xlsx';
import { describe, expect, it } from 'vitest';
import { type FilePolicy, READ_ALL } from '../../ingest/index.ts';
import { isDetectedType } from '../../ingest/parse/detected-types.ts';
import { parseFile } from '../../ingest/parse/parse-file.ts';
import { docxOf, odtOf, wordParagraph, zip } from './parse/make-files.ts';
import { oleWith, wordOf } from './parse/make-ole.ts';

const text = (words: string): Uint8Array => Buffer.from(words);
const mailWith = (name: string, bytes: Uint8Array): Uint8Array =>
  text(
    `From: a@example.com\r\nSubject: Hi\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nText\r\n--b\r\nContent-Disposition: attachment; filename="${name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(bytes).toString('base64')}\r\n--b--\r\n`,
  );

const WORD = docxOf(wordParagraph('Hello'));
const WITH_MACROS = docxOf(wordParagraph('Hello'), { 'word/vbaProject.bin': 'x' });
const OLD_WITH_MACROS = oleWith({
  WordDocument: Buffer.from(wordStream(wordOf([{ text: 'Hello' }]))),
  'Macros/VBA/_VBA_PROJECT': Buffer.from('x'),
});
const EXCEL4 = macroSheet();
const PROGRAM = Buffer.concat([Buffer.from('MZ\x90\x00\x03', 'latin1'), Buffer.alloc(300, 0xcc)]);

interface Case {
  readonly what: string;
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly policy: Partial<FilePolicy>;
  /** `read`, or the reason and a word of the sentence. */
  readonly gives: string;
}

const CASES: readonly Case[] = [
  {
    what: 'a type that is denied',
    name: 'a.docx',
    bytes: WORD,
    policy: { deny: ['docx'] },
    gives: 'blocked files.deny',
  },
  {
    what: 'a denied type under another name',
    name: 'a.txt',
    bytes: WORD,
    policy: { deny: ['docx'] },
    gives: 'blocked files.deny',
  },
  {
    what: 'another type than the denied one under its name',
    name: 'a.docx',
    bytes: text('words'),
    policy: { deny: ['docx'] },
    gives: 'read',
  },
  { what: 'a type that is allowed', name: 'a.docx', bytes: WORD, policy: { allow: ['docx'] }, gives: 'read' },
  {
    what: 'a type that is not among the allowed',
    name: 'a.md',
    bytes: text('# x'),
    policy: { allow: ['docx'] },
    gives: 'blocked files.allow',
  },
  {
    what: 'a type that is allowed and denied',
    name: 'a.docx',
    bytes: WORD,
    policy: { allow: ['docx'], deny: ['docx'] },
    gives: 'blocked files.deny',
  },
  {
    what: 'a type that is denied and never read',
    name: 'a.png',
    bytes: Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
    policy: { deny: ['png'] },
    gives: 'blocked files.deny',
  },
  {
    what: 'a document with macros where they are left out',
    name: 'a.docm',
    bytes: WITH_MACROS,
    policy: {},
    gives: 'read',
  },
  {
    what: 'a document with macros where they block',
    name: 'a.docm',
    bytes: WITH_MACROS,
    policy: { macros: 'block' },
    gives: 'blocked files.macros',
  },
  {
    what: 'a document with macros under the name of one without',
    name: 'a.docx',
    bytes: WITH_MACROS,
    policy: { macros: 'block' },
    gives: 'blocked files.macros',
  },
  {
    what: 'an old document with macros where they block',
    name: 'a.doc',
    bytes: OLD_WITH_MACROS,
    policy: { macros: 'block' },
    gives: 'blocked files.macros',
  },
  {
    what: 'an old workbook with a sheet of Excel 4 macros',
    name: 'a.xls',
    bytes: EXCEL4,
    policy: { macros: 'block' },
    gives: 'blocked files.macros',
  },
  {
    what: 'an OpenDocument text with Basic',
    name: 'a.odt',
    bytes: odtWith('Basic/Standard/Module1.xml'),
    policy: { macros: 'block' },
    gives: 'blocked files.macros',
  },
  {
    what: 'an OpenDocument text with an empty library',
    name: 'a.odt',
    bytes: odtWith('Basic/Standard/script-lb.xml'),
    policy: { macros: 'block' },
    gives: 'read',
  },
  {
    what: 'a document without macros where they block',
    name: 'a.docx',
    bytes: WORD,
    policy: { macros: 'block' },
    gives: 'read',
  },
  {
    what: 'a program where they block',
    name: 'a.exe',
    bytes: PROGRAM,
    policy: { executables: 'block' },
    gives: 'blocked files.executables',
  },
  {
    what: 'a program under the name of a document',
    name: 'a.docx',
    bytes: PROGRAM,
    policy: { executables: 'block' },
    gives: 'blocked files.executables',
  },
  {
    what: 'a program that is also a PDF',
    name: 'a.pdf',
    bytes: Buffer.concat([PROGRAM, text('%PDF-1.4')]),
    policy: { executables: 'block' },
    gives: 'blocked files.executables',
  },
  {
    what: 'a program where they are only not read',
    name: 'a.exe',
    bytes: PROGRAM,
    policy: {},
    gives: 'unsupported',
  },
  {
    what: 'a script where they block',
    name: 'run',
    bytes: text('#!/bin/sh\necho hi\n'),
    policy: { executables: 'block' },
    gives: 'blocked files.executables',
  },
  {
    what: 'a script of Windows where they block',
    name: 'run.ps1',
    bytes: text('Write-Host hi'),
    policy: { executables: 'block' },
    gives: 'blocked files.executables',
  },
  {
    what: 'a script where they are text',
    name: 'run.sh',
    bytes: text('#!/bin/sh\necho hi\n'),
    policy: {},
    gives: 'read',
  },
  {
    what: 'a letter that begins with MZ',
    name: 'a.txt',
    bytes: text('MZ is the sign of the motor works.'),
    policy: { executables: 'block' },
    gives: 'read',
  },
  {
    what: 'an encrypted file whose type is not allowed',
    name: 'a.odt',
    bytes: odtOf('', { encrypted: true }),
    policy: { allow: ['pdf'] },
    gives: 'blocked files.allow',
  },
];

describe('what a share lets be read', () => {
  it.each(CASES)('decides on $what: $gives', async ({ bytes, name, policy, gives }) => {
    const limits = { maxCharacters: 1_000_000, maxDepth: 3 };
    const outcome = await parseFile({ bytes, name, limits, policy: { ...READ_ALL, ...policy } });
    const [reason, word = ''] = gives.split(' ');
    if (outcome.kind === 'parsed') expect('read').toBe(reason);
    else {
      expect(outcome.reason).toBe(reason);
      expect(outcome.detail).toContain(word);
    }
  });

  it.each([
    ['an attachment', 'a.eml', mailWith('a.docm', WITH_MACROS)],
    ['a member of an archive', 'a.zip', zip({ 'a.docm': WITH_MACROS })],
  ])('holds for %s as well', async (_, name, bytes) => {
    const limits = { maxCharacters: 1_000_000, maxDepth: 3 };
    const outcome = await parseFile({ bytes, name, limits, policy: { ...READ_ALL, macros: 'block' } });
    expect(JSON.stringify(outcome)).not.toContain('Hello');
    expect(outcome).toMatchObject({
      document: {
        warnings: [{ code: 'attachment-skipped', detail: expect.stringContaining('a.docm: blocked') }],
      },
    });
  });

  it('warns of macros it leaves out', async () => {
    const limits = { maxCharacters: 1_000_000, maxDepth: 3 };
    const outcome = await parseFile({ bytes: WITH_MACROS, name: 'a.docm', limits });
    expect(outcome).toMatchObject({ document: { warnings: [{ code: 'macros-left-out' }] } });
  });

  it('knows the types that a policy may name', () => {
    expect(['docx', 'zip', 'exe', 'png', 'p7m'].every(isDetectedType)).toBe(true);
    expect(isDetectedType('word')).toBe(false);
  });
});

/** The main stream of a made document, to be put into a container with macros. */
function wordStream(file: Uint8Array): Uint8Array {
  const at = Buffer.from(file).indexOf(Buffer.from([0xec, 0xa5, 0xc1, 0x00]));
  return file.subarray(at, at + 0x1000);
}

/** An OpenDocument text with one part more. */
function odtWith(part: string): Uint8Array {
  const names = ['office', 'text'].map(
    (name) => `xmlns:${name}="urn:oasis:names:tc:opendocument:xmlns:${name}:1.0"`,
  );
  const body = '<office:body><office:text><text:p>Hello</text:p></office:text></office:body>';
  return zip({
    mimetype: 'application/vnd.oasis.opendocument.text',
    'content.xml': `<?xml version="1.0"?><office:document-content ${names.join(' ')}>${body}</office:document-content>`,
    [part]: '<x/>',
  });
}

/** A workbook whose second sheet is announced as a sheet of Excel 4 macros ([MS-XLS] 2.4.28). */
function macroSheet(): Uint8Array {
  const book = utils.book_new();
  utils.book_append_sheet(book, utils.aoa_to_sheet([['Hello']]), 'Data');
  utils.book_append_sheet(book, utils.aoa_to_sheet([['x']]), 'Auto');
  const file = Buffer.from(write(book, { type: 'buffer', bookType: 'biff8' }));
  file[file.indexOf(Buffer.from('Auto', 'utf16le')) - 3] = 1;
  return file;
}
