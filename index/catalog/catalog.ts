import type {
  Descriptor,
  DirectoryStore,
  PrincipalId,
  ReadingStore,
  ScimStore,
  Scope,
  ScopeId,
  ShareId,
  SyncRecord,
} from '../../acl/index.ts';
import type { Language, QuarantineReason, Warning } from '../../ingest/index.ts';
import type { WorkQueue } from './work-queue.ts';

declare const brand: unique symbol;

/** Opaque id of a document; survives edit, rename and move. */
export type DocumentId = string & { readonly [brand]: 'DocumentId' };
/** One content state of a document. */
export type RevisionId = string & { readonly [brand]: 'RevisionId' };

export const documentId = (value: string): DocumentId => value as DocumentId;
export const revisionId = (value: string): RevisionId => value as RevisionId;

/** `indexed` has passages; `no-text` was read and has none; `quarantined` was not read, see its reason. */
export type Outcome = 'indexed' | 'no-text' | 'quarantined';

/** One document as the catalog knows it now. */
export interface CatalogDocument {
  readonly id: DocumentId;
  readonly share: ShareId;
  readonly path: string;
  readonly fileId: string;
  readonly size: number;
  readonly modified: number;
  readonly changed: number;
  readonly hash: string | null;
  readonly revision: RevisionId | null;
  /** Null: nobody may read it. */
  readonly scope: ScopeId | null;
  readonly labelledScope: ScopeId | null;
  readonly labelledPath: string | null;
  readonly outcome: Outcome;
  readonly reason: QuarantineReason | null;
  readonly detail: string | null;
  readonly type: string | null;
  readonly title: string | null;
  readonly language: Language | null;
  readonly pages: number | null;
  readonly chunks: number;
  readonly characters: number;
  readonly warnings: readonly Warning[];
  readonly indexedAt: number;
}

/** A personal access token as stored: never the secret itself. */
export interface StoredAccessToken {
  readonly id: string;
  readonly hash: string;
  readonly user: PrincipalId;
  readonly scopes: readonly string[];
  readonly label: string | null;
  readonly created: number;
  readonly expires: number;
  readonly revoked: number | null;
}

export interface PassRecord {
  readonly started: number;
  readonly finished: number | null;
  readonly summary: string | null;
}

/**
 * What is known of documents and their permissions, read side.
 *
 * Obligations: every call sees all writes committed before it began, of this and of other processes.
 * Documents come in the order of share and path unless said otherwise. A failure rejects; it never shortens
 * an answer.
 */
export interface CatalogReader {
  documents(ids: readonly DocumentId[]): Promise<ReadonlyMap<DocumentId, CatalogDocument>>;
  documentAt(share: ShareId, path: string): Promise<CatalogDocument | null>;
  /** The documents at these paths, by path. */
  documentsAt(share: ShareId, paths: readonly string[]): Promise<ReadonlyMap<string, CatalogDocument>>;
  /** All documents of a share in pages of `limit`, after the path `after`. */
  listDocuments(query: DocumentRange): Promise<CatalogDocument[]>;
  /** As `listDocuments`, only what somebody may read, and of it only where it stands. */
  listScoped(query: DocumentRange): Promise<ScopedDocument[]>;
  /** As `listDocuments`, only what stands in one of the scopes and has a current revision. */
  listReadable(query: DocumentRange & { readonly scopes: readonly ScopeId[] }): Promise<CatalogDocument[]>;
  /** Documents whose chunks carry another scope or path than they have now, at most `limit`. */
  unlabelled(limit: number): Promise<CatalogDocument[]>;
  /** Every scope ever given, by id. Descriptors are immutable, so implementations may remember them. */
  scopes(): Promise<ReadonlyMap<ScopeId, Scope>>;
  /** Shares whose permissions count only up to a time (milliseconds since the epoch): see `setPermissionsUntil`. */
  permissionsUntil(): Promise<ReadonlyMap<ShareId, number>>;
  /** Documents by outcome and reason. */
  counts(): Promise<readonly OutcomeCount[]>;
  /** Languages that passages of the index are in, or once were. */
  languages(): Promise<readonly Language[]>;
  lastPass(): Promise<PassRecord | null>;
  meta(key: string): Promise<string | null>;
}

export interface OutcomeCount {
  readonly share: ShareId;
  readonly outcome: Outcome;
  readonly reason: QuarantineReason | null;
  readonly type: string | null;
  readonly documents: number;
  readonly chunks: number;
}

