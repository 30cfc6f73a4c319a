/** Makes the binary files of the sample share from the texts under `content/`. Run: `node corpus-sample/make/make.ts` */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { type Content, readContent } from './content.ts';
import { makeDocx } from './docx.ts';
import { makeEml } from './eml.ts';
import { makeOdt } from './odt.ts';
import { makePdf } from './pdf.ts';
import { makePptx } from './pptx.ts';
import { makeXlsx } from './xlsx.ts';

const ATTACHMENT = 'attachment:';
const MAKERS: Readonly<Record<string, (content: Content) => Promise<Uint8Array>>> = {
  '.pdf': makePdf,
  '.docx': makeDocx,
  '.odt': makeOdt,
  '.xlsx': makeXlsx,
  '.pptx': makePptx,
  '.txt': async ({ body }) => new TextEncoder().encode(`${body}\n`),
};

const contents = readContent(join(import.meta.dirname, 'content'));
const share = join(import.meta.dirname, '..', 'share');
const attachments = new Map<string, Uint8Array>();

for (const content of contents.filter(({ front }) => front.mail === undefined)) {
  const { target } = content.front;
  const make = MAKERS[extname(target)];
  if (make === undefined) throw new Error(`${target}: no maker for this kind of file`);
  const bytes = await make(content);
  if (target.startsWith(ATTACHMENT)) attachments.set(target.slice(ATTACHMENT.length), bytes);
  else save(target, bytes);
}
for (const content of contents.filter(({ front }) => front.mail !== undefined)) {
  save(content.front.target, makeEml(content, attachments));
}
console.log(`${contents.length} texts made`);

function save(target: string, bytes: Uint8Array): void {
  const file = join(share, target);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
}
