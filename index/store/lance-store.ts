import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, connect, Index, Session, type Table } from '@lancedb/lancedb';
import type { DocumentId, RevisionId } from '../catalog/catalog.ts';
import { documentId, revisionId } from '../catalog/catalog.ts';
import {
  type ChunkLabel,
  type ChunkRow,
  type ChunkStore,
  ChunkStoreError,
  type LexicalTerm,
  type RowFilter,
  type StoredChunk,
} from './chunk-store.ts';
import { filterSql, quote } from './lance-filter.ts';
import { termsQuery } from './lance-query.ts';
import { type ChunkRecord, chunkSchema, fromRecord, ROW_COLUMNS, toRecord } from './lance-schema.ts';

export interface LanceOptions {
  /** Folder on a local disk. */
  readonly folder: string;
  /** One table for each embedder: vectors of two models never stand in one column. */
  readonly table: string;
  /** Dimensions of the vectors; null for a lexical index. */
  readonly dimensions: number | null;
  /** Bytes the store may keep in memory for indices. */
  readonly indexCacheBytes?: number;
}

/** How often and after how many milliseconds a table that is just being made is looked at again. */
const OPEN_TRIES = 20;
const OPEN_WAIT_MS = 100;
const INDEX_CACHE = 256 * 1_048_576;
const METADATA_CACHE = 64 * 1_048_576;
/** Rows that match at all are ranked against vectors only from this many on; below it all are compared. */
const EXACT_BELOW = 20_000;
const ANN_PROBES = 40;
const ANN_REFINE = 30;
/** An approximate index is built from this many rows on; a flat scan is faster below. */
const VECTOR_INDEX_FROM = 50_000;
/** Documents whose labels change in one write: every write is a new version of the table. */
const RELABEL_BATCH = 1_000;
/** Documents given paths of their own in one update. */
const PLACE_BATCH = 250;
/** Documents named in one deletion. */
const DELETE_BATCH = 1_000;
/** Old versions are dropped at once: readers open a version only for the length of one query. */
const KEEP_VERSIONS_MS = 10 * 60_000;

/** Terms are folded, stemmed and filtered by our own analysis; the store only splits them at white space. */
const TERMS_INDEX = {
  baseTokenizer: 'whitespace',
  lowercase: false,
  stem: false,
  removeStopWords: false,
  asciiFolding: false,
  withPosition: false,
  maxTokenLength: 80,
} as const;

/**
 * Opens the chunk table, making it when it is not there.
 * @throws {ChunkStoreError} when the folder cannot be used or the table has other dimensions
 */
export async function openLanceStore(options: LanceOptions): Promise<LanceStore> {
  try {
    const session = new Session(BigInt(options.indexCacheBytes ?? INDEX_CACHE), BigInt(METADATA_CACHE));
    // 0: every query sees what other processes have written.
    const db = await connect(options.folder, { readConsistencyInterval: 0 }, session);
    const table = await openTable(db, options);
    await checkDimensions(table, options);
    return new LanceStore(db, table, options);
  } catch (error) {
    if (error instanceof ChunkStoreError) throw error;
    throw new ChunkStoreError(
      'store-unavailable',
      `the chunk store ${options.folder} cannot be opened (${(error as Error).message}): check that the data folder is on a local disk, is writable and has free space`,
      { cause: error },
    );
  }
}

/** Opens or makes the table; one that another process is just making is waited for. */
async function openTable(db: Connection, options: LanceOptions): Promise<Table> {
  for (let tries = 1; ; tries += 1) {
    const present = (await db.tableNames()).includes(options.table);
    try {
      return await (present ? db.openTable(options.table) : createTable(db, options));
    } catch (error) {
      if (tries === OPEN_TRIES || !(await db.tableNames()).includes(options.table)) throw error;
      await sleep(OPEN_WAIT_MS);
    }
  }
}

