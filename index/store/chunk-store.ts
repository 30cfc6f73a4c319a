import type { ScopeId, ShareId } from '../../acl/index.ts';
import type { Language } from '../../ingest/index.ts';
import type { DocumentId, RevisionId } from '../catalog/catalog.ts';
import type { RetrievalPlan } from './nearest-plan.ts';

/** A chunk as stored. `terms` are the index terms of head and text joined by spaces, `headTerms`
 * those of title, headings and path alone; `vector` is null in a lexical index. */
export interface StoredChunk {
  readonly document: DocumentId;
  readonly revision: RevisionId;
  readonly ordinal: number;
  readonly scope: ScopeId;
  readonly share: ShareId;
  readonly path: string;
  readonly type: string;
  readonly modified: number;
  readonly language: Language;
  readonly section: readonly string[];
  readonly page: number | null;
  readonly start: number;
  readonly end: number;
  /** The same for all passages that may be copies of each other; see `likenessOf`. */
  readonly likeness: string;
  readonly text: string;
  readonly headTerms: string;
  readonly terms: string;
  readonly vector: Float32Array | null;
}

/** A stored chunk without what only the index needs. */
export type KeptChunk = Omit<StoredChunk, 'vector' | 'scope' | 'type' | 'modified' | 'headTerms'>;

/** What a search needs of a chunk. Where its document stands now, the catalog says. */
export type ChunkRow = Omit<KeptChunk, 'share' | 'start' | 'end'>;

/**
 * Which rows a retrieval may look at. Applied before ranking, never after.
 * `scopes` empty means no row. Times are milliseconds since the epoch.
 */
export interface RowFilter {
  readonly scopes: readonly ScopeId[];
  readonly share?: ShareId;
  /** A file, or a folder with everything below it. */
  readonly under?: string;
  readonly types?: readonly string[];
  readonly languages?: readonly Language[];
  readonly modifiedFrom?: number;
  readonly modifiedTo?: number;
}

/** One term of a lexical query; `fuzzy` also matches terms one or two letters away. */
export interface LexicalTerm {
  readonly text: string;
  readonly weight: number;
  readonly fuzzy: boolean;
}

/**
 * Finds chunks. Order is the answer: best first; scores do not leave, for they would tell of hidden rows.
 *
 * Obligations: only rows that pass the filter are ranked; fewer than `limit` come back only when fewer pass.
 * A failure rejects.
 */
export interface ChunkReader {
  /** `demanded`: groups of terms, of each of which a row must have one. */
  lexical(
    terms: readonly LexicalTerm[],
    filter: RowFilter,
    limit: number,
    demanded?: readonly (readonly string[])[],
  ): Promise<ChunkRow[]>;
  nearest(vector: Float32Array, filter: RowFilter, limit: number): Promise<ChunkRow[]>;
  /** How a retrieval would go about it; null when nothing would be looked at. */
  plan(filter: RowFilter, limit: number): Promise<RetrievalPlan | null>;
  /** Chunks of one revision by ordinal, from `from` on. */
  revision(document: DocumentId, revision: RevisionId, from: number, limit: number): Promise<KeptChunk[]>;
}

/**
 * Writes chunks. Only the holder of the writer lease calls it, one call at a time.
 * Obligations: a call that resolved is visible to every reader's next call.
 */
export interface ChunkWriter {
  add(chunks: readonly StoredChunk[]): Promise<void>;
  /** Removes every chunk of these documents but those of the revision named (null: all of them). */
  retain(keep: ReadonlyMap<DocumentId, RevisionId | null>): Promise<void>;
  /** Gives the chunks of a document the scope, path and time it has now, without touching text or vector. */
  relabel(labels: readonly ChunkLabel[]): Promise<void>;
  /** Every document and revision that has chunks, for the sweep of orphans. */
  revisions(): AsyncIterable<{ readonly document: DocumentId; readonly revision: RevisionId }>;
  /** Compacts, brings indices up to date and drops old versions. */
  optimise(): Promise<void>;
  /** Drops what an index of another embedder left behind. */
  dropOthers(): Promise<void>;
}

export interface ChunkLabel {
  readonly document: DocumentId;
  readonly scope: ScopeId;
  /** Path and time of the file where they changed. */
  readonly place: { readonly path: string; readonly modified: number } | null;
}

export interface ChunkStore extends ChunkReader, ChunkWriter {
  /** Rejects when the store cannot be read. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The chunk store cannot be opened or used. The message ends with the mend. */
export class ChunkStoreError extends Error {
  readonly code: 'store-unavailable' | 'store-mismatch';

  constructor(code: ChunkStoreError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ChunkStoreError';
    this.code = code;
  }
}
