import type { Kysely } from 'kysely';
import type { PassRecord } from './catalog.ts';
import type { CatalogTables } from './schema.ts';

export async function lastPass(db: Kysely<CatalogTables>): Promise<PassRecord | null> {
  const row = await db
    .selectFrom('passes')
    .select(['started', 'finished', 'summary'])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

export async function beginPass(db: Kysely<CatalogTables>, started: number): Promise<number> {
  const row = await db
    .insertInto('passes')
    .values({ started, finished: null, summary: null })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

export async function endPass(
  db: Kysely<CatalogTables>,
  pass: number,
  finished: number,
  summary: string,
): Promise<void> {
  await db.updateTable('passes').set({ finished, summary }).where('id', '=', pass).execute();
}