async function createTable(db: Connection, { table: name, dimensions }: LanceOptions): Promise<Table> {
  // Never with stable row ids: a list index keeps matching labels that were updated away.
  const table = await db.createEmptyTable(name, chunkSchema(dimensions));
  await completeIndices(table);
  return table;
}

/** Makes the indices that are missing: a process may have died before it made them all. */
async function completeIndices(table: Table): Promise<void> {
  const present = (await table.listIndices()).flatMap(({ columns }) => columns);
  for (const column of ['scope', 'document', 'terms', 'head_terms']) {
    if (present.includes(column)) continue;
    const config = column.endsWith('terms') ? Index.fts(TERMS_INDEX) : Index.btree();
    await table.createIndex(column, { config });
  }
}

async function checkDimensions(table: Table, { folder, dimensions }: LanceOptions): Promise<void> {
  const schema = await table.schema();
  const field = schema.fields.find(({ name }) => name === 'vector');
  const stored = field === undefined ? null : (field.type as { listSize: number }).listSize;
  if (stored === dimensions) return;
  const has = stored === null ? 'no vectors' : `vectors of ${stored} dimensions`;
  const wants = dimensions === null ? 'none' : `${dimensions}`;
  throw new ChunkStoreError(
    'store-mismatch',
    `the index in ${folder} holds ${has} but the configuration wants ${wants}: run \`ntk ingest --rebuild\``,
  );
}

/** Chunks in one LanceDB table on a local disk. */
export class LanceStore implements ChunkStore {
  readonly #db: Connection;
  readonly #options: LanceOptions;
  readonly #table: Table;

  constructor(db: Connection, table: Table, options: LanceOptions) {
    this.#db = db;
    this.#table = table;
    this.#options = options;
  }

  async lexical(
    terms: readonly LexicalTerm[],
    filter: RowFilter,
    limit: number,
    demanded: readonly (readonly string[])[] = [],
  ): Promise<ChunkRow[]> {
    const where = filterSql(filter);
    if (where === null || terms.length === 0) return [];
    const rows = await this.#table
      .query()
      .fullTextSearch(termsQuery(terms, demanded))
      .where(where)
      .select([...ROW_COLUMNS, '_score'])
      .limit(limit)
      .toArray();
    return rows.map(fromRecord);
  }

