/** What poppler and pdfjs make of the same PDFs. See README.md beside this file. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Block } from '../ingest/index.ts';
import { parsePdf } from '../ingest/parse/pdf.ts';
import { folderNamed, script, WrongUse } from './support/command-line.ts';
import { mean, number, score, table } from './support/figures.ts';

const USAGE = `node bench/pdf-engines.ts FOLDER [--files]
Reads every PDF of a folder with pdfjs and with poppler and compares text, pages, headings and tables.

  --files    a row for each file`;

const WORDS_IN_A_ROW = 5;

type Engine = 'pdfjs' | 'poppler';

interface Reading {
  /** Null: refused. */
  readonly blocks: readonly Block[] | null;
  readonly outcome: string;
  readonly pages: number;
  readonly title: string | null;
  readonly seconds: number;
}

interface Compared {
  readonly name: string;
  readonly pdfjs: Reading;
  readonly poppler: Reading;
  /** Overlaps from 0 to 1 (Dice); null where there is nothing to compare. */
  readonly words: number | null;
  readonly pages: number | null;
  readonly headings: number | null;
  readonly cells: number | null;
}

await script(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { files: { type: 'boolean', default: false } },
  });
  if (positionals.length !== 1) throw new WrongUse('name one folder');
  const folder = folderNamed(positionals[0]);
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.pdf$/i.test(name),
  );
  const compared: Compared[] = [];
  for (const name of names.sort()) {
    const bytes = new Uint8Array(readFileSync(join(folder, name)));
    compared.push(compare(name, await read(bytes, name, 'pdfjs'), await read(bytes, name, 'poppler')));
  }
  const columns = ['words', 'pages', 'headings', 'cells'] as const;
  if (values.files) {
    const cell = (value: number | null): string => (value === null ? '' : score(value));
    const rows = compared.map((one) => [
      one.name,
      one.pdfjs.outcome,
      one.poppler.outcome,
      ...columns.map((column) => cell(one[column])),
      one.pdfjs.title === one.poppler.title ? '' : `${one.pdfjs.title} / ${one.poppler.title}`,
    ]);
    console.log(`${table([['file', 'pdfjs', 'poppler', ...columns, 'titles that differ'], ...rows])}\n`);
  }
  console.log(table([['what', 'figure'], ...summary(compared)]));
});

async function read(bytes: Uint8Array, name: string, pdf: Engine): Promise<Reading> {
  const started = performance.now();
  const result = await parsePdf({
    bytes,
    name,
    limits: { maxCharacters: 20_000_000, maxDepth: 3, programs: { pdf, ocr: null } },
  });
  const seconds = (performance.now() - started) / 1000;
  if (!result.ok) return { blocks: null, outcome: result.reason, pages: 0, title: null, seconds };
  const { blocks, pages, title } = result.document;
  const outcome = blocks.length === 0 ? 'no text' : 'text';
  return { blocks, outcome, pages: pages ?? 0, title, seconds };
}

function compare(name: string, pdfjs: Reading, poppler: Reading): Compared {
  const none = { name, pdfjs, poppler, words: null, pages: null, headings: null, cells: null };
  if (pdfjs.blocks === null || poppler.blocks === null) return none;
  const [a, b] = [pdfjs.blocks, poppler.blocks];
  const words = (block: Block): string[] =>
    textOf(block)
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  const runs = (blocks: readonly Block[]): string[] => inARow(blocks.flatMap(words));
  const placed = (blocks: readonly Block[]): string[] =>
    blocks.flatMap((block) => words(block).map((word) => `${block.page} ${word}`));
  const headings = (blocks: readonly Block[]): string[] =>
    blocks.flatMap((block) =>
      block.kind === 'heading' ? [`${block.page} ${block.text.replace(/\s/g, '')}`] : [],
    );
  const cells = (blocks: readonly Block[]): string[] =>
    blocks.flatMap((block) =>
      block.kind === 'table'
        ? [block.header, ...block.rows].flat().map((cell) => `${block.page} ${cell.replace(/\s/g, '')}`)
        : [],
    );
  return {
    ...none,
    words: dice(runs(a), runs(b)),
    pages: dice(placed(a), placed(b)),
    headings: dice(headings(a), headings(b)),
    cells: dice(cells(a), cells(b)),
  };
}

function textOf(block: Block): string {
  return block.kind === 'table' ? [block.header, ...block.rows].flat().join(' ') : block.text;
}

function inARow(words: readonly string[]): string[] {
  return words.map((_, at) => words.slice(at, at + WORDS_IN_A_ROW).join(' '));
}

/** Twice what both hold over what each holds, equal entries counted as often as they stand there. */
function dice(a: readonly string[], b: readonly string[]): number | null {
  if (a.length + b.length === 0) return null;
  const left = new Map<string, number>();
  for (const one of a) left.set(one, (left.get(one) ?? 0) + 1);
  let both = 0;
  for (const one of b) {
    const count = left.get(one) ?? 0;
    if (count === 0) continue;
    left.set(one, count - 1);
    both += 1;
  }
  return (2 * both) / (a.length + b.length);
}

function summary(compared: readonly Compared[]): string[][] {
  const average = (column: 'words' | 'pages' | 'headings' | 'cells'): string =>
    score(mean(compared.map((one) => one[column]).filter((value) => value !== null)));
  const seconds = (engine: Engine): number => compared.reduce((sum, one) => sum + one[engine].seconds, 0);
  const pages = compared.reduce((sum, one) => sum + Math.max(one.pdfjs.pages, one.poppler.pages), 0);
  const counted = (engine: Engine, kind: Block['kind']): string =>
    number(
      compared.reduce(
        (sum, one) => sum + (one[engine].blocks ?? []).filter((b) => b.kind === kind).length,
        0,
      ),
    );
  return [
    ['files', number(compared.length)],
    ['pages', number(pages)],
    [
      'pages/s, pdfjs : poppler',
      `${number(pages / seconds('pdfjs'))} : ${number(pages / seconds('poppler'))}`,
    ],
    [`runs of ${WORDS_IN_A_ROW} words in common`, average('words')],
    ['words on the same page', average('pages')],
    ['headings in common', average('headings')],
    ['headings, pdfjs : poppler', `${counted('pdfjs', 'heading')} : ${counted('poppler', 'heading')}`],
    ['table cells in common', average('cells')],
    ['tables, pdfjs : poppler', `${counted('pdfjs', 'table')} : ${counted('poppler', 'table')}`],
    ['outcomes that differ', String(compared.filter((o) => o.pdfjs.outcome !== o.poppler.outcome).length)],
    ['titles that differ', String(compared.filter((o) => o.pdfjs.title !== o.poppler.title).length)],
  ];
}
