import { describe, expect, it } from 'vitest';
import { splitMbox } from '../../../ingest/parse/mbox.ts';
import { parse, read, short } from './make-files.ts';

const json = async (value: unknown): Promise<string[]> =>
  short((await read(JSON.stringify(value), 'a.json')).blocks);

describe('JSON', () => {
  it('gives values with the names they stand under', async () => {
    expect(await json({ name: 'Leave', days: 22, tags: ['hr', 'it'], none: null })).toEqual([
      '- name: Leave',
      '- days: 22',
      '- tags: hr, it',
    ]);
  });

  it('puts what is nested under a heading, behind the values beside it', async () => {
    expect(await json({ rules: { leave: { days: 22 } }, title: 'Handbook' })).toEqual([
      '- title: Handbook',
      'h1 rules',
      'h2 leave',
      '- days: 22',
    ]);
  });

  it('goes on with the path where headings end', async () => {
    expect(await json({ a: { b: { c: { d: { e: 1 } } } } })).toEqual(['h1 a', 'h2 b', 'h3 c', '- d › e: 1']);
  });

  it('reads records alike as a table with their fields as columns', async () => {
    expect(
      await json([
        { city: 'Rome', people: 3 },
        { city: 'Oslo', area: 1 },
      ]),
    ).toEqual(['t city|people|area / Rome|3| / Oslo||1']);
  });

  it('calls a record in a list by its own name', async () => {
    expect(await json([{ name: 'Anna', address: { city: 'Rome' } }, { address: { city: 'Oslo' } }])).toEqual([
      'h1 Anna',
      '- name: Anna',
      'h2 address',
      '- city: Rome',
      'h1 2',
      'h2 address',
      '- city: Oslo',
    ]);
  });

  it('reads lines of JSON as a list', async () => {
    expect(short((await read('{"a":1}\n{"a":2}\n', 'a.jsonl')).blocks)).toEqual(['t a / 1 / 2']);
  });

  it('reads what is no valid JSON as text and says so', async () => {
    const document = await read('{ // comment\n "a": 1 }', 'a.json');
    expect(document.warnings).toMatchObject([{ code: 'repaired' }]);
    expect(short(document.blocks).join(' ')).toContain('comment');
  });

  it('leaves out data nested beyond reason and says so', async () => {
    const deep = `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`;
    expect((await read(deep, 'a.json')).warnings).toMatchObject([{ code: 'part-skipped' }]);
  });

  it('stops at the limit of characters and says so', async () => {
    const outcome = await parse(
      JSON.stringify(Array.from({ length: 500 }, (_, i) => ({ n: { i } }))),
      'a.json',
      {
        maxCharacters: 300,
      },
    );
    expect(outcome).toMatchObject({ document: { warnings: [{ code: 'truncated' }] } });
  });
});

