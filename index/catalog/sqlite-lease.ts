import type { Kysely } from 'kysely';
import type { Lease, LeaseStore } from './catalog.ts';
import type { CatalogTables } from './schema.ts';

const NAME = 'writer';

export class SqliteLease implements LeaseStore {
  readonly #db: Kysely<CatalogTables>;

  constructor(db: Kysely<CatalogTables>) {
    this.#db = db;
  }

  async acquire(lease: Lease, now: number): Promise<{ ok: true } | { ok: false; holder: Lease }> {
    // One statement, so that of two processes only one can win.
    const taken = await this.#db
      .insertInto('lease')
      .values({ name: NAME, ...lease })
      .onConflict((conflict) => conflict.column('name').doUpdateSet(lease).where('lease.expires', '<=', now))
      .returning('holder')
      .executeTakeFirst();
    if (taken?.holder === lease.holder) return { ok: true };
    const row = await this.#db.selectFrom('lease').selectAll().where('name', '=', NAME).executeTakeFirst();
    if (row === undefined) return this.acquire(lease, now);
    return { ok: false, holder: row };
  }

  async renew(lease: Lease): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('lease')
      .set({ expires: lease.expires })
      .where('holder', '=', lease.holder)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  async release(holder: string): Promise<void> {
    await this.#db.deleteFrom('lease').where('holder', '=', holder).execute();
  }
}
