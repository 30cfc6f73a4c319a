import { parse } from 'csv-parse/sync';
import type { Warning } from '../document.ts';
import { toCell } from './header-row.ts';
import type { Parser } from './parser.ts';
import { rowsToBlocks } from './sheet-table.ts';
import { readHead } from './text-head.ts';
import { cleanLine, truncated } from './tidy.ts';

const DELIMITERS = [',', ';', '\t', '|'] as const;
const SAMPLE_LINES = 50;

/** Tables as text: delimiter and encoding found from the content, damaged quotes survived. */
export const parseCsv: Parser = async ({ bytes, limits }) => {
  const { text, cut, warnings: found } = readHead(bytes, limits.maxCharacters);
  const warnings: Warning[] = [...found];
  const delimiter = findDelimiter(text);
  const records = readRecords(text, delimiter);
  if (records.repaired) {
    warnings.push({ code: 'repaired', detail: 'quotation marks are unbalanced: read line by line' });
  }
  if (cut) {
    warnings.push(truncated(limits.maxCharacters));
  }
  const rows = records.rows.map((row) => row.map((value) => toCell(cleanLine(value))));
  return { ok: true, document: { title: null, blocks: rowsToBlocks(rows, null), pages: null, warnings } };
};

/** The delimiter that parts most lines alike; a comma in prose or in `1,5` is outvoted by consistency. */
function findDelimiter(text: string): string {
  const firstLine = /^sep=(.)\r?\n/i.exec(text)?.[1];
  if (firstLine !== undefined) return firstLine;
  const sample = unquoted(text.split(/\r?\n|\r/, SAMPLE_LINES * 2).join('\n'));
  const lines = sample
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, SAMPLE_LINES);
  let best = { delimiter: ',', score: 0 };
  for (const delimiter of DELIMITERS) {
    const counts = lines.map((line) => line.split(delimiter).length - 1);
    const score = Math.max(
      0,
      ...[...new Set(counts)]
        .filter((count) => count > 0)
        .map((count) => counts.filter((other) => other === count).length + count / 1000),
    );
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

/** Quoted cells may hold any delimiter and line end: they do not vote. */
const unquoted = (text: string): string => text.replace(/"(?:[^"]|"")*"/g, '');

function readRecords(text: string, delimiter: string): { rows: string[][]; repaired: boolean } {
  const source = text.replace(/^sep=.\r?\n/i, '');
  const options = { delimiter, relax_column_count: true, skip_empty_lines: false, bom: true } as const;
  try {
    return { rows: parse(source, { ...options, relax_quotes: true }), repaired: false };
  } catch {
    return { rows: parse(source, { ...options, quote: null }), repaired: true };
  }
}
