import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Kysely, SqliteDialect, sql } from 'kysely';
import {
  type Descriptor,
  type Scope,
  type ScopeId,
  type ShareId,
  scopeId,
  shareId,
} from '../../acl/index.ts';
import { LANGUAGES, type Language, type QuarantineReason } from '../../ingest/index.ts';
import {
  type CarriedLabel,
  type Catalog,
  type CatalogDocument,
  CatalogError,
  type DocumentId,
  type DocumentRange,
  documentId,
  type Outcome,
  type OutcomeCount,
  type PassRecord,
  type ScopedDocument,
  type ScopeMove,
} from './catalog.ts';
import { distrust, forgetHashes } from './distrust.ts';
import { fromRow, toRow } from './document-rows.ts';
import { migrate } from './migrate.ts';
import { beginPass, endPass, lastPass } from './passes.ts';
import type { CatalogTables } from './schema.ts';
import { SqliteAccessTokens } from './sqlite-access-tokens.ts';
import { openSqlite } from './sqlite-connection.ts';
import { SqliteDirectory } from './sqlite-directory.ts';
import { SqliteLease } from './sqlite-lease.ts';
import { SqliteReadings } from './sqlite-readings.ts';
import { SqliteScim } from './sqlite-scim.ts';
import { SqliteScopes } from './sqlite-scopes.ts';
import { SqliteWorkQueue } from './sqlite-work-queue.ts';
import { catalogUnavailable } from './unavailable.ts';

/** Bound variables in one statement; SQLite's own limit is higher. */
const BATCH = 500;

/**
 * Opens the catalog and brings its schema up to date.
 * @throws {CatalogError} when the file cannot be used or was written by a newer version
 */
export async function openSqliteCatalog(path: string): Promise<SqliteCatalog> {
  try {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
    const database = openSqlite(path);
    const db = new Kysely<CatalogTables>({ dialect: new SqliteDialect({ database }) });
    await migrate(db, path, (statement) => database.prepare(statement).run([]));
    return new SqliteCatalog(db);
  } catch (error) {
    if (error instanceof CatalogError) throw error;
    throw catalogUnavailable(path, error as Error);
  }
}

/** The catalog in one SQLite file, shared by the processes of one machine. */
export class SqliteCatalog implements Catalog {
  readonly #db: Kysely<CatalogTables>;
  readonly #scopes: SqliteScopes;
  readonly directory: SqliteDirectory;
  readonly accessTokens: SqliteAccessTokens;
  readonly lease: SqliteLease;
  readonly scim: SqliteScim;
  readonly work: SqliteWorkQueue;
  readonly readings: SqliteReadings;

  constructor(db: Kysely<CatalogTables>) {
    this.#db = db;
    this.#scopes = new SqliteScopes(db);
    this.directory = new SqliteDirectory(db);
    this.accessTokens = new SqliteAccessTokens(db);
    this.lease = new SqliteLease(db);
    this.scim = new SqliteScim(db);
    this.work = new SqliteWorkQueue(db);
    this.readings = new SqliteReadings(db);
  }

