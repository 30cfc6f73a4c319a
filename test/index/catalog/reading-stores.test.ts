import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MemoryReadingStore, shareId } from '../../../acl/index.ts';
import { openSqliteCatalog } from '../../../index/catalog/sqlite-catalog.ts';
import { readingStoreContract } from '../../contracts/reading-store.ts';
import { tempFolder } from '../../support/temp-folder.ts';

readingStoreContract('the store in memory', async () => new MemoryReadingStore());
readingStoreContract('the SQLite store', async () => (await openSqliteCatalog(':memory:')).readings);

it('readings are there when the catalog is opened again', async () => {
  const path = join(tempFolder(), 'catalog.sqlite');
  const share = shareId('docs');
  const first = await openSqliteCatalog(path);
  await first.readings.put(share, new Map([['a', { fingerprint: 'f', readAt: 1, text: 't' }]]));
  await first.close();
  const second = await openSqliteCatalog(path);
  expect((await second.readings.get(share, ['a'])).get('a')?.text).toBe('t');
  await second.close();
});
