import { lexer, type Token, type Tokens } from 'marked';
import type { Block, Warning } from '../document.ts';
import { htmlToBlocks, htmlToLine } from './html.ts';
import type { Parser } from './parser.ts';
import { textToBlocks } from './text.ts';
import { readHead } from './text-head.ts';
import { cleanLine, truncated } from './tidy.ts';

const FRONT_MATTER = /^---[^\S\n]*\n([\s\S]*?)\n(?:---|\.\.\.)[^\S\n]*(?:\n|$)/;
/** Lines for the site generator, not for a reader: `{% include x %}` and `{: .class }`. */
const GENERATOR_LINE = /^[^\S\n]*(?:\{%[^\n]*%\}|\{:[^\n]*\})[^\S\n]*$/gm;
/** What the author has hidden from the reader of the built page. */
const GENERATOR_COMMENT = /\{%-?\s*comment\s*-?%\}[\s\S]*?\{%-?\s*endcomment\s*-?%\}/g;
/** A link whose target the generator fills in, `[Tock]({% page "/tock" %})`: only its text is for a reader. */
const GENERATED_LINK = /\]\(\{[%{][^\n)]*[%}]\}[^\n)]*\)/g;
/** Front matter is a few lines; a longer "one" is a document between two rules. */
const MAX_FRONT_MATTER_CHARACTERS = 20_000;

export const parseMarkdown: Parser = async ({ bytes, limits }) => {
  const head = readHead(bytes, limits.maxCharacters);
  const warnings: Warning[] = [...head.warnings];
  if (head.cut) warnings.push(truncated(limits.maxCharacters));
  const text = head.text.replace(/\r\n?/g, '\n');
  const front = FRONT_MATTER.exec(text);
  const named = front?.[1] !== undefined ? await frontTitle(front[1]) : null;
  const source = named === null ? text : text.slice(front?.[0].length ?? 0);
  let blocks: Block[];
  try {
    blocks = markdownToBlocks(source);
  } catch (error) {
    // Thousands of nested quotes exhaust the lexer's stack; the words are still there.
    if (!(error instanceof RangeError)) throw error;
    blocks = textToBlocks(source);
    warnings.push({ code: 'repaired', detail: 'nested too deep for Markdown: read as plain text' });
  }
  const first = blocks.find((block) => block.kind === 'heading');
  const title = named?.title ?? first?.text ?? null;
  return { ok: true, document: { title, blocks, pages: null, warnings } };
};

/** Blocks of Markdown (GitHub's dialect), inline markup reduced to its text. */
export function markdownToBlocks(markdown: string): Block[] {
  const source = markdown.includes('{') ? dropGeneratorLines(markdown) : markdown;
  return tokensToBlocks(lexer(source));
}

/** The title in YAML front matter; null when the block is not front matter after all. */
async function frontTitle(source: string): Promise<{ readonly title: string | null } | null> {
  if (source.length > MAX_FRONT_MATTER_CHARACTERS) return null;
  const { parse } = await import('yaml');
  try {
    const data: unknown = parse(source, { maxAliasCount: 10 });
    if (typeof data !== 'object' || data === null || Array.isArray(data)) return null;
    const title = 'title' in data ? data.title : null;
    return { title: typeof title === 'string' || typeof title === 'number' ? String(title) : null };
  } catch {
    return null;
  }
}

/** Fenced code keeps such lines: there they are the subject. */
function dropGeneratorLines(markdown: string): string {
  return markdown
    .split(/(^[^\S\n]*(?:```|~~~)[\s\S]*?^[^\S\n]*(?:```|~~~))/m)
    .map((part, i) => (i % 2 === 1 ? part : dropGenerator(part)))
    .join('');
}

const dropGenerator = (text: string): string =>
  text.replace(GENERATOR_COMMENT, '').replace(GENERATOR_LINE, '').replace(GENERATED_LINK, '](#)');

function tokensToBlocks(tokens: readonly Token[]): Block[] {
  const blocks: Block[] = [];
  let html = '';
  for (const token of tokens) {
    // A table or list written in HTML reaches us in pieces, cut at its blank lines.
    if (token.type === 'html' || (html !== '' && continuesHtml(token))) {
      html += token.raw;
      continue;
    }
    if (html !== '') blocks.push(...htmlToBlocks(html));
    html = '';
    blocks.push(...tokenToBlocks(token));
  }
  if (html !== '') blocks.push(...htmlToBlocks(html));
  return blocks;
}

/** Blank lines, and indented tags after one, which the dialect takes for code. */
function continuesHtml(token: Token): boolean {
  return token.type === 'space' || (token.type === 'code' && /^\s+<\/?[a-z]/i.test(token.raw));
}

function tokenToBlocks(token: Token): Block[] {
  switch (token.type) {
    case 'heading':
      return [{ kind: 'heading', level: (token as Tokens.Heading).depth, text: inline(token), page: null }];
    case 'paragraph':
    case 'text':
      return [{ kind: 'paragraph', text: inline(token), page: null }];
    case 'code':
      return [{ kind: 'code', text: (token as Tokens.Code).text, page: null }];
    case 'blockquote':
      return tokensToBlocks((token as Tokens.Blockquote).tokens);
    case 'list':
      return (token as Tokens.List).items.flatMap(itemToBlocks);
    case 'table':
      return [tableToBlock(token as Tokens.Table)];
    default:
      return [];
  }
}

/** The item's own text is one block; lists, code and tables inside it follow. */
function itemToBlocks(item: Tokens.ListItem): Block[] {
  return tokensToBlocks(item.tokens.filter((token) => token.type !== 'checkbox')).map((block) =>
    block.kind === 'paragraph' ? { ...block, kind: 'item' } : block,
  );
}

function tableToBlock(table: Tokens.Table): Block {
  const cells = (row: readonly Tokens.TableCell[]): string[] => row.map((cell) => inlineTokens(cell.tokens));
  return { kind: 'table', header: cells(table.header), rows: table.rows.map(cells), page: null };
}

function inline(token: Token): string {
  return 'tokens' in token && token.tokens ? inlineTokens(token.tokens) : decode(token.raw);
}

function inlineTokens(tokens: readonly Token[]): string {
  // Markup is put back as a fragment so that HTML inside a line, hidden parts included, is read as HTML.
  return cleanLine(htmlToLine(tokens.map(inlineHtml).join('')));
}

function inlineHtml(token: Token): string {
  switch (token.type) {
    case 'html':
      return /^<br/i.test(token.raw) ? ' ' : token.raw;
    case 'br':
      return ' ';
    case 'codespan':
      return escapeTags((token as Tokens.Codespan).text);
    case 'escape':
      return escapeTags((token as Tokens.Escape).text);
    case 'checkbox':
      return '';
    default:
      if ('tokens' in token && token.tokens && token.tokens.length > 0) {
        return token.tokens.map(inlineHtml).join('');
      }
      return escapeBrackets('text' in token && typeof token.text === 'string' ? token.text : token.raw);
  }
}

const decode = (text: string): string => cleanLine(htmlToLine(escapeBrackets(text)));
/** Entities stay entities, a bare angle bracket stays a character. */
const escapeBrackets = (text: string): string => text.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
/** Code shows entities as they are written. */
const escapeTags = (text: string): string => escapeBrackets(text.replaceAll('&', '&amp;'));
