import type { Block } from '../document.ts';
import { isUnmarkedHeader } from './header-row.ts';

/**
 * A table of a word processor: the first row names the columns where it is marked so (`heads` rows are), or where
 * it plainly is a header.
 */
export function tableBlock(rows: readonly (readonly string[])[], heads: number): Block {
  const named = (heads > 0 && rows.length > 1) || isUnmarkedHeader(rows);
  const [first = []] = rows;
  return { kind: 'table', header: named ? first : [], rows: named ? rows.slice(1) : rows, page: null };
}
