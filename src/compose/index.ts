/** The composition root: the only place that constructs parts and joins them. `serving.ts` loads the web server. */
export { type Answering, openAnswering } from './answering.ts';
export { BackupError, backUp, restore } from './backup.ts';
export { type Core, openCore } from './core.ts';
export { evaluateSet, usualMode } from './evaluating.ts';
export { DirectoryError, ingest, readingPrograms } from './ingesting.ts';
export { type AskedPass, askForPass, KeeperGone, keepsIndex, startIndexKeeping } from './keeping-index.ts';
export { agreement, mend } from './mending.ts';
export { rerankProfile } from './reranking.ts';
