import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime';
import type { Block } from '../document.ts';
import { decodeText } from './decode.ts';
import { htmlToBlocks } from './html.ts';
import type { Parser } from './parser.ts';
import { type Part, readParts } from './parts.ts';
import { textToBlocks } from './text.ts';
import { blockCharacters, cleanLine } from './tidy.ts';

/** The body is part 1, so that "page 3" is the second attachment. */
const FIRST_ATTACHMENT_PART = 2;
const FROM_LINE = /^(?:\s*From .*\r?\n)/;

/** A mail: who wrote what to whom, its text, and every attachment as a part of its own. */
export const parseEml: Parser = async (input) => {
  const { title, body, attachments } = await readMail(input.bytes);
  const attached = await readParts(attachments, input);
  const blocks = [...body, ...attached.blocks];
  const pages = 1 + attachments.length;
  return { ok: true, document: { title, blocks, pages, warnings: attached.warnings } };
};

export interface Mail {
  /** The subject. */
  readonly title: string | null;
  /** Subject as heading, who wrote to whom and when, and the text; all of it is part 1. */
  readonly body: readonly Block[];
  readonly attachments: readonly Part[];
}

/** Takes a mail apart (RFC 5322, MIME); nothing it refers to is loaded. */
export async function readMail(bytes: Uint8Array): Promise<Mail> {
  const mail = await PostalMime.parse(asciiBytes(bytes), { forceRfc822Attachments: true });
  return {
    title: cleanLine(mail.subject ?? '') || null,
    body: [...headerBlock(mail), ...bodyBlocks(mail)].map((block) => ({ ...block, page: 1 })),
    attachments: attachmentParts(mail.attachments.filter((part) => isDocument(part, mail.html ?? ''))),
  };
}

/** A mail saved in UTF-16 is read as such; any other is bytes whose parts name their own encodings. */
function asciiBytes(bytes: Uint8Array): Uint8Array | string {
  const head = decodeText(bytes.subarray(0, 1024));
  if (head.encoding.startsWith('utf-16') || head.encoding.startsWith('utf-32')) return decodeText(bytes).text;
  const start = Buffer.from(bytes.subarray(0, 1024)).toString('latin1');
  return bytes.subarray(FROM_LINE.exec(start)?.[0].length ?? 0);
}

function headerBlock(mail: Email): Block[] {
  return mailHead(mail.subject ?? '', [
    ['From', addresses(mail.from ? [mail.from] : [])],
    ['To', addresses(mail.to)],
    ['Cc', addresses(mail.cc)],
    ['Date', readableDate(mail.date)],
  ]);
}

/** The head of a mail of any format: its subject as heading, then the fields that have a value on one line. */
export function mailHead(subject: string, fields: readonly (readonly [string, string])[]): Block[] {
  const text = fields.flatMap(([name, value]) => (value ? [`${name}: ${value}`] : [])).join('; ');
  const heading: Block[] = subject === '' ? [] : [{ kind: 'heading', level: 1, text: subject, page: 1 }];
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
export function readableDate(date: string | undefined): string {
  const parts = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)/.exec(date ?? '');
  return parts ? `${parts[1]} ${parts[2]} UTC` : (date ?? '');
}

/** Plain text is what the writer wrote; HTML is read where it is all there is, or where the text is a stub. */
export function bodyBlocks(mail: {
  readonly text?: string | undefined;
  readonly html?: string | undefined;
}): Block[] {
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
  if (/pkcs7-signature|pgp-signature|^application\/(pgp-encrypted|pgp-keys)/.test(mimeType)) return false;
  return !(mimeType.startsWith('image/') && (shown || filename === null));
}

/** Attachments as parts; the number of a part counts from the body, which is the first. */
function attachmentParts(attachments: readonly Attachment[]): Part[] {
  return attachments.map((attachment, i) => {
    const bytes = contentBytes(attachment);
    return {
      name: attachmentName(attachment, i),
      page: FIRST_ATTACHMENT_PART + i,
      packed: bytes.length,
      unpacked: bytes.length,
      unpack: () => bytes,
    };
  });
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