  async documents(ids: readonly DocumentId[]): Promise<ReadonlyMap<DocumentId, CatalogDocument>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#db
      .selectFrom('documents')
      .selectAll()
      .where('id', 'in', sql<string>`(select value from json_each(${JSON.stringify(ids)}))`)
      .execute();
    return new Map(rows.map(fromRow).map((document) => [document.id, document]));
  }

  async documentAt(share: ShareId, path: string): Promise<CatalogDocument | null> {
    const row = await this.#db
      .selectFrom('documents')
      .selectAll()
      .where('share', '=', share)
      .where('path', '=', path)
      .executeTakeFirst();
    return row === undefined ? null : fromRow(row);
  }

  async documentsAt(share: ShareId, paths: readonly string[]): Promise<ReadonlyMap<string, CatalogDocument>> {
    if (paths.length === 0) return new Map();
    const rows = await this.#db
      .selectFrom('documents')
      .selectAll()
      .where('share', '=', share)
      .where('path', 'in', sql<string>`(select value from json_each(${JSON.stringify(paths)}))`)
      .execute();
    return new Map(rows.map(fromRow).map((document) => [document.path, document]));
  }

  async listDocuments(query: DocumentRange): Promise<CatalogDocument[]> {
    return (await this.#range(query).selectAll().execute()).map(fromRow);
  }

  async listReadable(
    query: DocumentRange & { readonly scopes: readonly ScopeId[] },
  ): Promise<CatalogDocument[]> {
    const rows = await this.#range(query)
      .selectAll()
      .where('revision', 'is not', null)
      .where('scope', 'in', sql<number>`(select value from json_each(${JSON.stringify(query.scopes)}))`)
      .execute();
    return rows.map(fromRow);
  }

  async listScoped(query: DocumentRange): Promise<ScopedDocument[]> {
    const rows = await this.#range(query)
      .select(['id', 'path', 'scope'])
      .where('scope', 'is not', null)
      .execute();
    return rows.flatMap(({ id, path, scope }) =>
      scope === null ? [] : [{ id: documentId(id), path, scope: scopeId(scope) }],
    );
  }

  #range({ share, under, after, limit }: DocumentRange) {
    const range = this.#db
      .selectFrom('documents')
      .where('share', '=', share)
      .where('path', '>', after)
      .orderBy('path')
      .limit(limit);
    // `0` is the character after `/`: everything below the folder and nothing beside it.
    return under === '' ? range : range.where('path', '>=', `${under}/`).where('path', '<', `${under}0`);
  }

  async unlabelled(limit: number): Promise<CatalogDocument[]> {
    const rows = await this.#db
      .selectFrom('documents')
      .selectAll()
      .where(sql<boolean>`chunks > 0 and scope is not null
        and (labelled_scope is not scope or labelled_path is not path)`)
      .limit(limit)
      .execute();
    return rows.map(fromRow);
  }

  scopes(): Promise<ReadonlyMap<ScopeId, Scope>> {
    return this.#scopes.all();
  }

  permissionsUntil(): Promise<ReadonlyMap<ShareId, number>> {
    return this.#scopes.permissionsUntil();
  }

  async counts(): Promise<readonly OutcomeCount[]> {
    const rows = await this.#db
      .selectFrom('documents')
      .select(({ fn }) => [
        'share',
        'outcome',
        'reason',
        'type',
        fn.countAll<number>().as('documents'),
        fn.sum<number>('chunks').as('chunks'),
      ])
      .groupBy(['share', 'outcome', 'reason', 'type'])
      .orderBy('share')
      .orderBy('outcome')
      .execute();
    return rows.map((row) => ({
      ...row,
      share: shareId(row.share),
      outcome: row.outcome as Outcome,
      reason: row.reason as QuarantineReason | null,
    }));
  }

  async languages(): Promise<readonly Language[]> {
    const rows = await this.#db.selectFrom('languages').select('language').execute();
    const known = new Set(rows.map(({ language }) => language));
    return LANGUAGES.filter((language) => known.has(language));
  }

  async addLanguages(languages: readonly Language[]): Promise<void> {
    if (languages.length === 0) return;
    await this.#db
      .insertInto('languages')
      .values(languages.map((language) => ({ language })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  lastPass(): Promise<PassRecord | null> {
    return lastPass(this.#db);
  }

  async meta(key: string): Promise<string | null> {
    const row = await this.#db.selectFrom('meta').select('value').where('key', '=', key).executeTakeFirst();
    return row?.value ?? null;
  }

  async put(documents: readonly CatalogDocument[]): Promise<void> {
    if (documents.length === 0) return;
    await this.#db.transaction().execute(async (db) => {
      for (const document of documents) {
        const { id, ...rest } = toRow(document);
        await db
          .insertInto('documents')
          .values({ id, ...rest })
          .onConflict((conflict) => conflict.column('id').doUpdateSet(rest))
          .execute();
      }
    });
    await this.addLanguages([...new Set(documents.flatMap(({ language }) => language ?? []))]);
  }

  async repoint(moves: readonly ScopeMove[]): Promise<void> {
    if (moves.length === 0) return;
    const rows = JSON.stringify(moves.map(({ document, scope, from }) => [document, scope, from ?? null]));
    await sql`update documents set scope = move.value ->> 1 from json_each(${rows}) as move
      where documents.id = move.value ->> 0
        and (move.value ->> 2 is null or documents.scope = move.value ->> 2)`.execute(this.#db);
  }

  async markLabelled(labels: readonly CarriedLabel[]): Promise<void> {
    if (labels.length === 0) return;
    const rows = JSON.stringify(labels.map(({ document, scope, path }) => [document, scope, path]));
    await sql`update documents set labelled_scope = label.value ->> 1, labelled_path = label.value ->> 2
      from json_each(${rows}) as label where documents.id = label.value ->> 0`.execute(this.#db);
  }

  setPermissionsUntil(share: ShareId, time: number | null): Promise<void> {
    return this.#scopes.setPermissionsUntil(share, time);
  }

  async remove(ids: readonly DocumentId[]): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      for (let at = 0; at < ids.length; at += BATCH) {
        await db
          .deleteFrom('documents')
          .where('id', 'in', ids.slice(at, at + BATCH))
          .execute();
      }
    });
  }

  intern(descriptor: Descriptor): Promise<ScopeId> {
    return this.#scopes.intern(descriptor);
  }

  async setMeta(key: string, value: string): Promise<void> {
    await this.#db
      .insertInto('meta')
      .values({ key, value })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
      .execute();
  }

  beginPass(started: number): Promise<number> {
    return beginPass(this.#db, started);
  }

  endPass(pass: number, finished: number, summary: string): Promise<void> {
    return endPass(this.#db, pass, finished, summary);
  }

  forgetHashes(which: 'all' | 'short-of-ocr' = 'all'): Promise<void> {
    return forgetHashes(this.#db, which);
  }

  async copyTo(file: string): Promise<void> {
    await sql`vacuum into ${file}`.execute(this.#db);
  }

  distrust(): Promise<void> {
    return distrust(this.#db);
  }

  async close(): Promise<void> {
    await this.#db.destroy();
  }
}
