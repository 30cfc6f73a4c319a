import type { Warning } from '../document.ts';
import type { Parser } from './parser.ts';
import { RtfReader } from './rtf/reader.ts';
import { rtfTokens } from './rtf/tokens.ts';
import { cleanLine, meaningfulTitle } from './tidy.ts';

/**
 * Rich text (RTF 1.9.1): headings by outline level and style name, lists, tables, notes, running heads; each
 * font in its own code page. Pictures, embedded objects, fields' instructions and hidden text are passed over.
 */
export const parseRtf: Parser = async ({ bytes }) => {
  const reader = new RtfReader();
  for (const token of rtfTokens(bytes)) reader.take(token);
  const cut = reader.open > 0;
  reader.finish();
  const { blocks } = reader;
  const warnings: Warning[] = cut ? [{ code: 'repaired', detail: 'the end of the file is missing' }] : [];
  const first = blocks.find((block) => block.kind === 'heading');
  const title = meaningfulTitle(cleanLine(reader.title)) ?? first?.text ?? null;
  return { ok: true, document: { title, blocks, pages: null, warnings } };
};
