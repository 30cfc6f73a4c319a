import { join } from 'node:path';
import { openSqliteCatalog } from '../../../index/catalog/sqlite-catalog.ts';
import { workQueueContract } from '../../contracts/work-queue.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const opened: { close(): Promise<void> }[] = [];

workQueueContract('the SQLite work queue', async () => {
  for (const catalog of opened.splice(0)) await catalog.close();
  const path = join(tempFolder(), 'catalog.sqlite');
  const here = await openSqliteCatalog(path);
  const there = await openSqliteCatalog(path);
  opened.push(here, there);
  return { here: here.work, there: there.work };
});
