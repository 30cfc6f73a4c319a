import PDFDocument from 'pdfkit';
import { type Block, FOOTNOTE_MARK, parseBody } from './blocks.ts';
import type { Content } from './content.ts';

const PAGE = { width: 595.28, height: 841.89 };
const MARGIN = { side: 60, top: 72, bottom: 72 };
const GUTTER = 24;
const INK = '#1a1a1a';
const BODY = { font: 'Helvetica', size: 10.5, leading: 14.5 };
const HEADINGS = {
  1: { size: 19, before: 0 },
  2: { size: 14, before: 12 },
  3: { size: 11.5, before: 8 },
} as const;
/** Beyond Latin-1, what the built-in fonts can draw and our texts use. */
const DRAWABLE = /^[\n\u0020-\u007e\u00a0-\u00ff€–—‘’“”•…]*$/;

/** A PDF with real headings, tables set in columns, and on demand outline, running lines and two columns. */
export async function makePdf({ front, body }: Content): Promise<Uint8Array> {
  if (!DRAWABLE.test(body)) {
    const odd = [...body].find((character) => !DRAWABLE.test(character));
    throw new Error(`${front.target}: the built-in fonts cannot draw ${JSON.stringify(odd)}`);
  }
  const when = new Date(`${front.date}T09:00:00Z`);
  const doc = new PDFDocument({
    size: 'A4',
    margin: 0,
    autoFirstPage: false,
    bufferPages: true,
    lang: front.lang,
    info: { Title: front.title, Author: front.author, CreationDate: when, ModDate: when },
  });
  const chunks: Buffer[] = [];
  const done = new Promise<Uint8Array>((resolve) => {
    doc.on('data', (chunk) => chunks.push(chunk));
    doc.on('end', () => resolve(Buffer.concat(chunks)));
  });
  const setter = new Setter(doc, front.pdf?.columns ?? 1, front.pdf?.outline ?? false);
  for (const block of parseBody(body).blocks) setter.set(block);
  drawRunningLines(doc, front.pdf?.header, front.pdf?.footer);
  doc.end();
  return await done;
}

/** `{page}` and `{pages}` in a running line become numbers. */
function drawRunningLines(doc: PDFDocument, header: string | undefined, footer: string | undefined): void {
  const { count } = doc.bufferedPageRange();
  for (let page = 0; page < count; page++) {
    doc.switchToPage(page);
    doc.font('Helvetica').fontSize(8.5).fillColor('#555555');
    const fill = (line: string) => line.replace('{page}', `${page + 1}`).replace('{pages}', `${count}`);
    if (header !== undefined) doc.text(fill(header), MARGIN.side, 36, { lineBreak: false });
    if (footer !== undefined) doc.text(fill(footer), MARGIN.side, PAGE.height - 44, { lineBreak: false });
  }
}

/** Sets blocks line by line into columns and pages. */
class Setter {
  readonly #doc: PDFDocument;
  readonly #columns: number;
  readonly #width: number;
  readonly #outline: boolean;
  #parents: ReturnType<PDFDocument['outline']['addItem']>[] = [];
  #column = 0;
  #top = MARGIN.top;
  #y = MARGIN.top;

  constructor(doc: PDFDocument, columns: number, outline: boolean) {
    this.#doc = doc;
    this.#columns = columns;
    this.#outline = outline;
    this.#width = (PAGE.width - 2 * MARGIN.side - (columns - 1) * GUTTER) / columns;
    doc.addPage();
  }

  set(block: Block): void {
    switch (block.kind) {
      case 'heading':
        this.#heading(block.level, block.text);
        return;
      case 'paragraph':
      case 'note':
        this.#lines(block.text, 0, BODY.font);
        break;
      case 'list':
        for (const [index, item] of block.items.entries()) {
          this.#room(BODY.leading);
          this.#draw(block.ordered ? `${index + 1}.` : '•', 4);
          this.#lines(item, 20, BODY.font);
        }
        break;
      case 'table':
        this.#table([block.head, ...block.rows]);
        break;
      case 'page-break':
        this.#column = this.#columns;
        this.#advance();
        return;
    }
    this.#y += 6;
  }

