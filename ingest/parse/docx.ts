import mammoth from 'mammoth';
import type { Block, Warning } from '../document.ts';
import { placeNotes } from './docx-notes.ts';
import { headingStyleRules, readParagraphs, readTitle } from './docx-parts.ts';
import { htmlToBlocks } from './html.ts';
import type { Parser } from './parser.ts';
import { meaningfulTitle } from './tidy.ts';
import { repack, unpackParts } from './zip.ts';

/** XML and relations only: no pictures, no fonts, no macros (`vbaProject.bin`), no embedded files. */
const isText = (name: string): boolean => /\.(xml|rels)$/i.test(name);
const HEADER_OR_FOOTER = /^word\/(header|footer)\d*\.xml$/i;
/** Comments come out only when the style map asks for them. */
const COMMENT_RULE = 'comment-reference => sup';
/**
 * Word documents through mammoth's HTML, which keeps headings, lists, tables and notes. What it leaves out is
 * read here: headers and footers (once each, before the text, as they belong to no section) and comments.
 */
export const parseDocx: Parser = async ({ bytes }) => {
  const unpacked = unpackParts(bytes, isText);
  if (!unpacked.ok) return unpacked;
  const { parts } = unpacked;
  const html = await toHtml(parts);
  const blocks: Block[] = [...headersAndFooters(parts), ...htmlToBlocks(html)];
  const first = blocks.find((block) => block.kind === 'heading');
  const title = meaningfulTitle(readTitle(parts.get('docProps/core.xml'))) ?? first?.text ?? null;
  const warnings: readonly Warning[] = unpacked.warnings;
  return { ok: true, document: { title, blocks, pages: null, warnings } };
};

async function toHtml(parts: ReadonlyMap<string, Uint8Array>): Promise<string> {
  const result = await mammoth.convertToHtml(
    { buffer: Buffer.from(repack(parts)) },
    {
      styleMap: [...headingStyleRules(parts.get('word/styles.xml')), COMMENT_RULE],
      includeEmbeddedStyleMap: false,
      externalFileAccess: false,
      // Never asked for its bytes, so a picture is neither decoded nor embedded.
      convertImage: mammoth.images.imgElement(async () => ({ src: '' })),
    },
  );
  return placeNotes(result.value);
}

/** First, even and odd pages often repeat one text: each is kept once; bare page numbers are not. */
function headersAndFooters(parts: ReadonlyMap<string, Uint8Array>): Block[] {
  const texts = [...parts.entries()]
    .filter(([name]) => HEADER_OR_FOOTER.test(name))
    .sort(([a], [b]) => (a < b ? 1 : -1))
    .flatMap(([, data]) => readParagraphs(data))
    .filter((text) => /\p{L}{2}/u.test(text.replace(/\b(page|pagina|pag|seite|of|di|von)\b/giu, '')));
  return [...new Set(texts)].map((text) => ({ kind: 'paragraph', text, page: null }));
}
