import { createHash } from 'node:crypto';
import { basename, extname } from 'node:path';
import { type Block, parseBody } from './blocks.ts';
import type { Content } from './content.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.pdf': 'application/pdf',
  '.docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  '.txt': 'text/plain; charset=utf-8',
};

/** A mail as RFC 5322 text: encoded words in the header, a plain and on demand an HTML body, attachments. */
export function makeEml({ front, body }: Content, attachments: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const mail = front.mail;
  if (mail === undefined) throw new Error(`${front.target}: no mail headers`);
  const seed = createHash('sha256').update(front.target).digest('hex').slice(0, 16);
  const text = part('text/plain; charset=utf-8', body);
  const content = mail.html
    ? multipart('alternative', `alt-${seed}`, [
        text,
        part('text/html; charset=utf-8', toHtml(body, front.lang)),
      ])
    : text;
  const files = (mail.attachments ?? []).map((name) => {
    const bytes = attachments.get(name);
    if (bytes === undefined) throw new Error(`${front.target}: no attachment ${name}`);
    return attach(name, bytes);
  });
  const head = [
    `From: ${address(mail.from)}`,
    `To: ${address(mail.to)}`,
    ...(mail.cc === undefined ? [] : [`Cc: ${address(mail.cc)}`]),
    `Subject: ${word(front.title)}`,
    `Date: ${mail.sent}`,
    `Message-ID: <${mail.id}>`,
    'MIME-Version: 1.0',
  ];
  const whole = files.length === 0 ? content : multipart('mixed', `mix-${seed}`, [content, ...files]);
  return new TextEncoder().encode(`${head.join('\r\n')}\r\n${whole}`);
}

function multipart(kind: string, boundary: string, parts: readonly string[]): string {
  const inner = parts.map((one) => `--${boundary}\r\n${one}\r\n`).join('');
  return `Content-Type: multipart/${kind}; boundary="${boundary}"\r\n\r\n${inner}--${boundary}--\r\n`;
}

function part(type: string, text: string): string {
  return `Content-Type: ${type}\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(Buffer.from(`${text}\n`))}`;
}

function attach(name: string, bytes: Uint8Array): string {
  const file = basename(name);
  return (
    `Content-Type: ${TYPES[extname(name)] ?? 'application/octet-stream'}; name="${file}"\r\n` +
    `Content-Disposition: attachment; filename="${file}"\r\n` +
    `Content-Transfer-Encoding: base64\r\n\r\n${base64(bytes)}`
  );
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('base64')
    .replace(/(.{76})/g, '$1\r\n');
}

/** RFC 2047 encoded words, none longer than 75 characters, whole characters in each. */
function word(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const pieces: string[] = [];
  let piece = '';
  for (const character of text) {
    if (Buffer.byteLength(piece + character) > 42) {
      pieces.push(piece);
      piece = '';
    }
    piece += character;
  }
  return [...pieces, piece].map((one) => `=?UTF-8?B?${Buffer.from(one).toString('base64')}?=`).join('\r\n ');
}

/** `Name <address>, Name <address>` with the names encoded where they need it. */
function address(list: string): string {
  return list
    .split(', ')
    .map((one) => one.replace(/^(.*) (<.*>)$/, (_, name: string, mail: string) => `${word(name)} ${mail}`))
    .join(', ');
}

function toHtml(body: string, lang: string): string {
  const blocks = parseBody(body).blocks.map(htmlOf).join('\n');
  return `<!DOCTYPE html>\n<html lang="${lang}"><head><meta charset="utf-8"></head><body>\n${blocks}\n</body></html>`;
}

function htmlOf(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `<h${block.level}>${escapeXml(block.text)}</h${block.level}>`;
    case 'list': {
      const tag = block.ordered ? 'ol' : 'ul';
      return `<${tag}>${block.items.map((item) => `<li>${escapeXml(item)}</li>`).join('')}</${tag}>`;
    }
    case 'table': {
      const row = (cells: readonly string[], tag: string) =>
        `<tr>${cells.map((cell) => `<${tag}>${escapeXml(cell)}</${tag}>`).join('')}</tr>`;
      return `<table border="1">${row(block.head, 'th')}${block.rows.map((cells) => row(cells, 'td')).join('')}</table>`;
    }
    case 'page-break':
      return '<hr>';
    case 'paragraph':
    case 'note':
      return `<p>${escapeXml(block.text)}</p>`;
  }
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('**', '');
}