describe('XML', () => {
  const xml = async (source: string, name = 'a.xml'): Promise<string[]> =>
    short((await read(source, name)).blocks);

  it('gives values with the names of elements and attributes', async () => {
    expect(
      await xml('<?xml version="1.0"?><order no="7"><customer>Acme</customer><total>12.50</total></order>'),
    ).toEqual(['- no: 7', '- customer: Acme', '- total: 12.50']);
  });

  it('reads elements alike as a table', async () => {
    expect(await xml('<o><item><n>Pen</n><q>2</q></item><item><n>Ink</n><q>1</q></item></o>')).toEqual([
      'h1 item',
      't n|q / Pen|2 / Ink|1',
    ]);
  });

  it('reads marked-up words as one text', async () => {
    expect(await xml('<doc><para>Ten <b>days</b> of leave</para></doc>')).toEqual([
      '- para: Ten days of leave',
    ]);
  });

  it('is recognised without an extension', async () => {
    expect(await parse('<?xml version="1.0"?><a>b</a>', 'export')).toMatchObject({ type: 'xml' });
  });

  it('reads the words of a drawing and nothing of its lines', async () => {
    expect(
      await xml(
        '<svg xmlns="http://www.w3.org/2000/svg"><title>Plan</title><g><path d="M0 0L9 9"/><text>Exit <tspan>A</tspan></text></g></svg>',
        'a.svg',
      ),
    ).toEqual(['- Plan', '- Exit A']);
  });

  it('reads the entities that all XML has', async () => {
    expect(await xml('<a><b>R&amp;D &#8364;5</b></a>')).toEqual(['- b: R&D €5']);
  });

  it('resolves no entity that the file declares', async () => {
    const bomb = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>`;
    expect(JSON.stringify(await read(bomb, 'a.xml'))).not.toContain('aaaa');
  });

  it('survives a hundred thousand open elements', async () => {
    const document = await read(`<a>${'<b>'.repeat(100_000)}deep`, 'a.xml');
    expect(document.warnings).toMatchObject([{ code: 'part-skipped' }]);
  });
});

describe('notebooks', () => {
  const notebook = (cells: readonly object[]): string => JSON.stringify({ nbformat: 4, cells });

  it('give notes with their headings, code, and what it printed', async () => {
    const document = await read(
      notebook([
        { cell_type: 'markdown', source: ['# Sales\n', '\n', 'By year.'] },
        {
          cell_type: 'code',
          source: 'print(1)',
          outputs: [
            { output_type: 'stream', text: ['\u001b[31m1\u001b[0m\n'] },
            { output_type: 'error', ename: 'ValueError', evalue: 'no data' },
          ],
        },
      ]),
      'a.ipynb',
    );
    expect(document.title).toBe('Sales');
    expect(short(document.blocks)).toEqual([
      'h1 Sales',
      'p By year.',
      'c print(1)',
      'c 1',
      'c ValueError: no data',
    ]);
  });

  it('give a table as a table', async () => {
    const html =
      '<table><thead><tr><th>Year</th><th>Sum</th></tr></thead><tr><td>2025</td><td>7</td></tr></table>';
    const cell = {
      cell_type: 'code',
      source: 'x',
      outputs: [{ data: { 'text/html': html, 'text/plain': 'Year' } }],
    };
    expect(short((await read(notebook([cell]), 'a.ipynb')).blocks)).toEqual(['c x', 't Year|Sum / 2025|7']);
  });

  it('give only the beginning of a long output, and no picture', async () => {
    const cell = {
      cell_type: 'code',
      source: 'x',
      outputs: [{ text: 'y'.repeat(50_000) }, { data: { 'image/png': 'iVBOR' } }],
    };
    const { blocks } = await read(notebook([cell]), 'a.ipynb');
    expect(blocks.map((block) => (block.kind === 'code' ? block.text.length : 0))).toEqual([1, 4_000]);
  });

  it('are called corrupt when they are cut off', async () => {
    expect(await parse('{"cells": [', 'a.ipynb')).toMatchObject({ reason: 'corrupt' });
  });
});

describe('calendars', () => {
  const calendar = (lines: string): string =>
    `BEGIN:VCALENDAR\r\nX-WR-CALNAME:Team\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/Rome\r\nEND:VTIMEZONE\r\n${lines}END:VCALENDAR\r\n`;

  it('give a section for each event with when, where and who', async () => {
    const document = await read(
      calendar(
        'BEGIN:VEVENT\r\nSUMMARY:Stand-up\\, daily\r\nDTSTART;TZID=Europe/Rome:20260302T100000\r\nDTEND;TZID=Europe/Rome:20260302T101500\r\nRRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=10\r\nLOCATION:Room 2\r\nORGANIZER;CN="Rossi, Anna":mailto:anna@example.com\r\nATTENDEE:mailto:bo@example.com\r\nDESCRIPTION:Bring a long\r\n  list.\\n\\nSecond.\r\nEND:VEVENT\r\nBEGIN:VTODO\r\nSUMMARY:Report\r\nDUE;VALUE=DATE:20260331\r\nEND:VTODO\r\n',
      ),
      'team.ics',
    );
    expect(document.title).toBe('Team');
    expect(short(document.blocks)).toEqual([
      'h1 Stand-up, daily',
      'p When: 2026-03-02 10:00–10:15 Europe/Rome',
      'p Repeats: weekly, MO,WE, 10 times',
      'p Where: Room 2',
      'p Organizer: Rossi, Anna <anna@example.com>',
      'p Attendees: bo@example.com',
      'p Bring a long list.',
      'p Second.',
      'h1 Report',
      'p Due: 2026-03-31',
    ]);
  });

  it('are read as far as they go when they are cut off', async () => {
    const document = await read('BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Half', 'a.ics');
    expect(short(document.blocks)).toEqual(['h1 Half']);
    expect(document.warnings).toMatchObject([{ code: 'repaired' }]);
  });

  it('are recognised without an extension', async () => {
    expect(await parse(calendar(''), 'invite')).toMatchObject({ type: 'ics' });
  });
});

describe('address cards', () => {
  it('give a section for each card, old encodings decoded, pictures left out', async () => {
    const cards =
      'BEGIN:VCARD\nVERSION:3.0\nN:Rossi;Anna;;;\nFN:Anna Rossi\nORG:Acme;Finance\nitem1.EMAIL;TYPE=WORK:anna@example.com\nPHOTO;ENCODING=b:AAAA\nEND:VCARD\n' +
      'BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Jos=C3=A9=\n P=C3=A9rez\nTEL;CELL:+39 1\nEND:VCARD\n';
    expect(short((await read(cards, 'people.vcf')).blocks)).toEqual([
      'h1 Anna Rossi',
      'p Organisation: Acme, Finance',
      'p Mail: anna@example.com',
      'h1 José Pérez',
      'p Phone: +39 1',
    ]);
  });
});

describe('mailboxes', () => {
  const mail = (subject: string, body: string): string =>
    `From anna@example.com Mon Mar  2 10:00:00 2026\nFrom: Anna <anna@example.com>\nSubject: ${subject}\nDate: Mon, 2 Mar 2026 10:00:00 +0000\n\n${body}\n\n`;

  it('give every mail with its head, its number as page', async () => {
    const document = await read(
      mail('One', '>From here on') + mail('Two', 'From my side: yes'),
      'inbox.mbox',
    );
    expect(document.pages).toBe(2);
    expect(document.blocks).toEqual([
      { kind: 'heading', level: 1, text: 'One', page: 1 },
      { kind: 'paragraph', text: 'From: Anna <anna@example.com>; Date: 2026-03-02 10:00 UTC', page: 1 },
      { kind: 'paragraph', text: 'From here on', page: 1 },
      { kind: 'heading', level: 1, text: 'Two', page: 2 },
      { kind: 'paragraph', text: 'From: Anna <anna@example.com>; Date: 2026-03-02 10:00 UTC', page: 2 },
      { kind: 'paragraph', text: 'From my side: yes', page: 2 },
    ]);
  });

  it('are parted with the lines restored that were quoted for looking like a beginning', () => {
    const mails = splitMbox(Buffer.from(mail('One', '>From here on\n>>From there') + mail('Two', 'x')));
    expect(mails).toHaveLength(2);
    expect(Buffer.from(mails[0] ?? []).toString()).toContain('\nFrom here on\n>From there\n');
  });

  it('give attachments under the mail they came with', async () => {
    const body =
      'From x@example.com Mon Mar  2 10:00:00 2026\nSubject: Hi\nFrom: x@example.com\nDate: Mon, 2 Mar 2026 10:00:00 +0000\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nText\n--b\nContent-Type: text/markdown\nContent-Disposition: attachment; filename="n.md"\n\nInner\n--b--\n\n';
    const { blocks } = await read(body + mail('Next', 'x'), 'inbox.mbox');
    expect(short(blocks.filter(({ page }) => page === 1))).toEqual([
      'h1 Hi',
      'p From: x@example.com; Date: 2026-03-02 10:00 UTC',
      'p Text',
      'h2 n.md',
      'p Inner',
    ]);
  });

  it('are recognised without an extension', async () => {
    expect(await parse(mail('One', 'x') + mail('Two', 'y'), 'Inbox')).toMatchObject({ type: 'mbox' });
  });
});

describe('saved pages', () => {
  it('give the page and nothing of its envelope', async () => {
    const page =
      'From: <Saved by Blink>\r\nSnapshot-Content-Location: http://intranet/leave\r\nSubject: Leave\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; type="text/html"; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<html><head><title>Leave rules</title></head><body><h1>Leave</h1><p>Ten =\r\ndays.</p></body></html>\r\n--b\r\nContent-Type: text/css\r\n\r\nbody {color: red}\r\n--b--\r\n';
    const document = await read(page, 'leave.mhtml');
    expect(document.title).toBe('Leave rules');
    expect(short(document.blocks)).toEqual(['h1 Leave', 'p Ten days.']);
    expect(document.warnings).toEqual([]);
  });
});
