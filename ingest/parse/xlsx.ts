import { type CellObject, type DenseWorkSheet, read, type WorkBook, type WorkSheet } from '@e965/xlsx';
import type { Block, Warning } from '../document.ts';
import { EMPTY_CELL, type SheetCell, type SheetRow } from './header-row.ts';
import { isOle } from './ole.ts';
import type { Parser } from './parser.ts';
import { rowsToBlocks } from './sheet-table.ts';
import { cleanLine, meaningfulTitle, plainCause, truncated } from './tidy.ts';
import { repack, unpackParts } from './zip.ts';

/** Sheet data, strings, styles, comments; no pictures, no macros. `.bin` is how xlsb stores its sheets. */
const isWanted = (name: string): boolean =>
  /(\.(xml|rels)|(workbook|sharedStrings|styles|sheet\d*|comments\d*)\.bin|^mimetype)$/i.test(name) &&
  !/vbaProject/i.test(name);
/** Excel's own limit is 1,048,576; a sheet of more than this many rows is a database, cut with a warning. */
const MAX_ROWS = 200_000;
const ZIP_FIRST_BYTE = 0x50;

/** Workbooks of every kind SheetJS reads: xlsx, xlsm, xlsb, xls, ods. Cells read as they are shown. */
export const parseXlsx: Parser = async ({ bytes, limits }) => {
  let source = bytes;
  const warnings: Warning[] = [];
  if (!isOle(bytes) && bytes[0] === ZIP_FIRST_BYTE) {
    const unpacked = unpackParts(bytes, isWanted);
    if (!unpacked.ok) return unpacked;
    warnings.push(...unpacked.warnings);
    source = repack(unpacked.parts);
  }
  let book: WorkBook;
  try {
    book = readBook(source);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (/password|encrypt/i.test(message)) {
      return { ok: false, reason: 'encrypted', detail: 'the workbook is protected by a password' };
    }
    return { ok: false, reason: 'corrupt', detail: `the workbook is damaged${plainCause(error)}` };
  }
  const { blocks, cut } = bookToBlocks(book, limits.maxCharacters);
  if (cut) {
    warnings.push(truncated(limits.maxCharacters));
  }
  const title = meaningfulTitle(book.Props?.Title);
  return { ok: true, document: { title, blocks, pages: book.SheetNames.length, warnings } };
};

function readBook(bytes: Uint8Array): WorkBook {
  return read(bytes, {
    type: 'array',
    dense: true,
    cellFormula: false,
    cellHTML: false,
    cellText: true,
    // Format 14 is "short date" of the reader's country; written out it means one day everywhere.
    dateNF: 'yyyy-mm-dd',
    sheetRows: MAX_ROWS,
  });
}

/** Each sheet that has cells: its name as heading, its titles, tables and comments. Hidden sheets are part of the file. */
function bookToBlocks(book: WorkBook, maxCharacters: number): { blocks: Block[]; cut: boolean } {
  const blocks: Block[] = [];
  let left = maxCharacters;
  for (const [i, name] of book.SheetNames.entries()) {
    const sheet = book.Sheets[name];
    if (sheet === undefined) continue;
    const read = readRows(sheet, left);
    const page = i + 1;
    const body = [...rowsToBlocks(read.rows, page), ...comments(read.comments, page)];
    if (body.length > 0) blocks.push({ kind: 'heading', level: 1, text: name, page }, ...body);
    left -= read.characters;
    if (read.cut) return { blocks, cut: true };
  }
  return { blocks, cut: false };
}

interface SheetText {
  readonly rows: SheetRow[];
  readonly comments: string[];
  readonly characters: number;
  readonly cut: boolean;
}

/**
 * Walks the cells that exist, never the range a sheet declares (a kilobyte may declare 17 billion cells), and
 * stops at `limit` characters: one shared string may be shown in a million cells.
 */
function readRows(sheet: WorkSheet, limit: number): SheetText {
  const rows: SheetRow[] = [];
  const notes: string[] = [];
  let characters = 0;
  for (const row of denseRows(sheet)) {
    const cells: SheetCell[] = [];
    // `forEach` skips the holes of a sparse row.
    row?.forEach((cell, column) => {
      const shown = cellText(cell);
      notes.push(...cellComments(cell));
      if (shown === '') return;
      while (cells.length < column) cells.push(EMPTY_CELL);
      cells[column] = { text: shown, isText: cell.t === 's' };
      characters += shown.length;
    });
    rows.push(cells);
    if (characters > limit) return { rows, comments: notes, characters, cut: true };
  }
  return { rows, comments: notes, characters, cut: rows.length >= MAX_ROWS };
}

function denseRows(sheet: WorkSheet): readonly (CellObject[] | undefined)[] {
  const dense = sheet as Partial<DenseWorkSheet>;
  return dense['!data'] ?? [];
}

function cellText(cell: CellObject | undefined): string {
  if (cell === undefined || cell.t === 'z') return '';
  if (cell.w !== undefined) return cleanLine(cell.w);
  return cell.v === undefined ? '' : cleanLine(String(cell.v));
}

function cellComments(cell: CellObject | undefined): string[] {
  return (cell?.c ?? []).map((comment) => cleanLine(comment.t)).filter((text) => text !== '');
}

function comments(texts: readonly string[], page: number): Block[] {
  return texts.map((text) => ({ kind: 'paragraph', text, page }));
}
