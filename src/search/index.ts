/** From a question to cited passages, through both gates. */
export { checkQuote, type QuoteCheck } from './check-quote.ts';
export { parseReference, titleOf } from './citation.ts';
export { mayRead } from './gates.ts';
export { type FolderEntry, type Listing, listFolder } from './list-folder.ts';
export { type Reading, read } from './read.ts';
export type { Mode } from './retrieve.ts';
export {
  type Asker,
  type SearchAnswer,
  type SearchDeps,
  type SearchQuery,
  type SearchResult,
  search,
} from './search.ts';
export { CHARACTERS_PER_TOKEN } from './snippet.ts';
