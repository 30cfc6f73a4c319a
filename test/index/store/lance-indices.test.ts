import { connect, type Table } from '@lancedb/lancedb';
import { describe, expect, it } from 'vitest';
import { completeVectorIndex } from '../../../index/store/lance-indices.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const SIZES = { from: 300, outgrown: 4 };
const DIMENSIONS = 16;

const rows = (from: number, count: number) =>
  Array.from({ length: count }, (_, at) => ({
    id: from + at,
    vector: Array.from({ length: DIMENSIONS }, (_, axis) => Math.sin((from + at + 1) * (axis + 1))),
  }));

async function tableOf(count: number): Promise<Table> {
  const db = await connect(tempFolder());
  return db.createTable('chunks', rows(0, count));
}

const names = async (table: Table): Promise<string[]> => (await table.listIndices()).map(({ name }) => name);

describe('completeVectorIndex', () => {
  it('leaves a small table without', async () => {
    const table = await tableOf(SIZES.from - 1);
    await completeVectorIndex(table, SIZES);
    expect(await names(table)).toEqual([]);
  });

  it('makes one, and keeps it while the table grows a little', async () => {
    const table = await tableOf(SIZES.from);
    await completeVectorIndex(table, SIZES);
    const made = await names(table);
    expect(made).toEqual(['vector_rq4_p1000_300']);
    await table.add(rows(SIZES.from, SIZES.from));
    await completeVectorIndex(table, SIZES);
    expect(await names(table)).toEqual(made);
  });

  it('makes another for a table that outgrew it, and drops the old one', async () => {
    const table = await tableOf(SIZES.from);
    await completeVectorIndex(table, SIZES);
    await table.add(rows(SIZES.from, SIZES.from * (SIZES.outgrown - 1)));
    await completeVectorIndex(table, SIZES);
    expect(await names(table)).toEqual(['vector_rq4_p1000_1200']);
  });

  it('makes another for one that was made in another way', async () => {
    const table = await tableOf(SIZES.from);
    await table.createIndex('vector');
    await completeVectorIndex(table, SIZES);
    expect(await names(table)).toEqual(['vector_rq4_p1000_300']);
  });

  it('finds rows that were added since', async () => {
    const table = await tableOf(SIZES.from);
    await completeVectorIndex(table, SIZES);
    const [added] = rows(5_000, 1);
    if (added === undefined) throw new Error('no row');
    await table.add([added]);
    const [found] = await table.query().nearestTo(added.vector).distanceType('dot').limit(1).toArray();
    expect(found.id).toBe(5_000);
  });
});
