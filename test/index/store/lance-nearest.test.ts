import { connect, Index, type Table } from '@lancedb/lancedb';
import { Field, FixedSizeList, Float32, Int32, Schema, Utf8 } from 'apache-arrow';
import { beforeAll, describe, expect, it } from 'vitest';
import { scopeId } from '../../../acl/index.ts';
import { filterSql } from '../../../index/store/lance-filter.ts';
import { LanceNearest } from '../../../index/store/lance-nearest.ts';
import { RowsByScope } from '../../../index/store/lance-rows-by-scope.ts';
import { random } from '../../support/chunks.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const ROWS = 60_000;
const TOPICS = 120;
const DIMENSIONS = 48;
const SPREAD = 0.9;
const LIMIT = 10;

const next = random(7);
const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}
const centres = Array.from({ length: TOPICS }, () => unit(Float32Array.from({ length: DIMENSIONS }, normal)));
const about = (topic: number): Float32Array =>
  unit(
    (centres[topic] ?? new Float32Array()).map(
      (value) => value + (SPREAD * normal()) / Math.sqrt(DIMENSIONS),
    ),
  );

/** A table whose rows stand under the scope of their topic, with a vector index of 60 parts. */
async function tableOfTopics(): Promise<Table> {
  const item = new Field('item', new Float32(), true);
  const schema = new Schema([
    new Field('scope', new Int32(), false),
    new Field('passage', new Utf8(), false),
    new Field('terms', new Utf8(), false),
    new Field('path', new Utf8(), false),
    new Field('vector', new FixedSizeList(DIMENSIONS, item), false),
  ]);
  const db = await connect(tempFolder(), { readConsistencyInterval: 0 });
  const table = await db.createEmptyTable('chunks', schema);
  const rows = Array.from({ length: ROWS }, (_, ordinal) => {
    const scope = ordinal % TOPICS;
    return { scope, passage: JSON.stringify({ ordinal }), terms: '', path: '', vector: about(scope) };
  });
  await table.add(rows);
  const config = Index.ivfRq({ distanceType: 'dot', numBits: 4, numPartitions: ROWS / 1_000 });
  await table.createIndex('vector', { config });
  return table;
}

const half = { scopes: Array.from({ length: TOPICS / 2 }, (_, at) => scopeId(at * 2)) };
const where = filterSql(half) ?? '';
const ordinalsOf = (rows: readonly { readonly passage: string }[]): number[] =>
  rows.map(({ passage }) => JSON.parse(passage).ordinal);

describe('the nearest passages of a reader of half of the topics', () => {
  let table: Table;
  let nearest: LanceNearest;
  beforeAll(async () => {
    table = await tableOfTopics();
    const rows = new RowsByScope(table, () => 0);
    rows.of([]);
    await rows.settled();
    nearest = new LanceNearest(table, rows);
  });

  const asked = (vector: Float32Array) => table.query().nearestTo(vector).distanceType('dot').where(where);

  async function compared(vector: Float32Array): Promise<number[]> {
    return ordinalsOf(await asked(vector).limit(LIMIT).bypassVectorIndex().toArray());
  }

  async function found(vector: Float32Array): Promise<number[]> {
    const rows = await nearest.find(vector, { filter: half, where, limit: LIMIT });
    return rows.map(({ ordinal }) => ordinal);
  }

  it('are looked for in a part of the index first', async () => {
    const plan = await nearest.plan({ filter: half, where, limit: LIMIT });
    expect(plan).toMatchObject({ kind: 'approximate', probes: 20, doubting: true });
  });

  it('are those of comparing all, for questions about what may be read', async () => {
    for (const topic of [0, 2, 58, 118]) {
      const vector = about(topic);
      expect((await found(vector)).sort()).toEqual((await compared(vector)).sort());
    }
  });

  it('are those of comparing all, for questions about what may not', async () => {
    let missed = 0;
    for (const topic of [1, 3, 5, 17, 29, 31, 43, 59, 61, 77, 83, 99, 101, 119]) {
      const vector = about(topic);
      const exact = await compared(vector);
      const rows = await asked(vector).limit(LIMIT).nprobes(20).refineFactor(6).toArray();
      missed += exact.filter((ordinal) => !ordinalsOf(rows).includes(ordinal)).length;
      expect((await found(vector)).sort()).toEqual(exact.sort());
    }
    // Else the first look would have done, and nothing here would need a second.
    expect(missed).toBeGreaterThan(0);
  });
});
