import { type Kysely, sql } from 'kysely';
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

/** Makes documents count as changed, so that they are read again; see `CatalogWriter.forgetHashes`. */
export async function forgetHashes(
  catalog: Kysely<CatalogTables>,
  which: 'all' | 'short-of-ocr',
): Promise<void> {
  if (which === 'all') {
    await catalog.updateTable('documents').set({ hash: null, modified: -1 }).execute();
    return;
  }
  await sql`update documents set hash = null, changed = -1
    where reason = 'needs-program' or exists (select 1 from json_each(documents.warnings)
      where value ->> 'code' in ('needs-program', 'no-text', 'read-by-ocr'))`.execute(catalog);
}
