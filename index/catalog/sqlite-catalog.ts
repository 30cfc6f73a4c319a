import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Kysely, SqliteDialect, sql } from 'kysely';
import {
  type Descriptor,
  descriptorHash,
  type Scope,
  type ScopeId,
  type ShareId,
  scopeId,
  shareId,
} from '../../acl/index.ts';
import { LANGUAGES, type Language, type QuarantineReason } from '../../ingest/index.ts';
import {
  type Catalog,
  type CatalogDocument,
  CatalogError,
  type DocumentId,
  type Outcome,
  type OutcomeCount,
  type PassRecord,
  type ScopeMove,
} from './catalog.ts';
import { fromRow, toRow } from './document-rows.ts';
import { migrate } from './migrate.ts';
import type { CatalogTables } from './schema.ts';
import { SqliteAccessTokens } from './sqlite-access-tokens.ts';
import { openSqlite } from './sqlite-connection.ts';
import { SqliteDirectory } from './sqlite-directory.ts';
import { SqliteLease } from './sqlite-lease.ts';

/** Bound variables in one statement; SQLite's own limit is higher. */
const BATCH = 500;
/** Keys of `meta` that hold until when the permissions of a share count. */
const PERMISSIONS_UNTIL = 'permissions-until:';

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
    throw new CatalogError(
      'catalog-unavailable',
      `the catalog ${path} cannot be opened (${(error as Error).message}): check that the data folder exists, is writable and has free space`,
      { cause: error },
    );
  }
}

/** The catalog in one SQLite file, shared by the processes of one machine. */
export class SqliteCatalog implements Catalog {
  readonly #db: Kysely<CatalogTables>;
  readonly #scopes = new Map<ScopeId, Scope>();
  #newestScope = 0;
  readonly directory: SqliteDirectory;
  readonly accessTokens: SqliteAccessTokens;
  readonly lease: SqliteLease;

  constructor(db: Kysely<CatalogTables>) {
    this.#db = db;
    this.directory = new SqliteDirectory(db);
    this.accessTokens = new SqliteAccessTokens(db);
    this.lease = new SqliteLease(db);
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

  async listDocuments(query: {
    share: ShareId;
    under: string;
    after: string;
    limit: number;
  }): Promise<CatalogDocument[]> {
    return (await this.#listing(query).execute()).map(fromRow);
  }

  async listReadable(query: {
    share: ShareId;
    under: string;
    after: string;
    limit: number;
    scopes: readonly ScopeId[];
  }): Promise<CatalogDocument[]> {
    const rows = await this.#listing(query)
      .where('revision', 'is not', null)
      .where('scope', 'in', sql<number>`(select value from json_each(${JSON.stringify(query.scopes)}))`)
      .execute();
    return rows.map(fromRow);
  }

  #listing({ share, under, after, limit }: { share: ShareId; under: string; after: string; limit: number }) {
    const listing = this.#db
      .selectFrom('documents')
      .selectAll()
      .where('share', '=', share)
      .where('path', '>', after)
      .orderBy('path')
      .limit(limit);
    // `0` is the character after `/`: everything below the folder and nothing beside it.
    return under === '' ? listing : listing.where('path', '>=', `${under}/`).where('path', '<', `${under}0`);
  }

  async scopes(): Promise<ReadonlyMap<ScopeId, Scope>> {
    const rows = await this.#db
      .selectFrom('scopes')
      .select(['id', 'descriptor'])
      .where('id', '>', this.#newestScope)
      .orderBy('id')
      .execute();
    for (const row of rows) {
      const id = scopeId(row.id);
      this.#newestScope = row.id;
      this.#scopes.set(id, { id, descriptor: JSON.parse(row.descriptor) as Descriptor });
    }
    return this.#scopes;
  }

  async permissionsUntil(): Promise<ReadonlyMap<ShareId, number>> {
    const rows = await this.#db
      .selectFrom('meta')
      .selectAll()
      .where('key', '>=', PERMISSIONS_UNTIL)
      .where('key', '<', `${PERMISSIONS_UNTIL}~`)
      .execute();
    return new Map(
      rows.map(({ key, value }) => [shareId(key.slice(PERMISSIONS_UNTIL.length)), Number(value)]),
    );
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

  async lastPass(): Promise<PassRecord | null> {
    const row = await this.#db
      .selectFrom('passes')
      .select(['started', 'finished', 'summary'])
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row ?? null;
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
    const rows = JSON.stringify(moves.map(({ document, scope }) => [document, scope]));
    await sql`update documents set scope = move.value ->> 1
      from json_each(${rows}) as move where documents.id = move.value ->> 0`.execute(this.#db);
  }

  async markLabelled(ids: readonly DocumentId[]): Promise<void> {
    if (ids.length === 0) return;
    await sql`update documents set labelled_scope = scope, labelled_path = path
      where id in (select value from json_each(${JSON.stringify(ids)}))`.execute(this.#db);
  }

  async setPermissionsUntil(share: ShareId, time: number | null): Promise<void> {
    if (time !== null) await this.setMeta(`${PERMISSIONS_UNTIL}${share}`, String(time));
    else await this.#db.deleteFrom('meta').where('key', '=', `${PERMISSIONS_UNTIL}${share}`).execute();
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

  async intern(descriptor: Descriptor): Promise<ScopeId> {
    const hash = descriptorHash(descriptor);
    const known = await this.#db
      .selectFrom('scopes')
      .select('id')
      .where('hash', '=', hash)
      .executeTakeFirst();
    if (known !== undefined) return scopeId(known.id);
    const values = { hash, share: descriptor.share, descriptor: JSON.stringify(descriptor) };
    // Two files with one list may come here at once: the second finds the first's row.
    await this.#db
      .insertInto('scopes')
      .values(values)
      .onConflict((conflict) => conflict.column('hash').doNothing())
      .execute();
    const { id } = await this.#db
      .selectFrom('scopes')
      .select('id')
      .where('hash', '=', hash)
      .executeTakeFirstOrThrow();
    return scopeId(id);
  }

  async setMeta(key: string, value: string): Promise<void> {
    await this.#db
      .insertInto('meta')
      .values({ key, value })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
      .execute();
  }

  async beginPass(started: number): Promise<number> {
    const row = await this.#db
      .insertInto('passes')
      .values({ started, finished: null, summary: null })
      .returning('id')
      .executeTakeFirstOrThrow();
    return row.id;
  }

  async endPass(pass: number, finished: number, summary: string): Promise<void> {
    await this.#db.updateTable('passes').set({ finished, summary }).where('id', '=', pass).execute();
  }

  async forgetHashes(): Promise<void> {
    await this.#db.updateTable('documents').set({ hash: null, modified: -1 }).execute();
  }

  async close(): Promise<void> {
    await this.#db.destroy();
  }
}
