/** Checks that questions, permissions, directory and files agree. Run: `node corpus-sample/make/verify.ts` */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import eld from 'eld/small';
import { PDFParse } from 'pdf-parse';
import { z } from 'zod';
import {
  type Descriptor,
  type DirectorySnapshot,
  decide,
  FileDirectory,
  makeToken,
  principalId,
  SidecarSource,
  shareId,
  type Token,
} from '../../acl/index.ts';
import { parseBody } from './blocks.ts';
import { type Content, readContent } from './content.ts';

const LEAST = { files: 50, questions: 60, hidden: 10, users: 20, groups: 10 };
const MOST_BYTES = 3_000_000;

const home = join(import.meta.dirname, '..');
const share = join(home, 'share');
const NOW = Date.parse('2026-01-01T00:00:00Z');
const troubles: string[] = [];
const check = (good: boolean, trouble: string) => {
  if (!good) troubles.push(trouble);
};

const questionText = z.strictObject({
  as: z.string(),
  query: z.string().min(2),
  expect: z.array(z.string()),
  forbid: z.array(z.string()),
  section: z.string().min(1).optional(),
  page: z.int().positive().optional(),
});
type Question = z.infer<typeof questionText>;
const questions = z.array(questionText).parse(JSON.parse(readFileSync(join(home, 'questions.json'), 'utf8')));

const contents = new Map(
  readContent(join(import.meta.dirname, 'content')).map((one) => [one.front.target, one]),
);
const files = readdirSync(share, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name !== '.acl.yaml')
  .map((entry) => join(entry.parentPath, entry.name).slice(share.length + 1))
  .sort();
const snapshot = await readDirectory();
const descriptors = await readDescriptors(snapshot);

checkFiles();
for (const [index, question] of questions.entries()) {
  await checkQuestion(question, `question ${index + 1} (${question.as}: ${question.query})`);
}
checkQuestionsAsAWhole();
report();

async function readDirectory(): Promise<DirectorySnapshot> {
  const reading = await new FileDirectory(join(home, 'directory.yaml')).read(NOW);
  if (reading.kind !== 'complete') throw new Error(reading.detail);
  const { users, groups } = reading.snapshot;
  check(users.size >= LEAST.users, `only ${users.size} users`);
  check(groups.size >= LEAST.groups, `only ${groups.size} groups`);
  check(
    [...users.values()].some((user) => !user.enabled),
    'no disabled user',
  );
  return reading.snapshot;
}

async function readDescriptors({ users, groups }: DirectorySnapshot): Promise<Map<string, Descriptor>> {
  const source = new SidecarSource({
    share: shareId('company'),
    root: share,
    shareEntries: [{ effect: 'allow', principal: principalId('everyone'), origin: 'share' }],
    knows: (principal) => users.has(principal) || groups.has(principal),
  });
  const readings = new Map<string, Descriptor>();
  for (const path of files) {
    const reading = await source.descriptorOf(path);
    if (!reading.ok) troubles.push(`${path}: ${reading.reason}: ${reading.detail}`);
    else {
      readings.set(path, reading.descriptor);
      const stranger = reading.descriptor.entries.find(
        ({ principal }) => !users.has(principal) && !groups.has(principal),
      );
      check(stranger === undefined, `${path}: nobody is called ${stranger?.principal}`);
    }
  }
  return readings;
}

function tokenOf(user: string): Token | null {
  const result = makeToken({
    user: principalId(`user:${user}`),
    snapshot,
    now: NOW,
    maxStalenessSeconds: 60,
  });
  return result.ok ? result.token : null;
}

function reads(token: Token, path: string): boolean {
  return decide(descriptors.get(path) ?? null, token).read;
}

function checkFiles(): void {
  check(files.length >= LEAST.files, `only ${files.length} files`);
  const bytes = files.reduce((sum, path) => sum + statSync(join(share, path)).size, 0);
  check(bytes <= MOST_BYTES, `${bytes} bytes in the share`);
  for (const path of files) check(path === path.normalize('NFC'), `${path}: the name is not in NFC`);
  for (const target of contents.keys()) {
    if (!target.startsWith('attachment:')) check(files.includes(target), `${target}: not made`);
  }
}