/** What the chunks of a document were labelled with. */
export interface CarriedLabel {
  readonly document: DocumentId;
  readonly scope: ScopeId | null;
  readonly path: string;
}

/** Documents of a share below a folder ('' is the root), after a path, in the order of paths. */
export interface DocumentRange {
  readonly share: ShareId;
  readonly under: string;
  readonly after: string;
  readonly limit: number;
}

export interface ScopedDocument {
  readonly id: DocumentId;
  readonly path: string;
  readonly scope: ScopeId;
}

/** A document and the scope it stands in from now on; null: nobody reads it. */
export interface ScopeMove {
  readonly document: DocumentId;
  readonly scope: ScopeId | null;
  /** Given, the document moves only if this is where it stands. */
  readonly from?: ScopeId;
}

/**
 * Write side. Only the holder of the writer lease calls it.
 *
 * Obligations: each call is one transaction. `put` replaces rows by id. `intern` gives equal descriptors the
 * same scope for ever and never gives a number twice.
 */
export interface CatalogWriter {
  put(documents: readonly CatalogDocument[]): Promise<void>;
  /** Gives documents another scope, or none, in one statement: whoever asks sees all of it done or nothing. */
  repoint(moves: readonly ScopeMove[]): Promise<void>;
  /** Notes which scope and path the chunks of documents carry, whatever the documents have by now. */
  markLabelled(labels: readonly CarriedLabel[]): Promise<void>;
  /** Until when the permissions that were read of a share may be believed; null: until they are read again. */
  setPermissionsUntil(share: ShareId, time: number | null): Promise<void>;
  remove(ids: readonly DocumentId[]): Promise<void>;
  intern(descriptor: Descriptor): Promise<ScopeId>;
  setMeta(key: string, value: string): Promise<void>;
  /** Remembers languages that passages are in; called before the passages answer. */
  addLanguages(languages: readonly Language[]): Promise<void>;
  beginPass(started: number): Promise<number>;
  endPass(pass: number, finished: number, summary: string): Promise<void>;
  /**
   * Makes files count as changed at the next pass; what is indexed stays until it is replaced. `short-of-ocr`: those
   * of which optical character recognition read something, or would have read something had it been there.
   */
  forgetHashes(which?: 'all' | 'short-of-ocr'): Promise<void>;
}

/**
 * The right to write, held by one process at a time.
 * Obligations: `acquire` succeeds only when nobody holds an unexpired lease; `renew` fails once another has taken or
 * released it, and only then: a process that stood still for a while goes on when nobody came in between.
 */
export interface LeaseStore {
  acquire(lease: Lease, now: number): Promise<{ ok: true } | { ok: false; holder: Lease }>;
  renew(lease: Lease): Promise<boolean>;
  release(holder: string): Promise<void>;
}

export interface Lease {
  readonly holder: string;
  readonly pid: number;
  readonly host: string;
  readonly expires: number;
}

/** Personal access tokens. Obligations: `find` compares hashes only; `revoke` is effective at the next `find`. */
export interface AccessTokenStore {
  add(token: StoredAccessToken): Promise<void>;
  find(hash: string): Promise<StoredAccessToken | null>;
  list(): Promise<StoredAccessToken[]>;
  revoke(id: string, now: number): Promise<boolean>;
}

/** History of directory syncs, newest first. */
export interface DirectoryLog {
  lastSyncs(limit: number): Promise<SyncRecord[]>;
}

/** Copying and trusting the catalog as a whole. */
export interface CatalogKeeping {
  /** Writes all of it, as of one moment, to a new file. */
  copyTo(file: string): Promise<void>;
  /**
   * Takes back what only the moment of writing could vouch for: nobody reads a document until its permissions are
   * read again, and no reading of a directory or of a server counts as fresh.
   */
  distrust(): Promise<void>;
}

export interface Catalog extends CatalogReader, CatalogWriter, CatalogKeeping {
  readonly directory: DirectoryStore & DirectoryLog;
  readonly accessTokens: AccessTokenStore;
  readonly lease: LeaseStore;
  /** Users and groups that an identity provider pushed. */
  readonly scim: ScimStore;
  readonly work: WorkQueue;
  /** What permission sources keep between passes. Only the holder of the writer lease puts. */
  readonly readings: ReadingStore;
  close(): Promise<void>;
}

/** The catalog cannot be opened or used. The message ends with the mend. */
export class CatalogError extends Error {
  readonly code: 'catalog-unavailable' | 'catalog-newer';

  constructor(code: CatalogError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CatalogError';
    this.code = code;
  }
}
