import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, connect, Session, type Table } from '@lancedb/lancedb';
import type { DocumentId, RevisionId } from '../catalog/catalog.ts';
import { documentId, revisionId } from '../catalog/catalog.ts';
import {
  type ChunkLabel,
  type ChunkRow,
  type ChunkStore,
  ChunkStoreError,
  type KeptChunk,
  type LexicalTerm,
  type RowFilter,
  type StoredChunk,
} from './chunk-store.ts';
import { checkColumns, checkDimensions, refuseGone } from './lance-checks.ts';
import { filterSql, quote, scopeCondition } from './lance-filter.ts';
import { byHead, type Scored } from './lance-heads.ts';
import { completeIndices, completeVectorIndex } from './lance-indices.ts';
import { LanceNearest } from './lance-nearest.ts';
import type { LanceOptions } from './lance-options.ts';
import { termsQuery } from './lance-query.ts';
import { RowsByScope } from './lance-rows-by-scope.ts';
import {
  type ChunkRecord,
  chunkSchema,
  fromKept,
  KEPT_COLUMNS,
  type KeptRecord,
  ROW_COLUMNS,
  toRecord,
} from './lance-schema.ts';
import type { RetrievalPlan } from './nearest-plan.ts';

/** How often and after how many milliseconds a table that is just being made is looked at again. */
const OPEN_TRIES = 20;
const OPEN_WAIT_MS = 100;
const INDEX_CACHE = 640 * 1_048_576;
const METADATA_CACHE = 64 * 1_048_576;
/** Documents whose labels change in one write: every write is a new version of the table. */
const RELABEL_BATCH = 1_000;
/** Documents given paths of their own in one update. */
const PLACE_BATCH = 250;
/** Documents named in one deletion. */
const DELETE_BATCH = 1_000;
/** Old versions are dropped at once: readers open a version only for the length of one query. */
const KEEP_VERSIONS_MS = 10 * 60_000;

/**
 * Opens the chunk table, making it when it is not there.
 * @throws {ChunkStoreError} when the folder cannot be used, the table has other columns or dimensions, or is gone
 */
export async function openLanceStore(options: LanceOptions): Promise<LanceStore> {
  try {
    const session = new Session(BigInt(options.indexCacheBytes ?? INDEX_CACHE), BigInt(METADATA_CACHE));
    // 0: every query sees what other processes have written.
    const db = await connect(options.folder, { readConsistencyInterval: 0 }, session);
    await refuseGone(db, options);
    const table = await openTable(db, options);
    await checkColumns(table, options);
    await checkDimensions(table, options);
    return new LanceStore(db, table, options);
  } catch (error) {
    if (error instanceof ChunkStoreError) throw error;
    throw new ChunkStoreError(
      'store-unavailable',
      `the chunk store ${options.folder} cannot be opened (${(error as Error).message}): check that the data folder is on a local disk, is writable and has free space, and restore a backup where files are damaged`,
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

/** Chunks in one LanceDB table on a local disk. */
export class LanceStore implements ChunkStore {
  readonly #db: Connection;
  readonly #options: LanceOptions;
  readonly #table: Table;
  readonly #nearest: LanceNearest;

  constructor(db: Connection, table: Table, options: LanceOptions) {
    this.#db = db;
    this.#table = table;
    this.#options = options;
    this.#nearest = new LanceNearest(table, new RowsByScope(table, Date.now));
  }

  async lexical(
    terms: readonly LexicalTerm[],
    filter: RowFilter,
    limit: number,
    demanded: readonly (readonly string[])[] = [],
  ): Promise<ChunkRow[]> {
    const where = filterSql(filter);
    if (where === null || terms.length === 0) return [];
    const { query, scale } = termsQuery(terms, 'terms', demanded);
    const records: (ChunkRecord & Scored)[] = await this.#table
      .query()
      .fullTextSearch(query)
      .where(where)
      .select([...ROW_COLUMNS, '_score'])
      .withRowId()
      .limit(limit)
      .toArray();
    return byHead(this.#table, terms, { records, scale });
  }

  async nearest(vector: Float32Array, filter: RowFilter, limit: number): Promise<ChunkRow[]> {
    const where = filterSql(filter);
    if (where === null || this.#options.dimensions === null) return [];
    return this.#nearest.find(vector, { filter, where, limit });
  }

  async plan(filter: RowFilter, limit: number): Promise<RetrievalPlan | null> {
    const where = filterSql(filter);
    if (where === null) return null;
    const { form, values } = scopeCondition(filter.scopes);
    const vectors = this.#options.dimensions !== null;
    const nearest = vectors ? await this.#nearest.plan({ filter, where, limit }) : null;
    return { scopes: { form, values }, nearest };
  }

  async revision(
    document: DocumentId,
    revision: RevisionId,
    from: number,
    limit: number,
  ): Promise<KeptChunk[]> {
    const rows: KeptRecord[] = await this.#table
      .query()
      .where(
        `document = ${quote(document)} AND revision = ${quote(revision)} AND ordinal >= ${from} AND ordinal < ${from + limit}`,
      )
      .select(KEPT_COLUMNS)
      .toArray();
    return rows.map(fromKept).sort((a, b) => a.ordinal - b.ordinal);
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
    if (this.#options.dimensions !== null) await completeVectorIndex(this.#table);
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
    await this.#nearest.settled();
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
