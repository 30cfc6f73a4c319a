import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { docxOf, odtOf, parse, wordParagraph, zip } from './make-files.ts';

/** A document is read from its bytes alone: whatever it refers to is never asked for. */

const requests: string[] = [];
let server: Server;
let base: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push(request.url ?? '');
    response.end('<x>fetched</x>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
afterEach(() => {
  requests.length = 0;
});

const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const external = (type: string, path: string): string =>
  `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r9" Type="${OFFICE}/${type}" Target="${base}/${path}" TargetMode="External"/></Relationships>`;
const doctype = (): string =>
  `<!DOCTYPE x SYSTEM "${base}/a.dtd" [<!ENTITY e SYSTEM "${base}/entity"><!ENTITY % p SYSTEM "${base}/parameter">%p;]>`;
const page = (): string =>
  `<html><head><link rel="stylesheet" href="${base}/a.css"><script src="${base}/a.js"></script><base href="${base}/"><meta http-equiv="refresh" content="0;url=${base}/next"></head><body background="${base}/bg.png"><img src="${base}/a.png" alt="Plan"><iframe src="${base}/frame"></iframe><object data="${base}/o"></object><video src="${base}/v"></video><p style="background:url(${base}/b.png)">Words</p><a href="${base}/link">more</a></body></html>`;

const FILES: readonly { readonly name: string; readonly make: () => string | Uint8Array }[] = [
  { name: 'page.html', make: page },
  { name: 'page.xhtml', make: () => `<?xml version="1.0"?>${doctype()}${page()}` },
  {
    name: 'notes.md',
    make: () => `# Words\n\n![Plan](${base}/a.png) [x]: ${base}/x\n\n<img src="${base}/b.png">\n`,
  },
  {
    name: 'data.xml',
    make: () =>
      `<?xml version="1.0"?><?xml-stylesheet href="${base}/a.xsl"?>${doctype()}<x xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="${base}/included"/><y>&e;</y></x>`,
  },
  {
    name: 'plan.svg',
    make: () =>
      `<?xml version="1.0"?>${doctype()}<svg xmlns="http://www.w3.org/2000/svg"><image href="${base}/a.png"/><use href="${base}/b.svg#x"/><text>Words &e;</text></svg>`,
  },
  {
    name: 'page.mhtml',
    make: () =>
      `From: <Saved by Blink>\r\nSnapshot-Content-Location: ${base}/page\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\nContent-Location: ${base}/page\r\n\r\n${page()}\r\n--b--\r\n`,
  },
  {
    name: 'mail.eml',
    make: () =>
      `From: a@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n${page()}\r\n--b\r\nContent-Type: message/external-body; access-type=URL; URL="${base}/body"\r\n\r\nContent-Type: text/plain\r\n\r\n--b--\r\n`,
  },
  {
    name: 'letter.docx',
    make: () =>
      docxOf(
        `${wordParagraph('Words')}<w:p><w:r><w:drawing><a:blip xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="${OFFICE}" r:link="r9"/></w:drawing></w:r></w:p>`,
        {
          'word/_rels/document.xml.rels': external('image', 'picture.png'),
          'word/_rels/settings.xml.rels': external('attachedTemplate', 'template.dotm'),
          'word/settings.xml': `<w:settings xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="${OFFICE}"><w:attachedTemplate r:id="r9"/></w:settings>`,
        },
      ),
  },
  { name: 'entity.docx', make: () => docxOf(wordParagraph('&e;'), {}, doctype()) },
  {
    name: 'letter.odt',
    make: () =>
      odtOf(
        `<text:p>Words <draw:image xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="${base}/a.png"/></text:p>`,
      ),
  },
  {
    name: 'letter.rtf',
    make: () =>
      `{\\rtf1{\\*\\template ${base}/t.dotm}{\\field{\\*\\fldinst INCLUDEPICTURE "${base}/a.png"}{\\fldrslt Words}}\\par}`,
  },
  {
    name: 'book.epub',
    make: () =>
      zip({
        mimetype: 'application/epub+zip',
        'META-INF/container.xml': `<?xml version="1.0"?>${doctype()}<container><rootfile full-path="b.opf"/></container>`,
        'b.opf': `<package><manifest><item id="a" href="${base}/chapter.xhtml"/><item id="b" href="b.xhtml"/></manifest><spine><itemref idref="a"/><itemref idref="b"/></spine></package>`,
        'b.xhtml': page(),
      }),
  },
  {
    name: 'team.ics',
    make: () =>
      `BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\nATTACH:${base}/a.pdf\nDESCRIPTION:<p><img src="${base}/a.png">Words</p>\nEND:VEVENT\nEND:VCALENDAR\n`,
  },
  { name: 'people.vcf', make: () => `BEGIN:VCARD\nFN:Anna\nPHOTO;VALUE=URI:${base}/a.jpg\nEND:VCARD\n` },
  { name: 'data.json', make: () => JSON.stringify({ $schema: `${base}/schema`, $ref: `${base}/ref` }) },
  {
    name: 'notes.ipynb',
    make: () =>
      JSON.stringify({
        cells: [
          { cell_type: 'markdown', source: `![x](${base}/a.png)` },
          {
            cell_type: 'code',
            source: '',
            outputs: [
              { data: { 'text/html': `<table><tr><td><img src="${base}/b.png"></td></tr></table>` } },
            ],
          },
        ],
      }),
  },
  { name: 'all.zip', make: () => zip({ 'page.html': page(), 'data.xml': `${doctype()}<x>&e;</x>` }) },
];

describe('what a document refers to', () => {
  it.each(FILES)('is not asked for when $name is read', async ({ name, make }) => {
    const outcome = await parse(make(), name);
    // Our own request comes in behind any that the parser may have begun.
    await fetch(`${base}/ours`);
    expect(requests).toEqual(['/ours']);
    expect(JSON.stringify(outcome)).not.toContain('fetched');
  });
});
