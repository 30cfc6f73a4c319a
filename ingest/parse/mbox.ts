import type { Block, Warning } from '../document.ts';
import { readMail } from './eml.ts';
import type { Parser } from './parser.ts';
import { inPart, readParts } from './parts.ts';
import { blockCharacters } from './tidy.ts';

/** A mailbox of more messages is a backup; the rest is named in one warning. */
const MAX_MESSAGES = 20_000;
const NEWLINE = 0x0a;

/** A mailbox (RFC 4155): each mail with its head, text and attachments; page = number of the mail. */
export const parseMbox: Parser = async (input) => {
  const mails = splitMbox(input.bytes);
  if (mails.length === 0) {
    return { ok: false, reason: 'corrupt', detail: 'no mail begins anywhere in it' };
  }
  const blocks: Block[] = [];
  const warnings: Warning[] = [];
  let left = input.limits.maxCharacters;
  for (const [i, bytes] of mails.slice(0, MAX_MESSAGES).entries()) {
    if (left <= 0) break;
    const page = i + 1;
    const mail = await readMail(bytes);
    const limits = { ...input.limits, maxCharacters: left };
    const parts = mail.attachments.map((part) => ({ ...part, page }));
    const attached = await readParts(parts, { ...input, limits }, 2);
    const found = [...mail.body.map((block) => inPart(block, page, 0)), ...attached.blocks];
    // The next mail must not count as a section of this one.
    const subject: Block[] =
      found[0] === undefined || found[0].kind === 'heading'
        ? []
        : [{ kind: 'heading', level: 1, text: `Mail ${page}`, page }];
    left -= found.reduce((sum, block) => sum + blockCharacters(block), 0);
    blocks.push(...subject, ...found);
    warnings.push(
      ...attached.warnings.map(({ code, detail }) => ({ code, detail: `mail ${page}: ${detail}` })),
    );
  }
  if (mails.length > MAX_MESSAGES) {
    warnings.push({ code: 'truncated', detail: `only the first ${MAX_MESSAGES} mails are read` });
  }
  return { ok: true, document: { title: null, blocks, pages: mails.length, warnings } };
};

/** The mails of a mailbox, without their `From ` lines and with quoted ones (`>From `) restored. */
export function splitMbox(bytes: Uint8Array): Uint8Array[] {
  const starts: { readonly line: number; readonly body: number }[] = [];
  let blank = true;
  for (let at = 0; at < bytes.length; ) {
    const found = bytes.indexOf(NEWLINE, at);
    const end = found === -1 ? bytes.length : found;
    if (blank && isFromLine(bytes.subarray(at, Math.min(end, at + 200))))
      starts.push({ line: at, body: end + 1 });
    blank = end === at || (end === at + 1 && bytes[at] === 0x0d);
    at = end + 1;
  }
  return starts.map(({ body }, i) => unquoted(bytes.subarray(body, starts[i + 1]?.line ?? bytes.length)));
}

/** `From anna@example.com Mon Mar  2 10:00:00 2026`; prose that begins with "From" has no time of day. */
function isFromLine(line: Uint8Array): boolean {
  if (line[0] !== 0x46 || line[1] !== 0x72) return false;
  return /^From \S.*\b\d\d?:\d\d\b/.test(Buffer.from(line).toString('latin1'));
}

function unquoted(mail: Uint8Array): Uint8Array {
  const text = Buffer.from(mail).toString('latin1');
  return text.includes('\n>') ? Buffer.from(text.replace(/^>(>*From )/gm, '$1'), 'latin1') : mail;
}
