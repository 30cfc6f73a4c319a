import PostalMime from 'postal-mime';
import { htmlToBlocks, readHtml } from './html.ts';
import type { Parser } from './parser.ts';
import { textToBlocks } from './text.ts';
import { cleanLine } from './tidy.ts';

/** A page saved with its pictures (RFC 2557): the page is read, what it shows and refers to is not. */
export const parseMhtml: Parser = async ({ bytes }) => {
  const saved = await PostalMime.parse(bytes);
  const page = saved.html === undefined ? null : readHtml(saved.html);
  const frames = saved.attachments
    .filter(({ mimeType }) => mimeType === 'text/html' || mimeType === 'application/xhtml+xml')
    .flatMap(({ content }) => htmlToBlocks(typeof content === 'string' ? content : utf8(content)));
  const blocks = [...(page?.blocks ?? textToBlocks(saved.text ?? '')), ...frames];
  const title = page?.title ?? (cleanLine(saved.subject ?? '') || null);
  return { ok: true, document: { title, blocks, pages: null, warnings: [] } };
};

const utf8 = (content: ArrayBuffer | Uint8Array): string =>
  Buffer.from(content instanceof Uint8Array ? content : new Uint8Array(content)).toString('utf8');
