import PptxGenJS from 'pptxgenjs';
import { type Block, parseBody } from './blocks.ts';
import type { Content } from './content.ts';
import { settle } from './zip.ts';

type Pptx = InstanceType<typeof PptxGenJS.default>;

/** A deck: each `## title` is a slide, lists and paragraphs its text, `>` its speaker notes. */
export async function makePptx({ front, body }: Content): Promise<Uint8Array> {
  const deck: Pptx = new (PptxGenJS as unknown as new () => Pptx)();
  deck.title = front.title;
  deck.author = front.author;
  deck.company = 'Oltrebrenta S.p.A.';
  deck.layout = 'LAYOUT_WIDE';
  const slides: { title: string; blocks: Block[] }[] = [];
  for (const block of parseBody(body).blocks) {
    if (block.kind === 'heading' && block.level === 2) slides.push({ title: block.text, blocks: [] });
    else slides.at(-1)?.blocks.push(block);
  }
  deck.defineSlideMaster({
    title: 'PLAIN',
    objects: [
      {
        placeholder: {
          options: { name: 'title', type: 'title', x: 0.6, y: 0.4, w: 12, h: 1, fontSize: 30, bold: true },
          text: '',
        },
      },
    ],
  });
  for (const { title, blocks } of slides) addSlide(deck, title, blocks);
  const bytes = (await deck.write({ outputType: 'uint8array' })) as Uint8Array;
  return settle(bytes, front.date);
}

function addSlide(deck: Pptx, title: string, blocks: readonly Block[]): void {
  const slide = deck.addSlide({ masterName: 'PLAIN' });
  slide.addText(title, { placeholder: 'title' });
  const notes = blocks.flatMap((block) => (block.kind === 'note' ? [block.text] : []));
  const lines = blocks.flatMap((block) => {
    if (block.kind === 'paragraph') return [{ text: block.text, options: { breakLine: true } }];
    if (block.kind !== 'list') return [];
    return block.items.map((text) => ({ text, options: { bullet: true, breakLine: true } }));
  });
  const table = blocks.find((block) => block.kind === 'table');
  const low = table !== undefined && lines.length > 0;
  if (lines.length > 0)
    slide.addText(lines, { x: 0.6, y: 1.6, w: 12, h: low ? 2.2 : 5, fontSize: 18, valign: 'top' });
  if (table !== undefined) {
    const rows = [table.head, ...table.rows].map((row) => row.map((text) => ({ text })));
    slide.addTable(rows, { x: 0.6, y: low ? 4 : 1.6, w: 12, fontSize: 14 });
  }
  if (notes.length > 0) slide.addNotes(notes.join('\n'));
}
