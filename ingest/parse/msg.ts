import { createRequire } from 'node:module';
import { decompressRTF } from '@kenjiuno/decompressrtf';
import type { FieldsData, ParserConfig } from '@kenjiuno/msgreader';
import iconv from 'iconv-lite';
import type { Block } from '../document.ts';
import { bodyBlocks, mailHead, readableDate } from './eml.ts';
import { OleStreams } from './ole-streams.ts';
import type { Parser, ParserResult } from './parser.ts';
import { type Part, readParts } from './parts.ts';
import { RtfReader } from './rtf/reader.ts';
import { rtfTokens } from './rtf/tokens.ts';
import { cleanLine } from './tidy.ts';

/** The slice of the library that is used. */
interface MsgReader {
  parserConfig?: ParserConfig;
  getFileData(): FieldsData;
  getAttachment(attachment: FieldsData): { readonly content: Uint8Array };
}

/** Its types promise a default export and its code gives another: required, it is what they describe. */
const library: { readonly default: new (bytes: DataView) => MsgReader } = createRequire(import.meta.url)(
  '@kenjiuno/msgreader',
);

/** The body is part 1, as in any mail. */
const FIRST_ATTACHMENT_PART = 2;
const DAMAGED: ParserResult = { ok: false, reason: 'corrupt', detail: 'the Outlook message is damaged' };
const UTF8_PAGE = 65001;

/** Outlook messages ([MS-OXMSG]): head, text and attachments, messages inside messages as well. */
export const parseMsg: Parser = async (input) => {
  if (!new OleStreams(input.bytes).isSound) return DAMAGED;
  const { reader, fields } = open(input.bytes);
  if (fields.error !== undefined) return DAMAGED;
  const title = cleanLine(fields.subject ?? '') || null;
  const body = [...head(fields, title), ...messageBody(fields)].map((block) => ({ ...block, page: 1 }));
  const parts = attachmentParts(reader, fields);
  const attached = await readParts(parts, input);
  const blocks = [...body, ...attached.blocks];
  return { ok: true, document: { title, blocks, pages: 1 + parts.length, warnings: attached.warnings } };
};

/** Old messages keep text in a code page that they name themselves: it takes a first reading to know it. */
function open(bytes: Uint8Array): { reader: MsgReader; fields: FieldsData } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = new library.default(view);
  const fields = first.getFileData();
  const encoding = encodingOf(fields);
  if (encoding === null) return { reader: first, fields };
  const reader = new library.default(view);
  reader.parserConfig = { ansiEncoding: encoding };
  return { reader, fields: reader.getFileData() };
}

function encodingOf({ internetCodepage, messageCodepage }: FieldsData): string | null {
  const page = internetCodepage ?? messageCodepage;
  if (page === undefined) return null;
  if (page === UTF8_PAGE) return 'utf-8';
  return [`cp${page}`, String(page)].find((name) => iconv.encodingExists(name)) ?? null;
}

function head(fields: FieldsData, title: string | null): Block[] {
  const to = (kind: 'to' | 'cc'): string =>
    (fields.recipients ?? [])
      .filter(({ recipType }) => recipType === kind)
      .map((who) => person(who.name, who.smtpAddress ?? who.email))
      .join(', ');
  const from = fields.senderSmtpAddress ?? fields.sentRepresentingSmtpAddress ?? fields.senderEmail;
  const start = date(fields.apptStartWhole);
  const end = date(fields.apptEndWhole);
  return mailHead(title ?? '', [
    ['From', person(fields.senderName, from)],
    ['To', to('to')],
    ['Cc', to('cc')],
    ['Date', date(fields.messageDeliveryTime ?? fields.clientSubmitTime ?? fields.creationTime)],
    ['When', end === '' ? start : `${start} – ${end}`],
    ['Where', cleanLine(fields.apptLocation ?? '')],
  ]);
}

/** Addresses inside an Exchange server (`/O=…`) are no addresses to a reader. */
function person(name: string | undefined, address: string | undefined): string {
  const shown = cleanLine(name ?? '').replace(/^'(.*)'$/, '$1');
  const mail = cleanLine(address ?? '');
  if (!mail.includes('@') || mail === shown) return shown || mail;
  return shown === '' ? mail : `${shown} <${mail}>`;
}

function date(text: string | undefined): string {
  const found = new Date(text ?? '');
  return Number.isNaN(found.getTime()) ? '' : readableDate(found.toISOString());
}

/** Plain text or HTML as in any mail; rich text where it is all there is. */
function messageBody(fields: FieldsData): Block[] {
  const html = fields.bodyHtml ?? htmlText(fields);
  const read = bodyBlocks({ text: fields.body, html: html ?? undefined });
  if (read.length > 0 || fields.compressedRtf === undefined) return read;
  const reader = new RtfReader();
  const rtf = Uint8Array.from(decompressRTF([...fields.compressedRtf]));
  for (const token of rtfTokens(rtf)) reader.take(token);
  reader.finish();
  return reader.blocks;
}

function htmlText(fields: FieldsData): string | null {
  if (fields.html === undefined) return null;
  return iconv.decode(Buffer.from(fields.html), encodingOf(fields) ?? 'utf-8');
}

function attachmentParts(reader: MsgReader, fields: FieldsData): Part[] {
  const html = fields.bodyHtml ?? htmlText(fields) ?? '';
  const isShown = ({ pidContentId, attachmentHidden }: FieldsData): boolean =>
    attachmentHidden === true || (pidContentId !== undefined && html.includes(`cid:${pidContentId}`));
  return (fields.attachments ?? [])
    .filter((attachment) => !isShown(attachment))
    .map((attachment, i) => {
      const packed = attachment.contentLength ?? 0;
      const named = cleanLine(attachment.fileName ?? attachment.fileNameShort ?? attachment.name ?? '');
      const bare = named.replace(/^.*[\\/]/, '') || `part ${FIRST_ATTACHMENT_PART + i}`;
      return {
        name: attachment.innerMsgContent === true && !/\.msg$/i.test(bare) ? `${bare}.msg` : bare,
        page: FIRST_ATTACHMENT_PART + i,
        packed,
        unpacked: packed,
        unpack: () => content(reader, attachment),
      };
    });
}

function content(reader: MsgReader, attachment: FieldsData): Uint8Array | string {
  try {
    return reader.getAttachment(attachment).content;
  } catch {
    return 'corrupt, it cannot be taken out of the message';
  }
}
