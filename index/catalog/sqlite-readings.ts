import { type Kysely, sql } from 'kysely';
import type { ReadingStore, ShareId, StoredReading } from '../../acl/index.ts';
import type { CatalogTables } from './schema.ts';

/** What permission sources read from servers, kept beside the documents so that a new process need not ask again. */
export class SqliteReadings implements ReadingStore {
  readonly #db: Kysely<CatalogTables>;

  constructor(db: Kysely<CatalogTables>) {
    this.#db = db;
  }

  async get(share: ShareId, paths: readonly string[]): Promise<ReadonlyMap<string, StoredReading>> {
    if (paths.length === 0) return new Map();
    const rows = await this.#db
      .selectFrom('readings')
      .select(['path', 'fingerprint', 'read_at', 'text'])
      .where('share', '=', share)
      .where('path', 'in', sql<string>`(select value from json_each(${JSON.stringify(paths)}))`)
      .execute();
    return new Map(
      rows.map(({ path, fingerprint, read_at, text }) => [path, { fingerprint, readAt: read_at, text }]),
    );
  }

  async put(share: ShareId, readings: ReadonlyMap<string, StoredReading>): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      for (const [path, { fingerprint, readAt, text }] of readings) {
        const values = { fingerprint, read_at: readAt, text };
        await db
          .insertInto('readings')
          .values({ share, path, ...values })
          .onConflict((conflict) => conflict.columns(['share', 'path']).doUpdateSet(values))
          .execute();
      }
    });
  }

  async dropBefore(share: ShareId, readAt: number): Promise<void> {
    await this.#db.deleteFrom('readings').where('share', '=', share).where('read_at', '<', readAt).execute();
  }
}
