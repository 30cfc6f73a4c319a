/** Catalog, chunk store, embedders and the sync that fills them. LanceDB and SQLite stay behind their ports. */
export {
  demandableForms,
  joinedTerms,
  passageTerms,
  type QueryTerm,
  queryTerms,
  swappedForms,
} from './analysis/analyse.ts';
export { type Dictionary, DictionaryError, parseDictionary } from './analysis/dictionary.ts';
export { isNear } from './analysis/near.ts';
export {
  condense,
  essence,
  gapBetween,
  HYPHEN_AT_END,
  SMALL_AT_START,
} from './analysis/quote-essence.ts';
export { isLong, likenessOf, type Said, saidIn, saysTheSame } from './analysis/same-words.ts';
export { foldedText } from './analysis/tokens.ts';
export {
  type AccessTokenStore,
  type Catalog,
  type CatalogDocument,
  CatalogError,
  type CatalogReader,
  type DocumentId,
  documentId,
  type OutcomeCount,
  type RevisionId,
  revisionId,
  type StoredAccessToken,
} from './catalog/catalog.ts';
export { type Embedder, EmbedderError } from './embed/embedder.ts';
export { type ModelProfile, profileId, profileOf } from './embed/profiles.ts';
export { type RerankProfile, rerankProfileOf } from './rerank/profiles.ts';
export { type Reranker, RerankerError } from './rerank/reranker.ts';
export {
  type ChunkReader,
  type ChunkRow,
  type ChunkStore,
  ChunkStoreError,
  type ChunkWriter,
  type LexicalTerm,
  type RowFilter,
} from './store/chunk-store.ts';
export { MovingStore } from './store/moving-store.ts';
export type { NearestPlan, RetrievalPlan } from './store/nearest-plan.ts';
export { checkIndex, type IndexCheck, mendIndex } from './sync/check.ts';
export type { PassDeps } from './sync/deps.ts';
export type { PassEvent, PassSummary } from './sync/events.ts';
export { type KeepEvent, type KeepTask, keepIndex, PASS_REQUESTED } from './sync/keep.ts';
export { WriterBusy, withWriterLease } from './sync/lease.ts';
export { copyChunks, notedMoving, noteMoving } from './sync/move.ts';
export { Pace, type Rates, tellRates, toldRates } from './sync/pace.ts';
export { COMPARED, runPass } from './sync/pass.ts';
export { type Readers, readAgainWithPrograms, rememberedReaders } from './sync/programs.ts';
export { readAgainUnderNewRules } from './sync/rules.ts';
export type { SharePass } from './sync/scope-reader.ts';
export { Turn } from './sync/turn.ts';
