import type { Block, Warning } from '../document.ts';
import { decodeText } from './decode.ts';
import { htmlToBlocks } from './html.ts';
import { markdownToBlocks } from './markdown.ts';
import type { Parser } from './parser.ts';
import { blockCharacters, truncated } from './tidy.ts';

/** Characters of one output that are read: a log of a training run is not what a notebook says. */
const MAX_OUTPUT_CHARACTERS = 4_000;
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal colours begin with an escape character
const COLOURS = /\u001b\[[0-9;]*[A-Za-z]/g;

type Fields = Readonly<Record<string, unknown>>;

/** Jupyter notebooks (nbformat 3 and 4): notes with their headings, code, and the beginning of each output. */
export const parseIpynb: Parser = async ({ bytes, limits }) => {
  const decoded = decodeText(bytes);
  let notebook: unknown;
  try {
    notebook = JSON.parse(decoded.text);
  } catch {
    return { ok: false, reason: 'corrupt', detail: 'the notebook is no valid JSON: it may be cut off' };
  }
  const blocks: Block[] = [];
  const warnings: Warning[] = [...decoded.warnings];
  let left = limits.maxCharacters;
  for (const cell of cellsOf(fields(notebook))) {
    if (left <= 0) {
      warnings.push(truncated(limits.maxCharacters));
      break;
    }
    const found = cellBlocks(cell);
    left -= found.reduce((sum, block) => sum + blockCharacters(block), 0);
    blocks.push(...found);
  }
  const first = blocks.find((block) => block.kind === 'heading');
  return { ok: true, document: { title: first?.text ?? null, blocks, pages: null, warnings } };
};

/** Version 3 has sheets of cells; no program ever wrote more than one. */
function cellsOf(notebook: Fields): Fields[] {
  const sheets = list(notebook.worksheets).map(fields);
  const cells = [...list(notebook.cells), ...sheets.flatMap((sheet) => list(sheet.cells))];
  return cells.map(fields);
}

function cellBlocks(cell: Fields): Block[] {
  const source = textOf(cell.source ?? cell.input);
  switch (cell.cell_type) {
    case 'markdown':
      return markdownToBlocks(source);
    case 'heading':
      return [{ kind: 'heading', level: Number(cell.level) || 1, text: source, page: null }];
    case 'code':
      return [
        { kind: 'code', text: source, page: null },
        ...list(cell.outputs).flatMap((output) => outputBlocks(fields(output))),
      ];
    default:
      return [{ kind: 'code', text: source, page: null }];
  }
}

/** A table as the page shows it, else the plain text, else the name of the error. */
function outputBlocks(output: Fields): Block[] {
  const data = fields(output.data ?? output);
  const html = textOf(data['text/html'] ?? data.html);
  if (/<table/i.test(html)) return htmlToBlocks(html.slice(0, MAX_OUTPUT_CHARACTERS * 10));
  const error = textOf(output.ename);
  const text =
    error === '' ? textOf(output.text ?? data['text/plain']) : `${error}: ${textOf(output.evalue)}`;
  return [{ kind: 'code', text: text.replace(COLOURS, '').slice(0, MAX_OUTPUT_CHARACTERS), page: null }];
}

const fields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
/** Text stands as one string or as its lines. */
const textOf = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : list(value)
        .filter((line) => typeof line === 'string')
        .join('');
