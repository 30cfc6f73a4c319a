import { Parser as HtmlParser } from 'htmlparser2';
import type { Block } from '../document.ts';
import { decodeText } from './decode.ts';
import { TableBuilder } from './html-table.ts';
import type { Parser } from './parser.ts';
import { cleanLine, cleanLines } from './tidy.ts';

/** Elements whose content a reader of the page does not see as its text. */
const SKIPPED = new Set(
  'script,style,noscript,nav,template,svg,math-annotation,iframe,object,embed,canvas,audio,video,select,datalist,button,dialog,head'.split(
    ',',
  ),
);
/** Elements that end the line before and after them. */
const BREAKING = new Set(
  'address,article,aside,blockquote,body,center,details,dd,div,dl,dt,fieldset,figcaption,figure,footer,form,header,hgroup,hr,html,legend,li,main,menu,ol,p,pre,section,summary,tbody,tfoot,thead,ul,h1,h2,h3,h4,h5,h6'.split(
    ',',
  ),
);
const HIDING_STYLE = /(^|;)\s*(display\s*:\s*none|visibility\s*:\s*hidden)/i;
const CHARSET = /<meta[^>]+charset\s*=\s*["']?\s*([\w-]+)/i;
const XML_ENCODING = /^\s*<\?xml[^>]*encoding\s*=\s*["']([\w-]+)["']/i;
/** HTML 13.2.3.2: the declaration stands in the first 1,024 bytes; real pages are later than that. */
const CHARSET_WITHIN = 4096;

export interface HtmlContent {
  readonly title: string | null;
  readonly blocks: Block[];
}

export const parseHtml: Parser = async ({ bytes }) => {
  const start = Buffer.from(bytes.subarray(0, CHARSET_WITHIN)).toString('latin1');
  const declared = (XML_ENCODING.exec(start) ?? CHARSET.exec(start))?.[1] ?? null;
  const decoded = decodeText(bytes, declared);
  const { title, blocks } = readHtml(decoded.text);
  const first = blocks.find((block) => block.kind === 'heading');
  const document = { title: title ?? first?.text ?? null, blocks, pages: null, warnings: decoded.warnings };
  return { ok: true, document };
};

/** Blocks of an HTML document or fragment; nothing it refers to is loaded. */
export function htmlToBlocks(html: string): Block[] {
  return readHtml(html).blocks;
}

/** The text of an HTML fragment on one line: tags and hidden parts gone, entities decoded. */
export function htmlToLine(html: string): string {
  if (!/[<&]/.test(html)) return cleanLine(html);
  const blocks = readHtml(html).blocks;
  return cleanLine(blocks.map((block) => (block.kind === 'table' ? '' : block.text)).join(' '));
}

/**
 * Reads in one pass over the tags (no tree: a page nested 100,000 deep must not exhaust the stack).
 */
export function readHtml(html: string): HtmlContent {
  const reader = new HtmlReader();
  const parser = new HtmlParser(reader, { decodeEntities: true, lowerCaseTags: true });
  parser.end(html);
  return reader.content();
}

class HtmlReader {
  private readonly tables: TableBuilder[] = [];
  private readonly blocks: Block[] = [];
  private title: string | null = null;
  private titleText: string | null = null;
  private text = '';
  private heading = 0;
  private items = 0;
  private pre = 0;
  private depth = 0;
  /** Depth at which skipping began; 0 when nothing is skipped. */
  private skippedFrom = 0;
  private lineBreaks = 0;

  content(): HtmlContent {
    this.flush();
    while (this.tables.length > 0) this.closeTable();
    return { title: this.title, blocks: this.blocks };
  }

  onopentag(name: string, attributes: Record<string, string>): void {
    this.depth++;
    if (name === 'title' && this.title === null) this.titleText = '';
    if (this.skippedFrom > 0) return;
    if (isHidden(name, attributes)) {
      this.skippedFrom = this.depth;
      return;
    }
    if (this.openTableTag(name, attributes)) return;
    if (name === 'br') this.lineBreak();
    if (name === 'img') this.text += ` ${attributes.alt ?? ''} `;
    if (!BREAKING.has(name)) return;
    this.flush();
    const level = headingLevel(name);
    if (level > 0) this.heading = level;
    if (name === 'li' || name === 'dd') this.items++;
    if (name === 'pre') this.pre++;
  }

  onclosetag(name: string): void {
    const depth = this.depth--;
    if (name === 'title' && this.titleText !== null) {
      this.title = cleanLine(this.titleText) || null;
      this.titleText = null;
    }
    if (this.skippedFrom > 0) {
      if (depth === this.skippedFrom) this.skippedFrom = 0;
      return;
    }
    if (this.closeTableTag(name)) return;
    if (!BREAKING.has(name)) return;
    this.flush();
    if (headingLevel(name) > 0) this.heading = 0;
    if (name === 'li' || name === 'dd') this.items = Math.max(0, this.items - 1);
    if (name === 'pre') this.pre = Math.max(0, this.pre - 1);
  }

  ontext(data: string): void {
    if (this.titleText !== null) {
      this.titleText += data;
      return;
    }
    if (this.skippedFrom > 0) return;
    if (data.trim() !== '') this.lineBreaks = 0;
    this.text += data;
  }

  /** Two breaks in a row are how old pages and mails part paragraphs. */
  private lineBreak(): void {
    this.text += this.pre > 0 ? '\n' : ' ';
    this.lineBreaks++;
    if (this.lineBreaks >= 2 && this.pre === 0 && this.heading === 0) this.flush();
  }

  private openTableTag(name: string, attributes: Record<string, string>): boolean {
    const table = this.tables.at(-1);
    switch (name) {
      case 'table':
        this.flush();
        this.tables.push(new TableBuilder(attributes.role === 'presentation'));
        return true;
      case 'tr':
        this.flush();
        table?.openRow();
        return true;
      case 'td':
      case 'th':
        this.flush();
        table?.openCell(name === 'th', attributes);
        return true;
      case 'caption':
        this.flush();
        return true;
      default:
        return false;
    }
  }

  private closeTableTag(name: string): boolean {
    const table = this.tables.at(-1);
    switch (name) {
      case 'table':
        this.flush();
        if (table) this.closeTable();
        return true;
      case 'thead':
        this.flush();
        table?.endHead();
        return true;
      case 'tr':
        this.flush();
        table?.closeRow();
        return true;
      case 'td':
      case 'th':
        this.flush();
        table?.closeCell();
        return true;
      case 'caption':
        this.flush();
        return true;
      default:
        return false;
    }
  }

  private closeTable(): void {
    const table = this.tables.pop();
    for (const block of table?.finish() ?? []) this.push(block);
  }

  private flush(): void {
    const text = this.text;
    this.text = '';
    this.lineBreaks = 0;
    if (text === '') return;
    if (this.pre > 0 && this.tables.length === 0) {
      const code = cleanLines(text);
      if (code !== '') this.push({ kind: 'code', text: code, page: null });
      return;
    }
    const line = cleanLine(text);
    if (line === '') return;
    if (this.heading > 0) this.push({ kind: 'heading', level: this.heading, text: line, page: null });
    else this.push({ kind: this.items > 0 ? 'item' : 'paragraph', text: line, page: null });
  }

  private push(block: Block): void {
    const table = this.tables.at(-1);
    if (table) table.add(block);
    else this.blocks.push(block);
  }
}

function headingLevel(name: string): number {
  return /^h[1-6]$/.test(name) ? Number(name[1]) : 0;
}

function isHidden(name: string, attributes: Record<string, string>): boolean {
  // A page may hide its whole body until a script has run; what it says is still the page.
  if (name === 'html' || name === 'body') return false;
  return (
    SKIPPED.has(name) ||
    'hidden' in attributes ||
    attributes['aria-hidden'] === 'true' ||
    attributes.role === 'navigation' ||
    (attributes.style !== undefined && HIDING_STYLE.test(attributes.style))
  );
}
