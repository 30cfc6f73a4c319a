import { randomUUID } from 'node:crypto';
import { scopeId } from '../../acl/index.ts';
import { checkIndex, type IndexCheck, mendIndex, withWriterLease } from '../../index/index.ts';
import type { Core } from './core.ts';
import { openStore } from './store.ts';

/** Whether catalog and chunk store agree. Rejects when the store cannot be opened or asked. */
export async function agreement(core: Core): Promise<IndexCheck> {
  const store = await openStore(core);
  try {
    // A question asked for nothing's sake: damaged full-text indices show only when they are read.
    await store.lexical([{ text: 'ntk', weight: 1, fuzzy: false }], { scopes: [scopeId(1)] }, 1);
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
