import type { Chunk, ReadOutcome } from '../../ingest/index.ts';
import type { CatalogDocument, RevisionId } from '../catalog/catalog.ts';
import type { StoredChunk } from '../store/chunk-store.ts';
import { fileFields, mainLanguage } from './document-fields.ts';
import type { SeenFile } from './plan.ts';
import { passageContext, readingHash, revisionOf, storedChunk } from './revision.ts';

/** One document as it will be written: its row, and its chunks unless they are stored already. */
export interface Prepared {
  readonly seen: SeenFile;
  readonly document: CatalogDocument;
  readonly revision: RevisionId;
  readonly chunks: readonly Chunk[];
  readonly warnings: number;
}

/** Some chunks in stored form, and the text that stands for each before an embedder. */
export interface Slice {
  readonly chunks: readonly StoredChunk[];
  readonly texts: readonly string[];
}

/** What reading a file gave as rows of the catalog and the store. `base` is the document before, or a blank one. */
export function prepare(
  base: CatalogDocument,
  seen: SeenFile,
  read: Extract<ReadOutcome, { kind: 'read' }>,
  { generation, now }: { readonly generation: number; readonly now: number },
): Prepared {
  const revision: RevisionId = revisionOf(base.id, readingHash(read), generation);
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
  return { seen, document, revision, chunks, warnings: read.warnings.length };
}

/**
 * The chunks of some documents in stored form, at most `most` at a time. Made as they are asked for: in stored form a
 * chunk takes many times its text, and one document may have tens of thousands.
 */
export function* slices(prepared: readonly Prepared[], most: number): Generator<Slice> {
  let chunks: StoredChunk[] = [];
  let texts: string[] = [];
  for (const { document, revision, chunks: read } of prepared) {
    for (const chunk of read) {
      chunks.push(storedChunk(document, revision, chunk));
      texts.push(`${passageContext(document, chunk)}\n${chunk.text}`);
      if (chunks.length < most) continue;
      yield { chunks, texts };
      chunks = [];
      texts = [];
    }
  }
  if (chunks.length > 0) yield { chunks, texts };
}