  async nearest(vector: Float32Array, filter: RowFilter, limit: number): Promise<ChunkRow[]> {
    const where = filterSql(filter);
    if (where === null || this.#options.dimensions === null) return [];
    // A narrow caller's rows are compared one by one: an approximate index would lose some of them.
    const few = (await this.#table.countRows(where)) < EXACT_BELOW;
    const query = this.#table
      .query()
      .nearestTo(vector)
      .distanceType('dot')
      .where(where)
      .select([...ROW_COLUMNS, '_distance'])
      .limit(limit);
    if (few) query.bypassVectorIndex();
    // This order: raising the minimum above the old maximum is refused.
    else query.maximumNprobes(0).minimumNprobes(ANN_PROBES).refineFactor(ANN_REFINE);
    return (await query.toArray()).map(fromRecord);
  }

  async revision(
    document: DocumentId,
    revision: RevisionId,
    from: number,
    limit: number,
  ): Promise<ChunkRow[]> {
    const rows: ChunkRecord[] = await this.#table
      .query()
      .where(
        `document = ${quote(document)} AND revision = ${quote(revision)} AND ordinal >= ${from} AND ordinal < ${from + limit}`,
      )
      .select(ROW_COLUMNS)
      .toArray();
    return rows.map(fromRecord).sort((a, b) => a.ordinal - b.ordinal);
  }

  async add(chunks: readonly StoredChunk[]): Promise<void> {
    const { dimensions } = this.#options;
    // The store itself takes a vector of another length without a word.
    const wrong = chunks.find(({ vector }) => (vector?.length ?? null) !== dimensions);
    if (wrong !== undefined) {
      const message = `a vector of ${wrong.vector?.length ?? 0} numbers does not fit an index of ${dimensions ?? 0}: run \`ntk ingest --rebuild\``;
      throw new ChunkStoreError('store-mismatch', message);
    }
    if (chunks.length > 0) await this.#table.add(chunks.map(toRecord));
  }

  async retain(keep: ReadonlyMap<DocumentId, RevisionId | null>): Promise<void> {
    const gone = [...keep].filter(([, revision]) => revision === null);
    const kept = [...keep].filter(([, revision]) => revision !== null);
    for (const entries of [gone, kept]) {
      for (let at = 0; at < entries.length; at += DELETE_BATCH) {
        const batch = entries.slice(at, at + DELETE_BATCH);
        const documents = batch.map(([document]) => quote(document)).join(',');
        // A revision belongs to one document, so that the revisions kept may stand in one list.
        const current = batch.flatMap(([, revision]) => (revision === null ? [] : [quote(revision)]));
        const but = current.length === 0 ? '' : ` AND revision NOT IN (${current.join(',')})`;
        await this.#table.delete(`document IN (${documents})${but}`);
      }
    }
  }

  async relabel(labels: readonly ChunkLabel[]): Promise<void> {
    const byScope = new Map<number, string[]>();
    for (const { document, scope } of labels) {
      const same = byScope.get(scope) ?? [];
      same.push(quote(document));
      byScope.set(scope, same);
    }
    for (const [scope, documents] of byScope) {
      for (let at = 0; at < documents.length; at += RELABEL_BATCH) {
        const where = `document IN (${documents.slice(at, at + RELABEL_BATCH).join(',')})`;
        await this.#table.update({ where, values: { scope } });
      }
    }
    const places = labels.flatMap(({ document, place }) =>
      place === null ? [] : [{ document: quote(document), ...place }],
    );
    for (let at = 0; at < places.length; at += PLACE_BATCH) {
      await this.#table.update(placing(places.slice(at, at + PLACE_BATCH)));
    }
  }

  async *revisions(): AsyncIterable<{ document: DocumentId; revision: RevisionId }> {
    // Every revision has a chunk with ordinal 0.
    const query = this.#table.query().where('ordinal = 0').select(['document', 'revision']);
    for await (const batch of query) {
      for (const row of batch) {
        yield { document: documentId(row['document']), revision: revisionId(row['revision']) };
      }
    }
  }

  async optimise(): Promise<void> {
    await completeIndices(this.#table);
    await this.#table.optimize({ cleanupOlderThan: new Date(Date.now() - KEEP_VERSIONS_MS) });
    if (this.#options.dimensions === null) return;
    const indexed = (await this.#table.listIndices()).some(({ columns }) => columns.includes('vector'));
    if (!indexed && (await this.#table.countRows()) >= VECTOR_INDEX_FROM) {
      await this.#table.createIndex('vector', { config: Index.ivfRq({ distanceType: 'dot' }) });
    }
  }

  async dropOthers(): Promise<void> {
    for (const name of await this.#db.tableNames()) {
      if (name !== this.#options.table) await this.#db.dropTable(name);
    }
  }

  async ping(): Promise<void> {
    await this.#table.version();
  }

  async close(): Promise<void> {
    this.#table.close();
    this.#db.close();
  }
}

/**
 * One update for many documents: each update writes a version of the table, and thousands of them take minutes. Lance
 * knows no CASE, so each row looks its value up by the place of its document in a list.
 */
function placing(
  places: readonly { readonly document: string; readonly path: string; readonly modified: number }[],
) {
  const documents = places.map(({ document }) => document).join(',');
  const at = `CAST(array_position(make_array(${documents}), document) AS BIGINT)`;
  const lookUp = (values: readonly string[]): string =>
    `array_element(make_array(${values.join(',')}), ${at})`;
  return {
    where: `document IN (${documents})`,
    valuesSql: {
      path: lookUp(places.map(({ path }) => quote(path))),
      modified: lookUp(places.map(({ modified }) => `CAST(${modified} AS DOUBLE)`)),
    },
  };
}
