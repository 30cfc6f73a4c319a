import { Parser as XmlParser } from 'htmlparser2';
import type { Block } from '../document.ts';
import type { Parser, ParserResult } from './parser.ts';
import { cleanLine } from './tidy.ts';
import { openZip, unpackEntry } from './zip.ts';

const PREVIEW = /^(QuickLook\/)?preview\.pdf$/i;
/** The document of iWork '08 and '09; later ones keep theirs in a form that nobody has published. */
const INDEX = /^index\.(xml|apxl)$/i;
/** Paragraphs of text, and texts of cells, which are attributes. */
const PARAGRAPH = 'sf:p';
const CELL_TEXT = 'sfa:s';
const CELLS = new Set(['sf:ct', 'sf:ct-s', 'sf:so', 'sf:rt']);

/** Apple Pages, Numbers and Keynote: the PDF that was saved along, else the text of the old form, else a name. */
export const parseIwork: Parser = async ({ bytes, budget, parsePart }): Promise<ParserResult> => {
  const zip = openZip(bytes);
  if (!zip.ok) return zip;
  const part = (name: RegExp): Uint8Array | null => {
    const entry = zip.entries.find((candidate) => name.test(candidate.name) && !candidate.encrypted);
    if (entry === undefined || budget.refusal({ packed: entry.packedSize, unpacked: entry.size }))
      return null;
    const data = unpackEntry(bytes, entry, budget.nextBytes);
    return data === 'too-large' ? null : data;
  };
  const preview = part(PREVIEW);
  if (preview !== null) {
    const read = await parsePart({ bytes: preview, name: 'Preview.pdf' });
    if (read.ok && read.document.blocks.length > 0) {
      const detail = 'read from the preview saved with it, which may hold the first pages only';
      return { ok: true, document: { ...read.document, warnings: [{ code: 'part-skipped', detail }] } };
    }
  }
  const index = part(INDEX);
  if (index !== null) {
    const blocks = oldBlocks(Buffer.from(index).toString('utf8'));
    return { ok: true, document: { title: null, blocks, pages: null, warnings: [] } };
  }
  const detail = 'saved without a preview: the file is listed, its content is not read; a PDF of it would be';
  return { ok: false, reason: 'unsupported', detail };
};

function oldBlocks(xml: string): Block[] {
  const texts: string[] = [];
  let open: string | null = null;
  const parser = new XmlParser(
    {
      onopentag(name, attributes) {
        if (name === PARAGRAPH) open = '';
        if (CELLS.has(name)) texts.push(attributes[CELL_TEXT] ?? '');
      },
      ontext(data) {
        if (open !== null) open += data;
      },
      onclosetag(name) {
        if (name !== PARAGRAPH || open === null) return;
        texts.push(open);
        open = null;
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.end(xml);
  return texts
    .map(cleanLine)
    .filter((text) => text !== '')
    .map((text) => ({ kind: 'paragraph', text, page: null }));
}
