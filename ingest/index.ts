/** Share -> document -> sections -> chunks. */
export { CHUNK_OPTIONS, type Chunk, type ChunkOptions, toChunks } from './chunk.ts';
export {
  type Block,
  type ParsedDocument,
  QUARANTINE_REASONS,
  type QuarantineReason,
  type Warning,
} from './document.ts';
export { detectLanguage, LANGUAGES, type Language } from './language.ts';
export { ParsePool, type PoolOptions } from './parse-pool.ts';
export type { ReadLimits, ReadOutcome, ReadRequest } from './read-document.ts';
export { toSections } from './sections.ts';
export {
  type Listed,
  type ListedFile,
  type ListedTrouble,
  listShare,
  type Share,
  ShareUnavailable,
} from './share.ts';
