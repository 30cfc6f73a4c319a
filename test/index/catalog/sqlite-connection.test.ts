import { join } from 'node:path';
import { Kysely, SqliteDialect, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { openSqlite } from '../../../index/catalog/sqlite-connection.ts';
import { tempFolder } from '../../support/temp-folder.ts';

interface Tables {
  things: { id: number; text: string };
}

async function opened(): Promise<Kysely<Tables>> {
  const database = openSqlite(join(tempFolder(), 'catalog.sqlite'));
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) });
  await sql`create table things (id integer primary key, text text not null)`.execute(db);
  return db;
}

const LONG = 'x'.repeat(100_000);
const idsOf = async (db: Kysely<Tables>): Promise<number[]> =>
  (await db.selectFrom('things').select('id').orderBy('id').execute()).map(({ id }) => id);

describe('a connection to SQLite', () => {
  it('tells why a transaction failed, also where SQLite has ended it by itself', async () => {
    const db = await opened();
    await sql`pragma max_page_count = 10`.execute(db);
    const write = db.transaction().execute(async (transaction) => {
      await transaction.insertInto('things').values({ id: 1, text: 'short' }).execute();
      await transaction.insertInto('things').values({ id: 2, text: LONG }).execute();
    });
    await expect(write).rejects.toThrow('database or disk is full');
    expect(await idsOf(db)).toEqual([]);
    await db.destroy();
  });

  it('gives what is there now, each time the same question is asked', async () => {
    const db = await opened();
    for (const id of [1, 2, 3]) {
      await db.insertInto('things').values({ id, text: '' }).execute();
      expect(await idsOf(db)).toHaveLength(id);
    }
    await db.destroy();
  });

  it('gives all rows again after a reading row by row that was given up', async () => {
    const db = await opened();
    for (const id of [1, 2, 3]) await db.insertInto('things').values({ id, text: '' }).execute();
    expect(await idsOf(db)).toEqual([1, 2, 3]);
    const query = db.selectFrom('things').select('id').orderBy('id');
    for await (const { id } of query.stream()) if (id === 1) break;
    expect(await idsOf(db)).toEqual([1, 2, 3]);
    await db.destroy();
  });

  it('sees columns that were added after a question was first asked', async () => {
    const db = await opened();
    await db.insertInto('things').values({ id: 1, text: 'a' }).execute();
    const all = () => db.selectFrom('things').selectAll().execute();
    expect(await all()).toEqual([{ id: 1, text: 'a' }]);
    await sql`alter table things add column more text`.execute(db);
    expect(await all()).toEqual([{ id: 1, text: 'a', more: null }]);
    await db.destroy();
  });
});
