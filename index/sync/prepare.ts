import type { ReadOutcome } from '../../ingest/index.ts';
import type { CatalogDocument, RevisionId } from '../catalog/catalog.ts';
import type { StoredChunk } from '../store/chunk-store.ts';
import { fileFields, mainLanguage } from './document-fields.ts';
import type { SeenFile } from './plan.ts';
import { passageContext, revisionOf, storedChunk } from './revision.ts';

/** One document as it will be written: its row, and its chunks unless they are stored already. */
export interface Prepared {
  readonly seen: SeenFile;
  readonly document: CatalogDocument;
  readonly chunks: readonly StoredChunk[];
  /** Text that stands for each chunk before an embedder. */
  readonly texts: readonly string[];
  readonly warnings: number;
}

/** What reading a file gave as rows of the catalog and the store. `base` is the document before, or a blank one. */
export function prepare(
  base: CatalogDocument,
  seen: SeenFile,
  read: Extract<ReadOutcome, { kind: 'read' }>,
  { generation, now }: { readonly generation: number; readonly now: number },
): Prepared {
  const revision: RevisionId = revisionOf(base.id, read.hash, generation);
  // The same revision is already stored: adding it again would double its chunks. They keep the labels they have.
  const stored = base.revision === revision;
  const document: CatalogDocument = {
    ...base,
    ...fileFields(seen.file),
    hash: read.hash,
    revision,
    scope: seen.scope,
    labelledScope: stored ? base.labelledScope : seen.scope,
    labelledPath: stored ? base.labelledPath : seen.file.path,
    outcome: read.chunks.length > 0 ? 'indexed' : 'no-text',
    reason: null,
    detail: null,
    type: read.type,
    title: read.title,
    language: mainLanguage(read.chunks),
    pages: read.pages,
    chunks: read.chunks.length,
    characters: read.characters,
    warnings: read.warnings,
    indexedAt: now,
  };
  const chunks = stored ? [] : read.chunks;
  return {
    seen,
    document,
    chunks: chunks.map((chunk) => storedChunk(document, revision, chunk)),
    texts: chunks.map((chunk) => `${passageContext(document, chunk)}\n${chunk.text}`),
    warnings: read.warnings.length,
  };
}
