import type { Block } from '../document.ts';
import { extensionOf } from './extension.ts';
import type { Parser } from './parser.ts';
import { readHead } from './text-head.ts';
import { cleanLine, truncated } from './tidy.ts';

/** A heading is short; a longer line of capitals is a shouted paragraph. */
const MAX_HEADING_CHARACTERS = 80;
/** Wrapped text is about 60 to 80 wide; shorter lines are addresses or lists, longer ones are not wrapped. */
const MIN_WRAP_WIDTH = 40;
const MAX_WRAP_WIDTH = 120;
/** Every wrapped line but the last is nearly full: the next word did not fit. */
const MIN_WRAP_FILL = 0.6;

const BULLET = /^\s*(?:[-*+•‣◦–▪]|\(?\d{1,3}[.)]|\(?[a-z]\)(?!\s+(?:19|20)\d\d))\s+(?=\S)/;
const UNDERLINE = /^([=\-~^"*#+])\1{2,}\s*$/;
/** Order of underlines where a text uses several: the usual one of reStructuredText and of old README files. */
const UNDERLINE_LEVELS = '=-~^"*+#';
const NUMBERED = /^(\d{1,3}(?:\.\d{1,3}){0,4})\.?\s+\p{Lu}/u;
const ASCIIDOC_HEADING = /^(={1,6})\s+(\S.*?)(?:\s+=+)?$/;
const ASCIIDOC = new Set(['adoc', 'asciidoc']);

export const parseText: Parser = async ({ bytes, name, limits }) => {
  const { text, cut, warnings: found } = readHead(bytes, limits.maxCharacters);
  const blocks = textToBlocks(text, { asciidoc: ASCIIDOC.has(extensionOf(name)) });
  const warnings = cut ? [...found, truncated(limits.maxCharacters)] : found;
  const first = blocks.find((block) => block.kind === 'heading');
  // Only a heading at the very top names the whole text.
  const title = first && blocks[0] === first ? first.text : null;
  return { ok: true, document: { title, blocks, pages: null, warnings } };
};

/** Blocks of plain text: paragraphs parted by blank lines, wrapped lines joined, plain headings and lists. */
export function textToBlocks(text: string, options: { readonly asciidoc?: boolean } = {}): Block[] {
  const groups = text
    .replace(/\r\n?|[\u2028\u0085]/g, '\n')
    .split(/\n[^\S\n]*(?:\n|\f|\u2029)\s*?(?=\S|$)|\f/)
    .map((group) => group.split('\n').filter((line) => line.trim() !== ''))
    .filter((lines) => lines.length > 0);
  const blocks: Block[] = [];
  groups.forEach((lines, i) => {
    const next = groups[i + 1]?.[0] ?? null;
    blocks.push(...groupToBlocks(lines, next, options.asciidoc ?? false));
  });
  return blocks;
}

function groupToBlocks(lines: readonly string[], next: string | null, asciidoc: boolean): Block[] {
  const [first = '', ...rest] = lines;
  const marked = asciidoc ? ASCIIDOC_HEADING.exec(first) : null;
  if (marked) return [heading(marked[1]?.length ?? 1, marked[2] ?? first), ...body(rest)];
  const underlined = underlinedHeading(lines);
  if (underlined) {
    const after = lines.slice(underlined.lines);
    return [underlined.block, ...(after.length > 0 ? groupToBlocks(after, next, asciidoc) : [])];
  }
  if (lines.length === 1) {
    const level = plainHeadingLevel(first.trim(), next?.trim() ?? null);
    if (level > 0) return [heading(level, first)];
  }
  return body(lines);
}

/** A line with a line of === or --- under it (and possibly over it) at least as long as the text. */
function underlinedHeading(lines: readonly string[]): { block: Block; lines: number } | null {
  const start = UNDERLINE.test(lines[0] ?? '') ? 1 : 0;
  const title = lines[start]?.trim() ?? '';
  const mark = UNDERLINE.exec(lines[start + 1] ?? '')?.[1];
  if (mark === undefined || title === '' || title.length > MAX_HEADING_CHARACTERS) return null;
  if ((lines[start + 1]?.trim().length ?? 0) < title.length * 0.8 || UNDERLINE.test(title)) return null;
  const level = UNDERLINE_LEVELS.indexOf(mark) + 1;
  return { block: heading(level, title), lines: start + 2 };
}

/**
 * Level of a line that stands alone and is plainly a heading; 0 otherwise. `next` is the line after it: a
 * numbered line followed by its own sibling is an item of a list.
 */
function plainHeadingLevel(line: string, next: string | null): number {
  if (next === null || line.length > MAX_HEADING_CHARACTERS || /[.,;:!?]$/.test(line)) return 0;
  const number = NUMBERED.exec(line)?.[1];
  if (number !== undefined) {
    const depth = number.split('.').length;
    const sibling = NUMBERED.exec(next)?.[1];
    return sibling !== undefined && sibling.split('.').length === depth ? 0 : depth;
  }
  const letters = line.match(/\p{L}/gu)?.length ?? 0;
  const shouted = letters >= 4 && /\p{Lu}/u.test(line) && line === line.toUpperCase();
  return shouted && !/\d{3,}|[|\t]| {3,}/.test(line) ? 1 : 0;
}

function body(lines: readonly string[]): Block[] {
  const blocks: Block[] = [];
  let run: string[] = [];
  let kind: 'item' | 'paragraph' = 'paragraph';
  const end = (): void => {
    for (const text of joinWrapped(run)) blocks.push({ kind, text, page: null });
    run = [];
  };
  for (const line of lines) {
    if (UNDERLINE.test(line)) continue;
    const bullet = BULLET.exec(line);
    if (bullet) {
      end();
      kind = 'item';
      run = [line.replace(/^\s*[-*+•‣◦–▪]\s+/, '')];
    } else if (kind === 'item' && run.length > 0 && /^\s/.test(line)) {
      run = [`${run.join(' ')} ${line}`];
    } else {
      if (kind === 'item') {
        end();
        kind = 'paragraph';
      }
      run.push(line);
    }
  }
  end();
  return blocks;
}

/** One paragraph when the lines look wrapped, else one per line. */
function joinWrapped(lines: readonly string[]): string[] {
  const clean = lines.map(cleanLine).filter((line) => line !== '');
  const widest = Math.max(0, ...clean.slice(0, 1000).map((line) => line.length));
  const wrapped =
    widest >= MIN_WRAP_WIDTH &&
    widest <= MAX_WRAP_WIDTH &&
    clean.slice(0, -1).every((line) => line.length >= widest * MIN_WRAP_FILL);
  return wrapped ? [clean.join(' ')] : clean;
}

function heading(level: number, text: string): Block {
  return { kind: 'heading', level: Math.min(level, 6), text: cleanLine(text), page: null };
}