  #heading(level: 1 | 2 | 3, text: string): void {
    const { size, before } = HEADINGS[level];
    const wide = level === 1 && this.#y === MARGIN.top && this.#column === 0;
    this.#type('Helvetica-Bold', size);
    const lines = this.#wrap(text, wide ? PAGE.width - 2 * MARGIN.side : this.#width);
    if (this.#y > this.#top) this.#y += before;
    this.#room(lines.length * size * 1.3 + 3 * BODY.leading);
    if (this.#outline) this.#addToOutline(level, text);
    for (const line of lines) {
      this.#type('Helvetica-Bold', size);
      this.#draw(line, 0);
      this.#y += size * 1.3;
    }
    this.#y += 5;
    if (wide) this.#top = this.#y;
  }

  #addToOutline(level: 1 | 2 | 3, text: string): void {
    const parent = this.#parents[level - 2] ?? this.#doc.outline;
    this.#parents = [...this.#parents.slice(0, level - 1)];
    this.#parents[level - 1] = parent.addItem(text);
  }

  #lines(text: string, indent: number, font: string): void {
    this.#type(font, BODY.size);
    for (const line of this.#wrap(text, this.#width - indent)) {
      this.#room(BODY.leading);
      this.#type(font, BODY.size);
      this.#draw(line, indent);
      this.#y += BODY.leading;
    }
  }

  #table(rows: readonly (readonly string[])[]): void {
    const count = Math.max(...rows.map((row) => row.length));
    const widest = Array.from({ length: count }, (_, column) =>
      Math.min(32, Math.max(7, ...rows.map((row) => (row[column] ?? '').length))),
    );
    const sum = widest.reduce((a, b) => a + b, 0);
    const widths = widest.map((width) => (width / sum) * this.#width);
    for (const [index, row] of rows.entries()) {
      const font = index === 0 ? 'Helvetica-Bold' : BODY.font;
      this.#type(font, 9.5);
      const wrapped = row.map((cell, column) => this.#wrap(cell, (widths[column] ?? 0) - 8));
      const height = Math.max(...wrapped.map((lines) => lines.length)) * 12.5 + 4;
      this.#room(height);
      this.#type(font, 9.5);
      let x = 0;
      const top = this.#y;
      for (const [column, lines] of wrapped.entries()) {
        for (const [line, text] of lines.entries()) {
          this.#y = top + line * 12.5;
          this.#draw(text, x);
        }
        x += widths[column] ?? 0;
      }
      this.#y = top + height;
      if (index === 0) this.#rule(this.#y - 4);
    }
  }

  #rule(y: number): void {
    const x = this.#left();
    this.#doc.lineWidth(0.6).strokeColor('#777777');
    this.#doc
      .moveTo(x, y)
      .lineTo(x + this.#width, y)
      .stroke();
  }

  #type(font: string, size: number): void {
    this.#doc.font(font).fontSize(size).fillColor(INK);
  }

  #draw(text: string, indent: number): void {
    this.#doc.text(text, this.#left() + indent, this.#y, { lineBreak: false });
  }

  #left(): number {
    return MARGIN.side + this.#column * (this.#width + GUTTER);
  }

  #room(height: number): void {
    if (this.#y + height <= PAGE.height - MARGIN.bottom) return;
    this.#column++;
    this.#advance();
  }

  #advance(): void {
    if (this.#column >= this.#columns) {
      this.#doc.addPage();
      this.#column = 0;
      this.#top = MARGIN.top;
    }
    this.#y = this.#top;
  }

  #wrap(text: string, width: number): string[] {
    const lines: string[] = [];
    let line = '';
    for (const word of plain(text).split(' ')) {
      const longer = line === '' ? word : `${line} ${word}`;
      if (line !== '' && this.#doc.widthOfString(longer) > width) {
        lines.push(line);
        line = word;
      } else line = longer;
    }
    return [...lines, line];
  }
}

function plain(text: string): string {
  return text.replaceAll('**', '').replace(FOOTNOTE_MARK, '');
}
