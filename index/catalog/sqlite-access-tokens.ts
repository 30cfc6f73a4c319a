import type { Kysely, Selectable } from 'kysely';
import { principalId } from '../../acl/index.ts';
import type { AccessTokenStore, StoredAccessToken } from './catalog.ts';
import type { CatalogTables } from './schema.ts';

export class SqliteAccessTokens implements AccessTokenStore {
  readonly #db: Kysely<CatalogTables>;

  constructor(db: Kysely<CatalogTables>) {
    this.#db = db;
  }

  async add(token: StoredAccessToken): Promise<void> {
    await this.#db
      .insertInto('access_tokens')
      .values({ ...token, scopes: JSON.stringify(token.scopes) })
      .execute();
  }

  async find(hash: string): Promise<StoredAccessToken | null> {
    const row = await this.#db
      .selectFrom('access_tokens')
      .selectAll()
      .where('hash', '=', hash)
      .executeTakeFirst();
    return row === undefined ? null : fromRow(row);
  }

  async list(): Promise<StoredAccessToken[]> {
    const rows = await this.#db.selectFrom('access_tokens').selectAll().orderBy('created').execute();
    return rows.map(fromRow);
  }

  async revoke(id: string, now: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('access_tokens')
      .set({ revoked: now })
      .where('id', '=', id)
      .where('revoked', 'is', null)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }
}

function fromRow(row: Selectable<CatalogTables['access_tokens']>): StoredAccessToken {
  return { ...row, user: principalId(row.user), scopes: JSON.parse(row.scopes) as string[] };
}
