import type { Kysely } from 'kysely';
import type { CatalogTables } from './schema.ts';

/** Takes back what only the moment of writing could vouch for; see `CatalogKeeping`. */
export async function distrust(catalog: Kysely<CatalogTables>): Promise<void> {
  await catalog.transaction().execute(async (db) => {
    await db.updateTable('documents').set({ scope: null }).execute();
    await db.updateTable('directory_snapshot').set({ confirmed_at: 0, fingerprint: null }).execute();
    await db.updateTable('scim_state').set({ contacted: 0 }).execute();
    await db.deleteFrom('readings').execute();
    await db.deleteFrom('lease').execute();
  });
}
