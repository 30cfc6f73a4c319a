import {
  Document,
  Footer,
  FootnoteReferenceRun,
  HeadingLevel,
  LevelFormat,
  Packer,
  PageBreak,
  Paragraph,
  type ParagraphChild,
  Table,
  TableCell,
  TableRow,
  TextRun,
  WidthType,
} from 'docx';
import { type Block, type Body, parseBody } from './blocks.ts';
import type { Content } from './content.ts';
import { settle } from './zip.ts';

const LEVELS = { 1: HeadingLevel.HEADING_1, 2: HeadingLevel.HEADING_2, 3: HeadingLevel.HEADING_3 } as const;

/** A Word file with heading styles, lists, tables and footnotes. */
export async function makeDocx({ front, body }: Content): Promise<Uint8Array> {
  const parsed = parseBody(body);
  const document = new Document({
    title: front.title,
    creator: front.author,
    lastModifiedBy: front.author,
    styles: { default: { document: { run: { font: 'Calibri', size: 22 } } } },
    numbering: {
      config: parsed.blocks.map((_, index) => ({
        reference: `list-${index}`,
        levels: [{ level: 0, format: LevelFormat.DECIMAL, text: '%1.' }],
      })),
    },
    footnotes: Object.fromEntries(
      [...parsed.footnotes].map(([mark, text]) => [
        `${mark}`,
        { children: [new Paragraph({ children: runs(text) })] },
      ]),
    ),
    sections: [
      {
        footers: { default: new Footer({ children: [new Paragraph(`${front.title} – ${front.date}`)] }) },
        children: parsed.blocks.flatMap((block, index) => toWord(block, index, parsed)),
      },
    ],
  });
  return settle(new Uint8Array(await Packer.toBuffer(document)), front.date);
}

function toWord(block: Block, index: number, body: Body): (Paragraph | Table)[] {
  switch (block.kind) {
    case 'heading':
      return [new Paragraph({ heading: LEVELS[block.level], children: runs(block.text) })];
    case 'paragraph':
    case 'note':
      return [new Paragraph({ spacing: { after: 140 }, children: runs(block.text, body) })];
    case 'list':
      return block.items.map((item) =>
        block.ordered
          ? new Paragraph({ numbering: { reference: `list-${index}`, level: 0 }, children: runs(item, body) })
          : new Paragraph({ bullet: { level: 0 }, children: runs(item, body) }),
      );
    case 'table':
      return [
        new Table({
          width: { size: 100, type: WidthType.PERCENTAGE },
          rows: [block.head, ...block.rows].map(
            (row, line) =>
              new TableRow({
                tableHeader: line === 0,
                children: row.map(
                  (cell) => new TableCell({ children: [new Paragraph({ children: runs(cell) })] }),
                ),
              }),
          ),
        }),
        new Paragraph(''),
      ];
    case 'page-break':
      return [new Paragraph({ children: [new PageBreak()] })];
  }
}

/** `**bold**` and `[^1]` inside a line. */
function runs(text: string, body?: Body): ParagraphChild[] {
  return text.split(/(\*\*.+?\*\*|\[\^\d+\])/).flatMap((part): ParagraphChild[] => {
    const mark = /^\[\^(\d+)\]$/.exec(part);
    if (mark !== null) {
      return body?.footnotes.has(Number(mark[1])) ? [new FootnoteReferenceRun(Number(mark[1]))] : [];
    }
    if (part.startsWith('**')) return [new TextRun({ text: part.slice(2, -2), bold: true })];
    return part === '' ? [] : [new TextRun(part)];
  });
}
