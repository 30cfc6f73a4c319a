import type { Connection, Table } from '@lancedb/lancedb';
import { ChunkStoreError } from './chunk-store.ts';
import type { LanceOptions } from './lance-options.ts';
import { chunkSchema } from './lance-schema.ts';

const REMOVE = 'restore a backup, or remove that folder and run `ntk doctor --mend` and then `ntk ingest`';

/**
 * An index whose passages were taken away must not answer that there is nothing, nor one of another layout, whose
 * passages stand in another table until the next pass has read all again.
 */
export async function refuseGone(
  db: Connection,
  { folder, table: name, mayBeEmpty, fills = false }: LanceOptions,
): Promise<void> {
  if (mayBeEmpty === undefined) return;
  const names = await db.tableNames();
  const older = names.length > 0 && !names.includes(name);
  if (older && fills) return;
  const gone = older || names.length === 0 || (await isEmpty(db, name));
  if (!gone || (await mayBeEmpty())) return;
  if (older) {
    throw new ChunkStoreError(
      'store-mismatch',
      `the passages in ${folder} were written by another version of ntk: run \`ntk ingest\`, which reads all files again`,
    );
  }
  throw new ChunkStoreError(
    'store-unavailable',
    `the passages of the index are gone from ${folder}: restore a backup, or run \`ntk doctor --mend\` and then \`ntk ingest\`, which reads the files again`,
  );
}

/** A table that cannot be opened is no empty one: opening it says what is wrong. */
async function isEmpty(db: Connection, name: string): Promise<boolean> {
  try {
    const table = await db.openTable(name);
    const rows = await table.countRows();
    table.close();
    return rows === 0;
  } catch {
    return false;
  }
}

/** Refuses a table that lacks columns. */
export async function checkColumns(table: Table, { folder, dimensions }: LanceOptions): Promise<void> {
  const present = new Set((await table.schema()).fields.map(({ name }) => name));
  const wanted = chunkSchema(dimensions).fields.map(({ name }) => name);
  const missing = wanted.filter((name) => name !== 'vector' && !present.has(name));
  if (missing.length === 0) return;
  throw new ChunkStoreError(
    'store-mismatch',
    `the index in ${folder} lacks ${missing.join(', ')}: ${REMOVE}`,
  );
}

/** Refuses a table of vectors of another length. */
export async function checkDimensions(table: Table, { folder, dimensions }: LanceOptions): Promise<void> {
  const schema = await table.schema();
  const field = schema.fields.find(({ name }) => name === 'vector');
  const stored = field === undefined ? null : (field.type as { listSize: number }).listSize;
  if (stored === dimensions) return;
  const has = stored === null ? 'no vectors' : `vectors of ${stored} dimensions`;
  const wants = dimensions === null ? 'none' : `${dimensions}`;
  throw new ChunkStoreError(
    'store-mismatch',
    `the index in ${folder} holds ${has} but its model has ${wants}: ${REMOVE}`,
  );
}
