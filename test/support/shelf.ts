import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type ShareId, shareId, type Token } from '../../acl/index.ts';
import { openSqliteCatalog, type SqliteCatalog } from '../../index/catalog/sqlite-catalog.ts';
import {
  type CatalogDocument,
  documentId,
  type Embedder,
  likenessOf,
  passageTerms,
  type RevisionId,
  revisionId,
} from '../../index/index.ts';
import type { StoredChunk } from '../../index/store/chunk-store.ts';
import { type LanceStore, openLanceStore } from '../../index/store/lance-store.ts';
import type { Language } from '../../ingest/index.ts';
import type { Asker } from '../../src/search/index.ts';
import { descriptor } from './access.ts';
import { tempFolder } from './temp-folder.ts';

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** A document id made from a number, in the form that references have. */
export function idOf(n: number): string {
  const digest = createHash('sha256').update(`document ${n}`).digest();
  return [...digest.subarray(0, 16)].map((byte) => BASE32[byte % 32]).join('');
}

export interface ShelfChunk {
  readonly text: string;
  readonly section?: readonly string[];
  readonly page?: number | null;
  readonly language?: Language;
}

export interface ShelfDocument {
  readonly path: string;
  readonly share?: ShareId;
  /** Entries of its list, for example `allow user:bob`; null: nobody. */
  readonly acl: readonly string[] | null;
  readonly chunks: readonly (string | ShelfChunk)[];
  readonly title?: string | null;
  readonly type?: string;
  readonly modified?: number;
}

/** A catalog and a chunk store on disk, filled by hand. Closed when the test file has ended. */
export class Shelf {
  readonly catalog: SqliteCatalog;
  readonly store: LanceStore;
  /** Where both lie: `catalog.sqlite`, and table `chunks` in `chunks/`. */
  readonly folder: string;
  readonly #embedder: Embedder | null;
  #count = 0;

  private constructor(catalog: SqliteCatalog, store: LanceStore, folder: string, embedder: Embedder | null) {
    this.folder = folder;
    this.catalog = catalog;
    this.store = store;
    this.#embedder = embedder;
  }

  static async open(embedder: Embedder | null = null): Promise<Shelf> {
    const folder = tempFolder();
    const catalog = await openSqliteCatalog(join(folder, 'catalog.sqlite'));
    const dimensions = embedder?.dimensions ?? null;
    const store = await openLanceStore({ folder: join(folder, 'chunks'), table: 'chunks', dimensions });
    afterAll(async () => {
      await store.close();
      await catalog.close();
    });
    return new Shelf(catalog, store, folder, embedder);
  }

  /** What `search`, `read`, `checkQuote` and `listFolder` need. */
  get deps() {
    const { catalog, store: chunks } = this;
    return {
      catalog,
      chunks,
      embedder: this.#embedder,
      publicUrl: 'https://ntk.example',
      shares: [shareId('docs')],
    };
  }

  async add(...documents: readonly ShelfDocument[]): Promise<CatalogDocument[]> {
    const rows: CatalogDocument[] = [];
    const chunks: StoredChunk[] = [];
    for (const document of documents) {
      const row = await this.#row(document);
      rows.push(row);
      chunks.push(...chunksOf(row, document));
    }
    await this.store.add(await this.#withVectors(chunks));
    await this.catalog.addLanguages([...new Set(chunks.map(({ language }) => language))]);
    await this.catalog.put(rows);
    return rows;
  }

  /** One document. */
  async put(document: ShelfDocument): Promise<CatalogDocument> {
    const [row] = await this.add(document);
    if (row === undefined) throw new Error('nothing was added');
    return row;
  }

  /** Points a document to another list in the catalog only, as a pass does before it relabels the chunks. */
  async repoint(document: CatalogDocument, acl: readonly string[] | null): Promise<CatalogDocument> {
    const scope = acl === null ? null : await this.catalog.intern(descriptor(acl));
    const moved = { ...document, scope };
    await this.catalog.put([moved]);
    return moved;
  }

  async #row({ path, share, acl, chunks, title, type, modified }: ShelfDocument): Promise<CatalogDocument> {
    this.#count += 1;
    const scope = acl === null ? null : await this.catalog.intern(descriptor(acl));
    return documentRow(this.#count, {
      path,
      ...(share === undefined ? {} : { share }),
      scope,
      labelledScope: scope,
      labelledPath: path,
      title: title ?? null,
      type: type ?? 'txt',
      modified: modified ?? 1_700_000_000_000,
      chunks: chunks.length,
      outcome: chunks.length > 0 ? 'indexed' : 'no-text',
      language: 'en',
    });
  }

  async #withVectors(chunks: readonly StoredChunk[]): Promise<StoredChunk[]> {
    if (this.#embedder === null) return [...chunks];
    const vectors = await this.#embedder.embed(
      chunks.map(({ text }) => text),
      'passage',
    );
    return chunks.map((chunk, at) => ({ ...chunk, vector: vectors[at] ?? null }));
  }
}

/** A whole catalog row; `n` gives it its id. */
export function documentRow(n: number, fields: Partial<CatalogDocument> = {}): CatalogDocument {
  return {
    id: documentId(idOf(n)),
    share: shareId('docs'),
    path: `file-${n}.txt`,
    fileId: `1:${n}`,
    size: 10,
    modified: 1_000,
    changed: 1_000,
    hash: `hash-${n}`,
    revision: revisionOfNumber(n),
    scope: null,
    labelledScope: null,
    labelledPath: null,
    outcome: 'indexed',
    reason: null,
    detail: null,
    type: 'txt',
    title: null,
    language: 'en',
    pages: null,
    chunks: 1,
    characters: 10,
    warnings: [],
    indexedAt: 1_000,
    ...fields,
  };
}

export function revisionOfNumber(n: number): RevisionId {
  return revisionId(createHash('sha256').update(`revision ${n}`).digest('hex').slice(0, 16));
}

function chunksOf(row: CatalogDocument, { chunks }: ShelfDocument): StoredChunk[] {
  const { scope, revision } = row;
  if (revision === null) return [];
  let start = 0;
  return chunks.map((given, ordinal) => {
    const {
      text,
      section = [],
      page = null,
      language = 'en',
    } = typeof given === 'string' ? { text: given } : given;
    const head = passageTerms(
      [row.title ?? '', ...section, row.path.replace(/\.[^./]{1,8}$/, '').replace(/[/_-]+/g, ' ')].join(' '),
      language,
    );
    const chunk: StoredChunk = {
      document: row.id,
      revision,
      ordinal,
      // A label that no descriptor has, for documents that nobody reads.
      scope: scope ?? (999_999 as StoredChunk['scope']),
      share: row.share,
      path: row.path,
      type: row.type ?? 'txt',
      modified: row.modified,
      language,
      section,
      page,
      start,
      end: start + text.length,
      likeness: likenessOf(text, language),
      text,
      headTerms: head.join(' '),
      terms: [...head, ...head, ...passageTerms(text, language)].join(' '),
      vector: null,
    };
    start += text.length + 1;
    return chunk;
  });
}

/** Someone who asks; `current` may be replaced by a later token. */
export function asker(token: Token, current: () => Token | Promise<Token> = () => token): Asker {
  return { token, currentToken: async () => current(), signal: new AbortController().signal };
}
