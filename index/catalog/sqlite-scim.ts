import { type Kysely, sql } from 'kysely';
import {
  ScimBusy,
  type ScimGroup,
  type ScimId,
  type ScimReader,
  type ScimStore,
  type ScimUser,
  type ScimWriter,
} from '../../acl/index.ts';
import type { CatalogTables } from './schema.ts';
import { groupRow, userRow } from './scim-rows.ts';
import { EVERYTHING, KEPT_CHANGES, SqliteScimReader } from './sqlite-scim-reader.ts';

/** Resources that one change names; one that touches more is noted as touching everything. */
const MAX_NAMED = 2_000;
/** SQLITE_BUSY and SQLITE_LOCKED, the low byte of their extended codes as well. */
const BUSY = new Set([5, 6]);

export class SqliteScim implements ScimStore {
  readonly #db: Kysely<CatalogTables>;

  constructor(db: Kysely<CatalogTables>) {
    this.#db = db;
  }

  async read<T>(work: (reader: ScimReader) => Promise<T>): Promise<T> {
    return orBusy(() => this.#db.transaction().execute((db) => work(new SqliteScimReader(db))));
  }

  async write<T>(now: number, work: (writer: ScimWriter) => Promise<T>): Promise<T> {
    return orBusy(() =>
      this.#db.transaction().execute(async (db) => {
        // A write before any read takes the write lock now: a transaction that reads first cannot wait for it later.
        await db
          .updateTable('scim_state')
          .set((row) => ({ changes: row('changes', '+', 1) }))
          .execute();
        const result = await work(new SqliteScimWriter(db));
        await db.updateTable('scim_state').set({ contacted: now, written: now }).execute();
        await sql`delete from scim_changes
          where change <= (select changes from scim_state) - ${KEPT_CHANGES}`.execute(db);
        return result;
      }),
    );
  }

  async contact(now: number): Promise<void> {
    await orBusy(() => this.#db.updateTable('scim_state').set({ contacted: now }).execute());
  }
}

async function orBusy<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = (error as { readonly errcode?: unknown }).errcode;
    if (typeof code === 'number' && BUSY.has(code & 0xff)) throw new ScimBusy({ cause: error });
    throw error;
  }
}

class SqliteScimWriter extends SqliteScimReader implements ScimWriter {
  async insertUser(user: ScimUser): Promise<void> {
    await this.db.insertInto('scim_users').values(userRow(user)).execute();
    await this.#changed([user.id]);
  }

  async updateUser(user: ScimUser): Promise<void> {
    await this.db.updateTable('scim_users').set(userRow(user)).where('id', '=', user.id).execute();
    await this.#changed([user.id]);
  }

  async deleteUser(id: ScimId): Promise<void> {
    await this.db.deleteFrom('scim_users').where('id', '=', id).execute();
    await this.#forget(id);
  }

  async insertGroup(group: ScimGroup): Promise<void> {
    await this.db.insertInto('scim_groups').values(groupRow(group)).execute();
    await this.#changed([group.id]);
  }

  async updateGroup(group: ScimGroup): Promise<void> {
    await this.db.updateTable('scim_groups').set(groupRow(group)).where('id', '=', group.id).execute();
    await this.#changed([group.id]);
  }

  async deleteGroup(id: ScimId): Promise<void> {
    await this.db.deleteFrom('scim_groups').where('id', '=', id).execute();
    const members = await this.db
      .deleteFrom('scim_members')
      .where('group_id', '=', id)
      .returning('member_id')
      .execute();
    await this.#changed(members.map(({ member_id }) => member_id));
    await this.#forget(id);
  }

  async addMembers(group: ScimId, ids: readonly string[]): Promise<number> {
    const { rows } = await sql<{ member_id: string }>`
      insert into scim_members (group_id, member_id)
      select distinct ${group}, value from json_each(${JSON.stringify(ids)})
      where exists (select 1 from scim_users u where u.id = value)
         or exists (select 1 from scim_groups g where g.id = value)
      on conflict do nothing
      returning member_id`.execute(this.db);
    await this.#changed(rows.map(({ member_id }) => member_id));
    return rows.length;
  }

  async removeMembers(group: ScimId, ids: readonly string[]): Promise<number> {
    const { rows } = await sql<{ member_id: string }>`
      delete from scim_members
      where group_id = ${group} and member_id in (select value from json_each(${JSON.stringify(ids)}))
      returning member_id`.execute(this.db);
    await this.#changed(rows.map(({ member_id }) => member_id));
    return rows.length;
  }

  async settle(): Promise<void> {
    await this.db.updateTable('scim_state').set({ settled: 1 }).execute();
  }

  /** Ends the memberships of a resource that is gone, and keeps its id from ever being taken for an unknown one. */
  async #forget(id: ScimId): Promise<void> {
    const left = await this.db
      .deleteFrom('scim_members')
      .where('member_id', '=', id)
      .returning('group_id')
      .execute();
    const groups = JSON.stringify(left.map(({ group_id }) => group_id));
    await this.db
      .updateTable('scim_groups')
      .set((row) => ({ version: row('version', '+', 1) }))
      .where('id', 'in', sql<string>`(select value from json_each(${groups}))`)
      .execute();
    await this.db.insertInto('scim_deleted').values({ id }).execute();
    await this.#changed([id]);
  }

  async #changed(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const named = ids.length > MAX_NAMED ? [EVERYTHING] : ids;
    await sql`insert or ignore into scim_changes (change, id)
      select (select changes from scim_state), value from json_each(${JSON.stringify(named)})`.execute(
      this.db,
    );
  }
}
