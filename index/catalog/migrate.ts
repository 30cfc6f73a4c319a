import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { CatalogError } from './catalog.ts';
import { migrations } from './migrations.ts';
import type { CatalogTables } from './schema.ts';

/**
 * Brings the schema up to date.
 *
 * Steps are taken in one transaction of our own, under the write lock: processes that start together would take
 * them twice, and one that dies between two statements would leave a schema that no later start can mend.
 * @throws {CatalogError} when the file was written by a newer version
 */
export async function migrate(
  db: Kysely<CatalogTables>,
  path: string,
  run: (statement: string) => unknown,
): Promise<void> {
  const provider = { getMigrations: async (): Promise<Record<string, Migration>> => migrations };
  const migrator = new Migrator({ db, provider });
  const pending = (await migrator.getMigrations()).some(({ executedAt }) => executedAt === undefined);
  if (pending) run('begin immediate');
  const { error } = await migrator.migrateToLatest();
  if (pending) run(error === undefined ? 'commit' : 'rollback');
  if (error === undefined) return;
  if (error instanceof Error && error.message.includes('corrupted migrations')) {
    throw new CatalogError(
      'catalog-newer',
      `the catalog ${path} was written by a newer version of need-to-know: update this installation`,
      { cause: error },
    );
  }
  throw error;
}
