import type { Warning } from '../document.ts';
import { dataToBlocks } from './data/blocks.ts';
import { type DataNode, leaf, MAX_DATA_DEPTH } from './data/tree.ts';
import { decodeText } from './decode.ts';
import type { ParseInput, Parser, ParserResult } from './parser.ts';
import { textToBlocks } from './text.ts';
import { headOf, truncated } from './tidy.ts';

/** JSON and JSON lines: values with the names they stand under, records alike as a table. */
export const parseJson: Parser = async (input) => jsonDocument(input, decodeText(input.bytes));

function jsonDocument(
  { limits }: ParseInput,
  decoded: { readonly text: string; readonly warnings: readonly Warning[] },
): ParserResult {
  const warnings: Warning[] = [...decoded.warnings];
  const value = parseJsonText(decoded.text);
  if (value === undefined) {
    const { text, cut } = headOf(decoded.text, limits.maxCharacters);
    warnings.push({ code: 'repaired', detail: 'it is no valid JSON: read as plain text' });
    if (cut) warnings.push(truncated(limits.maxCharacters));
    return { ok: true, document: { title: null, blocks: textToBlocks(text), pages: null, warnings } };
  }
  const { blocks, cut, tooDeep } = dataToBlocks(toNode(value, 0), limits.maxCharacters);
  if (cut) warnings.push(truncated(limits.maxCharacters));
  if (tooDeep) warnings.push(nestedTooDeep());
  return { ok: true, document: { title: null, blocks, pages: null, warnings } };
}

/** The value, that of JSON lines as a list; undefined when it is neither. */
export function parseJsonText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    if (lines.length < 2) return undefined;
    try {
      return lines.map((line) => JSON.parse(line));
    } catch {
      return undefined;
    }
  }
}

export const nestedTooDeep = (): Warning => ({
  code: 'part-skipped',
  detail: `data nested deeper than ${MAX_DATA_DEPTH} levels is left out`,
});

function toNode(value: unknown, depth: number): DataNode {
  if (value === null || value === undefined) return leaf('');
  if (typeof value !== 'object') return leaf(String(value));
  // One level more than the writer takes, so that it can tell that something was left out.
  if (depth > MAX_DATA_DEPTH + 1) return leaf('');
  if (Array.isArray(value)) return { kind: 'list', items: value.map((item) => toNode(item, depth + 1)) };
  return {
    kind: 'fields',
    entries: Object.entries(value).map(([name, inner]) => [name, toNode(inner, depth + 1)] as const),
  };
}
