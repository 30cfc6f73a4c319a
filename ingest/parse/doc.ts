import type { Block } from '../document.ts';
import { OleStreams } from './ole-streams.ts';
import type { Parser } from './parser.ts';
import { textToBlocks } from './text.ts';
import {
  isEncrypted,
  isWord97,
  readLayout,
  readOldText,
  tableName,
  western,
  withoutFields,
} from './word97/layout.ts';
import { wordBlocks } from './word97/reader.ts';

const NO_TEXT = 'the Word document is damaged: its text cannot be found';
const CELL = '\u0007';
/** Fewer letters than this share of the characters is no text that was found but noise. */
const MIN_LETTERS = 0.3;

/** Word documents from Word 6 to 2003; those before 97 without their headings. Macros are never read. */
export const parseDoc: Parser = async ({ bytes }) => {
  const streams = new OleStreams(bytes);
  const main = streams.stream('WordDocument');
  if (main === null || main.length < 0x20) return { ok: false, reason: 'corrupt', detail: NO_TEXT };
  if (isEncrypted(main)) {
    return { ok: false, reason: 'encrypted', detail: 'the Word document is protected by a password' };
  }
  const blocks = isWord97(main) ? readNew(main, streams) : readOld(main);
  if (blocks === null) return { ok: false, reason: 'corrupt', detail: NO_TEXT };
  const first = blocks.find((block) => block.kind === 'heading');
  return { ok: true, document: { title: first?.text ?? null, blocks, pages: null, warnings: [] } };
};

function readNew(main: Uint8Array, streams: OleStreams): Block[] | null {
  const table = streams.stream(tableName(main)) ?? streams.stream('1Table') ?? streams.stream('0Table');
  if (table === null) return null;
  const layout = readLayout(main, table);
  if (layout.pieces.length === 0) return null;
  return wordBlocks(layout);
}

function readOld(main: Uint8Array): Block[] | null {
  const text = western(readOldText(main));
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  if (text.length > 0 && letters < text.length * MIN_LETTERS) return null;
  const shown = withoutFields(text).replaceAll(CELL, '\t');
  return textToBlocks(shown.replaceAll('\r', '\n\n'));
}
