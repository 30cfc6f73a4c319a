/** Share -> document -> sections -> chunks. */
export { CHUNK_OPTIONS, type Chunk, toChunks } from './chunk.ts';
export type {
  Block,
  QuarantineReason,
  Warning,
} from './document.ts';
export type { FileReader } from './file-reader.ts';
export { ignoreRules } from './ignore.ts';
export { detectLanguage } from './language.ts';
export { LANGUAGES, type Language } from './languages.ts';
export { listShare, lookAt, rootOf, stillAt } from './list-share.ts';
export { isDetectedType } from './parse/detected-types.ts';
export type { ParsePrograms } from './parse/parser.ts';
export { ParsePool, type PoolOptions } from './parse-pool.ts';
export { type FilePolicy, READ_ALL } from './policy.ts';
export { type ProgramsInUse, programsInUse } from './programs.ts';
export type { ReadLimits, ReadOutcome, ReadRequest } from './read-document.ts';
export { askClamd } from './scan/ask-clamd.ts';
export { scanWithClamd } from './scan/clamd.ts';
export { ScanningReader } from './scan/scanning-reader.ts';
export { toSections } from './sections.ts';
export { type Listed, type ListedFile, type ListedTrouble, type Share, ShareUnavailable } from './share.ts';
export { countFolders, watchLimit } from './watch/folder-count.ts';
export { networkMount } from './watch/network-mounts.ts';
export { type FolderWatch, watchFolder } from './watch/watch-folder.ts';
