import { describe, expect, it } from 'vitest';
import { toChunks, toSections } from '../../../ingest/index.ts';
import { docxOf, oleOf, parse, read, short, wordParagraph } from './make-files.ts';

const HEAD =
  'From: Anna Rossi <anna@example.com>\r\nTo: Bo <bo@example.com>, team@example.com\r\nDate: Mon, 2 Mar 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\n';

interface Part {
  readonly type: string;
  readonly head?: string;
  readonly body: string | Uint8Array;
}

function mail(subject: string, parts: readonly Part[]): string {
  const bodies = parts.map(({ type, head = '', body }) =>
    typeof body === 'string'
      ? `--b1\r\nContent-Type: ${type}\r\n${head}\r\n${body}\r\n`
      : `--b1\r\nContent-Type: ${type}\r\nContent-Transfer-Encoding: base64\r\n${head}\r\n${Buffer.from(body).toString('base64')}\r\n`,
  );
  return `${HEAD}Subject: ${subject}\r\nContent-Type: multipart/mixed; boundary=b1\r\n\r\n${bodies.join('')}--b1--\r\n`;
}

const attached = (name: string): string => `Content-Disposition: attachment; filename="${name}"\r\n`;

describe('mail', () => {
  it('reads who wrote to whom, an encoded subject, and the text', async () => {
    const document = await read(
      `${HEAD}Subject: =?utf-8?B?UGF1c2EgY2Fmw6g=?=\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nAlle 10, perch=E9 no?\r\n`,
      'a.eml',
    );
    expect(document.title).toBe('Pausa cafè');
    expect(short(document.blocks)).toEqual([
      'h1 Pausa cafè',
      'p From: Anna Rossi <anna@example.com>; To: Bo <bo@example.com>, team@example.com; Date: 2026-03-02 09:00 UTC',
      'p Alle 10, perché no?',
    ]);
  });

  it('reads an attachment as a part of its own, one level deeper', async () => {
    const file = docxOf(wordParagraph('Ten days'));
    const document = await read(
      mail('Leave', [
        { type: 'text/plain', body: 'See attached.' },
        { type: 'text/markdown', head: attached('notes.md'), body: '# Notes\n\nFine.' },
        { type: 'application/octet-stream', head: attached('leave.docx'), body: file },
      ]),
      'a.eml',
    );
    expect(document.pages).toBe(3);
    expect(document.blocks.slice(2)).toEqual([
      { kind: 'paragraph', text: 'See attached.', page: 1 },
      { kind: 'heading', level: 1, text: 'notes.md', page: 2 },
      { kind: 'heading', level: 2, text: 'Notes', page: 2 },
      { kind: 'paragraph', text: 'Fine.', page: 2 },
      { kind: 'heading', level: 1, text: 'leave.docx', page: 3 },
      { kind: 'paragraph', text: 'Ten days', page: 3 },
    ]);
  });

  it('gives each part the language it is written in', async () => {
    const { blocks } = await read(
      mail('Ferie e permessi', [
        {
          type: 'text/plain',
          body: 'Dear all, please find attached the rules about leave that apply to our colleagues in Milan.',
        },
        {
          type: 'text/markdown',
          head: attached('ferie.md'),
          body: 'I lavoratori hanno diritto a ventidue giorni di ferie ogni anno, da concordare con il responsabile.',
        },
      ]),
      'a.eml',
    );
    const chunks = toChunks(toSections(blocks));
    expect(chunks.map(({ page, language }) => [page, language])).toEqual([
      [1, 'en'],
      [2, 'it'],
    ]);
  });

  it('names an attachment that cannot be read', async () => {
    const document = await read(
      mail('x', [
        { type: 'text/plain', body: 'See.' },
        {
          type: 'application/octet-stream',
          head: attached('plan.vsd'),
          body: oleOf(['VisioDocument']),
        },
      ]),
      'a.eml',
    );
    expect(document.warnings).toMatchObject([
      { code: 'attachment-skipped', detail: expect.stringMatching(/^plan\.vsd: unsupported/) },
    ]);
  });

  it('passes over pictures shown in the text in silence', async () => {
    const document = await read(
      mail('x', [
        { type: 'text/html', body: '<p>Hi</p><img src="cid:logo">' },
        {
          type: 'image/png',
          head: 'Content-ID: <logo>\r\nContent-Disposition: attachment; filename="logo.png"\r\n',
          body: Buffer.from('89504e47', 'hex'),
        },
      ]),
      'a.eml',
    );
    expect(document).toMatchObject({ pages: 1, warnings: [] });
  });

  it('reads the HTML where the text is only a stub', async () => {
    const html = `<h2>News</h2><p>${'The canteen opens earlier. '.repeat(10)}</p>`;
    const source = `${HEAD}Subject: x\r\nContent-Type: multipart/alternative; boundary=b1\r\n\r\n--b1\r\nContent-Type: text/plain\r\n\r\nNo HTML?\r\n--b1\r\nContent-Type: text/html\r\n\r\n${html}\r\n--b1--\r\n`;
    expect(short((await read(source, 'a.eml')).blocks)).toContain('h2 News');
  });

  it('reads mails in mails down to the limit and names the rest', async () => {
    const nest = (depth: number): string =>
      depth === 0
        ? `${HEAD}Subject: innermost\r\n\r\nsecret\r\n`
        : `${HEAD}Subject: level ${depth}\r\nContent-Type: message/rfc822\r\n\r\n${nest(depth - 1)}`;
    const outcome = await parse(nest(4), 'a.eml', { maxDepth: 2 });
    expect(outcome).toMatchObject({
      kind: 'parsed',
      document: { warnings: [{ code: 'attachment-skipped' }] },
    });
    expect(JSON.stringify(outcome)).not.toContain('secret');
  });

  it('reads a mail saved in UTF-16', async () => {
    const bytes = Buffer.from(`\ufeff${HEAD}Subject: Lunch\r\n\r\nNoon?\r\n`, 'utf16le');
    expect((await read(bytes, 'a.eml')).title).toBe('Lunch');
  });
});
