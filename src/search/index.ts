/** From a question to cited passages, through both gates. */
export { checkQuote } from './check-quote.ts';
export { titleOf } from './citation.ts';
export { Explaining, type Explanation, type Step } from './explain.ts';
export { inForce } from './in-force.ts';
export { listFolder } from './list-folder.ts';
export { CHARACTERS_PER_TOKEN } from './minimise/snippet.ts';
export type { SearchResult } from './present.ts';
export { read } from './read.ts';
export type { Reranking } from './rerank.ts';
export type { Mode } from './retrieve.ts';
export {
  type Asker,
  type SearchDeps,
  type SearchQuery,
  search,
} from './search.ts';
