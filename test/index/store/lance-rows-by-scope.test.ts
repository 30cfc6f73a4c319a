import { connect, type Table } from '@lancedb/lancedb';
import { Field, FixedSizeList, Float32, Int32, Schema } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { RowsByScope } from '../../../index/store/lance-rows-by-scope.ts';
import { tempFolder } from '../../support/temp-folder.ts';

async function tableOf(scopes: readonly number[]): Promise<Table> {
  const db = await connect(tempFolder(), { readConsistencyInterval: 0 });
  const table = await db.createEmptyTable('chunks', new Schema([new Field('scope', new Int32(), false)]));
  await table.add(scopes.map((scope) => ({ scope })));
  return table;
}

describe('RowsByScope', () => {
  it('knows nothing at first, and then the rows of any scopes', async () => {
    const rows = new RowsByScope(await tableOf([1, 1, 2, 3]), () => 0);
    expect(rows.of([1])).toBeNull();
    await rows.settled();
    const readable = [[1], [2, 3], [1, 4], []].map((scopes) => rows.of(scopes)?.readable);
    expect(readable).toEqual([2, 2, 2, 0]);
    expect(rows.of([1])?.all).toBe(4);
  });

  it('counts again after a while', async () => {
    let now = 0;
    const table = await tableOf([1]);
    const rows = new RowsByScope(table, () => now);
    rows.of([1]);
    await rows.settled();
    await table.add([{ scope: 1 }]);
    expect(rows.of([1])?.readable).toBe(1);
    now += 60_000;
    rows.of([1]);
    await rows.settled();
    expect(rows.of([1])?.readable).toBe(2);
  });

  it('keeps the last count when the table cannot be counted', async () => {
    let now = 0;
    const table = await tableOf([1]);
    const rows = new RowsByScope(table, () => now);
    rows.of([1]);
    await rows.settled();
    table.close();
    now += 60_000;
    rows.of([1]);
    await rows.settled();
    expect(rows.of([1])?.readable).toBe(1);
  });

  it('takes vectors of rows in their scopes, also where rows were deleted', async () => {
    const db = await connect(tempFolder(), { readConsistencyInterval: 0 });
    const item = new Field('item', new Float32(), true);
    const schema = new Schema([
      new Field('scope', new Int32(), false),
      new Field('vector', new FixedSizeList(2, item), false),
    ]);
    const table = await db.createEmptyTable('chunks', schema);
    const row = (at: number) => ({ scope: at % 3, vector: [at % 3, 1] });
    await table.add(Array.from({ length: 200 }, (_, at) => row(at)));
    await table.delete('scope = 1');
    const rows = new RowsByScope(table, () => 0);
    rows.of([]);
    await rows.settled();
    const question = Float32Array.of(1, 0);
    expect(rows.sample()?.chance(question, [0])).toEqual({ mean: 0, deviation: 0 });
    expect(rows.sample()?.chance(question, [1])).toBeNull();
    expect(rows.sample()?.chance(question, [2])).toEqual({ mean: 2, deviation: 0 });
  });

  it('has no vectors where the table has none', async () => {
    const rows = new RowsByScope(await tableOf([1, 1, 2]), () => 0);
    rows.of([]);
    await rows.settled();
    expect(rows.sample()).toBeNull();
  });
});
