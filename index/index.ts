/** Catalog, chunk store, embedders and the sync that fills them. LanceDB and SQLite stay behind their ports. */
export { passageTerms, type QueryTerm, queryTerms } from './analysis/analyse.ts';
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
export {
  type ChunkReader,
  type ChunkRow,
  type ChunkStore,
  ChunkStoreError,
  type LexicalTerm,
  type RowFilter,
} from './store/chunk-store.ts';
export { checkIndex, type IndexCheck, mendIndex } from './sync/check.ts';
export type { PassDeps } from './sync/deps.ts';
export type { PassEvent, PassSummary } from './sync/events.ts';
export { COMPARED, type KeepEvent, type KeepTask, keepIndex, PASS_REQUESTED } from './sync/keep.ts';
export { WriterBusy, withWriterLease } from './sync/lease.ts';
export { runPass } from './sync/pass.ts';
export { readAgainUnderNewRules } from './sync/rules.ts';
export type { SharePass } from './sync/scope-reader.ts';
export { Turn } from './sync/turn.ts';
