import { utils, write } from '@e965/xlsx';
import { parseBody } from './blocks.ts';
import type { Content } from './content.ts';
import { settle } from './zip.ts';

/** A workbook: each `## name` is a sheet, the paragraphs and tables under it are its rows. */
export async function makeXlsx({ front, body }: Content): Promise<Uint8Array> {
  const book = utils.book_new();
  book.Props = { Title: front.title, Author: front.author, CreatedDate: new Date(`${front.date}T09:00:00Z`) };
  let name = '';
  let rows: (string | number)[][] = [];
  const close = () => {
    if (name === '') return;
    const sheet = utils.aoa_to_sheet(rows);
    sheet['!cols'] = (rows.at(-1) ?? []).map(() => ({ wch: 22 }));
    utils.book_append_sheet(book, sheet, name);
  };
  for (const block of parseBody(body).blocks) {
    if (block.kind === 'heading' && block.level === 2) {
      close();
      name = block.text;
      rows = [];
    } else if (block.kind === 'table') {
      rows.push([...block.head], ...block.rows.map((row) => row.map(toCell)));
    } else if (block.kind === 'paragraph') {
      rows.push([block.text]);
    }
  }
  close();
  return settle(
    new Uint8Array(write(book, { type: 'array', bookType: 'xlsx', compression: true })),
    front.date,
  );
}

/** Plain decimal numbers become numeric cells; codes with leading zeros stay text. */
function toCell(text: string): string | number {
  return /^-?(0|[1-9]\d*)(\.\d+)?$/.test(text) ? Number(text) : text;
}
