import { randomUUID } from 'node:crypto';
import { checkIndex, type IndexCheck, mendIndex, withWriterLease } from '../../index/index.ts';
import type { Core } from './core.ts';
import { openStore } from './store.ts';

/** Whether catalog and chunk store agree. @throws {ChunkStoreError} when the store cannot be opened */
export async function agreement(core: Core): Promise<IndexCheck> {
  const store = await openStore(core);
  try {
    return await checkIndex({ catalog: core.catalog, store });
  } finally {
    await store.close();
  }
}

/**
 * Brings them in line again, and says what was found.
 * @throws {WriterBusy} when another process writes
 */
export async function mend(core: Core): Promise<IndexCheck> {
  const { catalog, now } = core;
  return withWriterLease({ store: catalog.lease, now, holder: `mend:${randomUUID()}` }, async () => {
    const store = await openStore(core);
    try {
      return await mendIndex({ catalog, store });
    } finally {
      await store.close();
    }
  });
}
