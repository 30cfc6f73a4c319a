import type { Kysely } from 'kysely';
import {
  type Descriptor,
  descriptorHash,
  type Scope,
  type ScopeId,
  type ShareId,
  scopeId,
  shareId,
} from '../../acl/index.ts';
import type { CatalogTables } from './schema.ts';

/** Keys of `meta` that hold until when the permissions of a share count. */
const PERMISSIONS_UNTIL = 'permissions-until:';

/** Permissions and the numbers that stand for them. */
export class SqliteScopes {
  readonly #db: Kysely<CatalogTables>;
  readonly #known = new Map<ScopeId, Scope>();
  #newest = 0;

  constructor(db: Kysely<CatalogTables>) {
    this.#db = db;
  }

  async all(): Promise<ReadonlyMap<ScopeId, Scope>> {
    const rows = await this.#db
      .selectFrom('scopes')
      .select(['id', 'descriptor'])
      .where('id', '>', this.#newest)
      .orderBy('id')
      .execute();
    for (const row of rows) {
      const id = scopeId(row.id);
      this.#newest = row.id;
      this.#known.set(id, { id, descriptor: JSON.parse(row.descriptor) as Descriptor });
    }
    return this.#known;
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

  async setPermissionsUntil(share: ShareId, time: number | null): Promise<void> {
    if (time !== null)
      await this.#db
        .insertInto('meta')
        .values({ key: `${PERMISSIONS_UNTIL}${share}`, value: String(time) })
        .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: String(time) }))
        .execute();
    else await this.#db.deleteFrom('meta').where('key', '=', `${PERMISSIONS_UNTIL}${share}`).execute();
  }
}
