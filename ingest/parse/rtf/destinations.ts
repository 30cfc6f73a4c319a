import { READ_DESTINATIONS, SKIPPED_DESTINATIONS } from './words.ts';

/** Where the text of a group goes. */
export type Flow = 'body' | 'note' | 'header' | 'info' | 'title' | 'fonts' | 'styles' | 'bullet' | 'none';

const HEADERS = new Set([
  'header',
  'headerl',
  'headerr',
  'headerf',
  'footer',
  'footerl',
  'footerr',
  'footerf',
]);

/** Where the text of the destination goes; null when the word is none. */
export function destinationFlow(word: string, starred: boolean, around: Flow): Flow | null {
  if (around === 'none') return 'none';
  if (word === 'fonttbl') return 'fonts';
  if (word === 'stylesheet') return 'styles';
  if (around === 'fonts') return starred ? 'none' : null;
  // Styles of characters and sections are marked; their names mean no heading.
  if (around === 'styles') return starred ? 'none' : null;
  if (word === 'info') return 'info';
  if (around === 'info') return word === 'title' ? 'title' : 'none';
  if (word === 'footnote' || word === 'annotation') return 'note';
  if (HEADERS.has(word)) return 'header';
  if (word === 'pntext' || word === 'listtext') return 'bullet';
  if (SKIPPED_DESTINATIONS.has(word)) return 'none';
  return starred && !READ_DESTINATIONS.has(word) ? 'none' : null;
}
