import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime';
import type { Block, Warning } from '../document.ts';
import { decodeText } from './decode.ts';
import { htmlToBlocks } from './html.ts';
import type { ParseInput, Parser } from './parser.ts';
import { textToBlocks } from './text.ts';
import { blockCharacters, cleanLine } from './tidy.ts';

/** The body is part 1, so that "page 3" is the second attachment. */
const FIRST_ATTACHMENT_PART = 2;
const MAX_HEADING_LEVEL = 6;
const FROM_LINE = /^(?:\s*From .*\r?\n)/;

/** A mail: who wrote what to whom, its text, and every attachment as a part of its own. */
export const parseEml: Parser = async (input) => {
  const mail = await PostalMime.parse(asciiBytes(input.bytes), { forceRfc822Attachments: true });
  const body: Block[] = [...headerBlock(mail), ...bodyBlocks(mail)].map((block) => ({ ...block, page: 1 }));
  const attached = await attachmentBlocks(
    mail.attachments.filter((attachment) => isDocument(attachment, mail.html ?? '')),
    input,
  );
  const title = cleanLine(mail.subject ?? '') || null;
  const pages = 1 + attached.parts;
  return {
    ok: true,
    document: { title, blocks: [...body, ...attached.blocks], pages, warnings: attached.warnings },
  };
};

/** A mail saved in UTF-16 is read as such; any other is bytes whose parts name their own encodings. */
function asciiBytes(bytes: Uint8Array): Uint8Array | string {
  const head = decodeText(bytes.subarray(0, 1024));
  if (head.encoding.startsWith('utf-16') || head.encoding.startsWith('utf-32')) return decodeText(bytes).text;
  const start = Buffer.from(bytes.subarray(0, 1024)).toString('latin1');
  return bytes.subarray(FROM_LINE.exec(start)?.[0].length ?? 0);
}

function headerBlock(mail: Email): Block[] {
  const lines = [
    ['From', addresses(mail.from ? [mail.from] : [])],
    ['To', addresses(mail.to)],
    ['Cc', addresses(mail.cc)],
    ['Date', readableDate(mail.date)],
  ];
  const text = lines.flatMap(([name, value]) => (value ? [`${name}: ${value}`] : [])).join('; ');
  const heading: Block[] = mail.subject ? [{ kind: 'heading', level: 1, text: mail.subject, page: 1 }] : [];
  return text === '' ? heading : [...heading, { kind: 'paragraph', text, page: 1 }];
}

function addresses(list: readonly Address[] | undefined): string {
  return (list ?? [])
    .flatMap((entry) => (entry.group ? entry.group : [entry]))
    .map(({ name, address }) => (name && name !== address ? `${name} <${address}>` : (address ?? '')))
    .filter((text) => text !== '')
    .join(', ');
}

/** `2026-03-01 14:05 UTC`; a date that is not one stays as it is written. */
function readableDate(date: string | undefined): string {
  const parts = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)/.exec(date ?? '');
  return parts ? `${parts[1]} ${parts[2]} UTC` : (date ?? '');
}

/** Plain text is what the writer wrote; HTML is read where it is all there is, or where the text is a stub. */
function bodyBlocks(mail: Email): Block[] {
  const text = textToBlocks((mail.text ?? '').replace(QUOTE_MARKS, ''));
  if (mail.html === undefined) return text;
  const html = htmlToBlocks(mail.html);
  const size = (blocks: readonly Block[]): number =>
    blocks.reduce((sum, block) => sum + blockCharacters(block), 0);
  return size(text) * STUB_FACTOR < size(html) ? html : text;
}

/** What is quoted stays, its marks go: they would part and litter its sentences. */
const QUOTE_MARKS = /^(?:> ?)+/gm;
/** "Your program cannot show HTML" beside a whole newsletter. */
const STUB_FACTOR = 3;

/** Pictures shown inside the text, signatures and calendar stubs are not documents. */
function isDocument(attachment: Attachment, html: string): boolean {
  const { mimeType, disposition, related, filename } = attachment;
  const id = attachment.contentId?.replace(/^<|>$/g, '');
  const shown = related || disposition === 'inline' || (id !== undefined && html.includes(`cid:${id}`));
  if (/pkcs7-signature|pgp-signature|^application\/pgp-encrypted/.test(mimeType)) return false;
  return !(mimeType.startsWith('image/') && (shown || filename === null));
}

async function attachmentBlocks(
  attachments: readonly Attachment[],
  { parsePart, limits }: ParseInput,
): Promise<{ blocks: Block[]; warnings: Warning[]; parts: number }> {
  const blocks: Block[] = [];
  const warnings: Warning[] = [];
  let left = limits.maxCharacters;
  for (const [i, attachment] of attachments.entries()) {
    const name = attachmentName(attachment, i);
    if (left <= 0) {
      warnings.push({ code: 'attachment-skipped', detail: `${name}: the mail has too much text before it` });
      continue;
    }
    const part = await parsePart({ bytes: contentBytes(attachment), name });
    if (!part.ok) {
      warnings.push({ code: 'attachment-skipped', detail: `${name}: ${part.reason}, ${part.detail}` });
      continue;
    }
    const page = FIRST_ATTACHMENT_PART + i;
    const inner = part.document.blocks.map((block) => inPart(block, page));
    left -= inner.reduce((sum, block) => sum + blockCharacters(block), 0);
    if (inner.length > 0) blocks.push({ kind: 'heading', level: 1, text: name, page }, ...inner);
    warnings.push(
      ...part.document.warnings.map((warning) => ({ ...warning, detail: `${name}: ${warning.detail}` })),
    );
  }
  return { blocks, warnings, parts: attachments.length };
}

function inPart(block: Block, page: number): Block {
  if (block.kind !== 'heading') return { ...block, page };
  return { ...block, level: Math.min(block.level + 1, MAX_HEADING_LEVEL), page };
}

function attachmentName({ filename, mimeType, description }: Attachment, index: number): string {
  const named = cleanLine(filename ?? '').replace(/^.*[\\/]/, '');
  if (named !== '') return named;
  if (mimeType === 'message/rfc822') return `${cleanLine(description ?? '') || 'message'}.eml`;
  const subtype = /\/(plain|html|csv|calendar|markdown)/.exec(mimeType)?.[1];
  return `part ${FIRST_ATTACHMENT_PART + index}${subtype === 'plain' ? '.txt' : subtype ? `.${subtype}` : ''}`;
}

function contentBytes({ content }: Attachment): Uint8Array {
  if (typeof content === 'string') return Buffer.from(content, 'utf8');
  return content instanceof Uint8Array ? content : new Uint8Array(content);
}
