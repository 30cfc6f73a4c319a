import type { Kysely } from 'kysely';
import type {
  DirectoryGroup,
  DirectorySnapshot,
  DirectoryStore,
  DirectoryUser,
  PrincipalId,
  StoredDirectory,
  SyncRecord,
} from '../../acl/index.ts';
import type { DirectoryLog } from './catalog.ts';
import type { CatalogTables } from './schema.ts';

/** How many sync records are kept. */
const KEPT_SYNCS = 1_000;

export class SqliteDirectory implements DirectoryStore, DirectoryLog {
  readonly #db: Kysely<CatalogTables>;
  #remembered: { readonly version: number; readonly snapshot: DirectorySnapshot } | null = null;

  constructor(db: Kysely<CatalogTables>) {
    this.#db = db;
  }

  async current(): Promise<StoredDirectory | null> {
    const head = await this.#db
      .selectFrom('directory_snapshot')
      .select(['version', 'confirmed_at', 'fingerprint', 'source'])
      .executeTakeFirst();
    if (head === undefined) return null;
    if (this.#remembered?.version !== head.version) this.#remembered = await this.#load();
    if (this.#remembered === null) return null;
    const snapshot = { ...this.#remembered.snapshot, confirmedAt: head.confirmed_at };
    return { snapshot, fingerprint: head.fingerprint, source: head.source ?? '' };
  }

  async #load(): Promise<{ version: number; snapshot: DirectorySnapshot } | null> {
    const row = await this.#db.selectFrom('directory_snapshot').selectAll().executeTakeFirst();
    if (row === undefined) return null;
    const snapshot: DirectorySnapshot = {
      users: new Map(JSON.parse(row.users) as [PrincipalId, DirectoryUser][]),
      groups: new Map(JSON.parse(row.groups) as [PrincipalId, DirectoryGroup][]),
      groupsOf: new Map(JSON.parse(row.groups_of) as [PrincipalId, PrincipalId[]][]),
      confirmedAt: row.confirmed_at,
    };
    return { version: row.version, snapshot };
  }

  async replace(snapshot: DirectorySnapshot, sync: SyncRecord): Promise<void> {
    const values = {
      confirmed_at: snapshot.confirmedAt,
      fingerprint: sync.fingerprint,
      source: sync.source,
      users: JSON.stringify([...snapshot.users]),
      groups: JSON.stringify([...snapshot.groups]),
      groups_of: JSON.stringify([...snapshot.groupsOf]),
    };
    await this.#db.transaction().execute(async (db) => {
      await db
        .insertInto('directory_snapshot')
        .values({ only: 1, version: 1, ...values })
        .onConflict((conflict) =>
          conflict
            .column('only')
            .doUpdateSet((row) => ({ ...values, version: row('directory_snapshot.version', '+', 1) })),
        )
        .execute();
      await db.insertInto('directory_syncs').values(sync).execute();
    });
  }

  async note(sync: SyncRecord): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      if (sync.outcome === 'confirmed') {
        await db.updateTable('directory_snapshot').set({ confirmed_at: sync.at }).execute();
      }
      const { id } = await db
        .insertInto('directory_syncs')
        .values(sync)
        .returning('id')
        .executeTakeFirstOrThrow();
      await db
        .deleteFrom('directory_syncs')
        .where('id', '<', id - KEPT_SYNCS)
        .execute();
    });
  }

  async lastSyncs(limit: number): Promise<SyncRecord[]> {
    const rows = await this.#db
      .selectFrom('directory_syncs')
      .select(['source', 'at', 'outcome', 'fingerprint', 'detail'])
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
    return rows.map((row) => ({ ...row, outcome: row.outcome as SyncRecord['outcome'] }));
  }
}
