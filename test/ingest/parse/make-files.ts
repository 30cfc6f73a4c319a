import { strToU8, zipSync } from 'fflate';
import type { Block, ParsedDocument, ParseOutcome } from '../../../ingest/document.ts';
import { parseFile } from '../../../ingest/parse/parse-file.ts';

/** Tiny real files, made in the test that reads them. */

const LIMITS = { maxCharacters: 1_000_000, maxDepth: 3 };

export function parse(
  content: string | Uint8Array,
  name: string,
  limits: Partial<typeof LIMITS> = {},
): Promise<ParseOutcome> {
  const bytes = typeof content === 'string' ? strToU8(content) : content;
  return parseFile({ bytes, name, limits: { ...LIMITS, ...limits } });
}

/** The document, or a failed test that says why there is none. */
export async function read(content: string | Uint8Array, name: string): Promise<ParsedDocument> {
  const outcome = await parse(content, name);
  if (outcome.kind === 'refused') throw new Error(`${outcome.reason}: ${outcome.detail}`);
  return outcome.document;
}

/** Blocks in short: `h1 Title`, `p text`, `- item`, `t A|B / 1|2`. */
export function short(blocks: readonly Block[]): string[] {
  return blocks.map((block) => {
    switch (block.kind) {
      case 'heading':
        return `h${block.level} ${block.text}`;
      case 'table':
        return `t ${[block.header, ...block.rows].map((row) => row.join('|')).join(' / ')}`;
      case 'item':
        return `- ${block.text}`;
      default:
        return `${block.kind[0]} ${block.text}`;
    }
  });
}

export function zip(files: Readonly<Record<string, string | Uint8Array>>, level: 0 | 6 = 6): Uint8Array {
  const entries = Object.entries(files).map(([name, data]) => [
    name,
    typeof data === 'string' ? strToU8(data) : data,
  ]);
  return zipSync(Object.fromEntries(entries), { level });
}

const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const WORD = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
const WORD_TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml';

/** The smallest Word file: its body in WordprocessingML, and further parts. */
export function docxOf(body: string, parts: Readonly<Record<string, string>> = {}, doctype = ''): Uint8Array {
  return zip({
    '[Content_Types].xml': `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="${WORD_TYPE}"/></Types>`,
    '_rels/.rels': `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="${OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>`,
    'word/document.xml': `<?xml version="1.0"?>${doctype}<w:document xmlns:w="${WORD}"><w:body>${body}</w:body></w:document>`,
    ...parts,
  });
}

export const wordParagraph = (text: string, style?: string): string =>
  `<w:p>${style ? `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>` : ''}<w:r><w:t>${text}</w:t></w:r></w:p>`;

const LIST_STYLE =
  '<office:automatic-styles><text:list-style style:name="L1"><text:list-level-style-bullet text:level="1" text:bullet-char="•"/></text:list-style></office:automatic-styles>';

/** An OpenDocument text: `office:text` content, and whether the manifest says it is encrypted. */
export function odtOf(text: string, options: { readonly encrypted?: boolean } = {}): Uint8Array {
  const names = ['office', 'text', 'table', 'style']
    .map((name) => `xmlns:${name}="urn:oasis:names:tc:opendocument:xmlns:${name}:1.0"`)
    .join(' ');
  const data = options.encrypted ? '<manifest:encryption-data manifest:checksum="x"/>' : '';
  return zip({
    mimetype: 'application/vnd.oasis.opendocument.text',
    'content.xml': `<?xml version="1.0"?><office:document-content ${names}>${LIST_STYLE}<office:body><office:text>${text}</office:text></office:body></office:document-content>`,
    'META-INF/manifest.xml': `<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml">${data}</manifest:file-entry></manifest:manifest>`,
  });
}

/** An OLE container whose directory names these streams; sectors hold nothing else. */
export function oleOf(streams: readonly string[]): Uint8Array {
  const bytes = Buffer.alloc(512 + 128 * Math.max(4, streams.length + 1));
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(bytes);
  ['Root Entry', ...streams].forEach((name, i) => {
    const at = 512 + 128 * i;
    bytes.write(name, at, 'utf16le');
    bytes.writeUInt16LE((name.length + 1) * 2, at + 64);
    bytes.writeUInt8(i === 0 ? 5 : 2, at + 66);
  });
  return bytes;
}

/** Sets a field of every central directory header of a zip. */
export function patchDirectory(file: Uint8Array, patch: (view: DataView, at: number) => void): Uint8Array {
  const copy = Uint8Array.from(file);
  const view = new DataView(copy.buffer);
  for (let at = 0; at + 46 <= copy.length; at++) {
    if (view.getUint32(at, true) === 0x02014b50) patch(view, at);
  }
  return copy;
}