async function checkQuestion(question: Question, label: string): Promise<void> {
  const token = tokenOf(question.as);
  if (token === null) {
    troubles.push(`${label}: no token for ${question.as}`);
    return;
  }
  for (const path of [...question.expect, ...question.forbid]) {
    check(files.includes(path), `${label}: there is no ${path}`);
  }
  for (const path of question.expect) check(reads(token, path), `${label}: may not read ${path}`);
  for (const path of question.forbid) check(!reads(token, path), `${label}: may read ${path}`);
  check(question.expect.length + question.forbid.length > 0, `${label}: expects and forbids nothing`);
  const { section, page } = question;
  if (section === undefined && page === undefined) return;
  const found = await Promise.all(question.expect.map((path) => standsIn(path, section, page)));
  check(found.includes(true), `${label}: section ${section}, page ${page} is in no expected file`);
}

/** Whether a file has the heading, and has it on that page, slide or sheet. */
async function standsIn(path: string, section = '', page?: number): Promise<boolean> {
  const content = contents.get(path);
  const headings = content === undefined ? headingsOf(path) : headingsMade(content);
  const at = headings.indexOf(section);
  if (page === undefined) return at >= 0;
  if (/\.(xlsx|pptx)$/.test(path)) return at + 1 === page;
  if (!path.endsWith('.pdf') || at < 0) return false;
  return (await pdfPage(path, page)).includes(section.replace(/\s+/g, ' '));
}

function headingsMade({ front, body }: Content): string[] {
  const level = /\.(xlsx|pptx)$/.test(front.target) ? 2 : 0;
  return parseBody(body).blocks.flatMap((block) =>
    block.kind === 'heading' && (level === 0 || block.level === level) ? [block.text] : [],
  );
}

function headingsOf(path: string): string[] {
  const text = readFileSync(join(share, path), 'utf8');
  const pattern = path.endsWith('.html') ? /<h[1-6][^>]*>(.*?)<\/h[1-6]>/g : /^#{1,6} (.*)$/gm;
  return [...text.matchAll(pattern)].map((match) => match[1] ?? '');
}

async function pdfPage(path: string, page: number): Promise<string> {
  const parser = new PDFParse({ data: new Uint8Array(readFileSync(join(share, path))) });
  try {
    const { pages } = await parser.getText({ partial: [page] });
    return (pages[0]?.text ?? '').replace(/\s+/g, ' ');
  } finally {
    await parser.destroy();
  }
}

function checkQuestionsAsAWhole(): void {
  check(questions.length >= LEAST.questions, `only ${questions.length} questions`);
  const hidden = questions.filter((one) => one.expect.length === 0).length;
  check(hidden >= LEAST.hidden, `only ${hidden} questions without a readable answer`);
  const asked = questions.map((one) => `${one.as}: ${one.query}`);
  for (const [index, one] of asked.entries()) check(asked.indexOf(one) === index, `asked twice: ${one}`);
}

function languageOf(path: string): string {
  return contents.get(path)?.front.lang ?? eld.detect(readFileSync(join(share, path), 'utf8')).language;
}

function count(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([name, times]) => `${name} ${times}`)
    .join(', ');
}

function report(): void {
  console.log(`${files.length} files: ${count(files.map((path) => extname(path).slice(1)))}`);
  console.log(`languages: ${count(files.map(languageOf))}`);
  console.log(`${snapshot.users.size} users, ${snapshot.groups.size} groups`);
  const unread = questions.filter((one) => one.expect.length === 0).length;
  console.log(`${questions.length} questions, ${unread} of them without a readable answer`);
  const asked = new Set(questions.flatMap((one) => [...one.expect, ...one.forbid]));
  const silent = files.filter((path) => !asked.has(path));
  if (silent.length > 0)
    console.log(`no question touches: ${silent.map((path) => basename(path)).join(', ')}`);
  for (const trouble of troubles) console.error(`- ${trouble}`);
  if (troubles.length > 0) process.exit(1);
}
