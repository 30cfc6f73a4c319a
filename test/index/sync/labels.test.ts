import { expect, it } from 'vitest';
import { labelChunks } from '../../../index/sync/labels.ts';
import { EVERYONE_READS, HR_READS, PassBench } from '../../support/company-pass.ts';

it('labels a document again that was given another scope while its chunks were labelled', async () => {
  const bench = await PassBench.open({
    '.acl.yaml': EVERYONE_READS,
    'a.txt': 'The zebra of a.\n',
    'hr/.acl.yaml': HR_READS,
    'hr/b.txt': 'The zebra of b.\n',
  });
  await bench.pass();
  const open = await bench.document('a.txt');
  const closed = await bench.document('hr/b.txt');
  await bench.catalog.repoint([{ document: open.id, scope: closed.scope }]);
  let writes = 0;
  const store = {
    ...bench.store,
    relabel: async (labels: Parameters<typeof bench.store.relabel>[0]): Promise<void> => {
      await bench.store.relabel(labels);
      writes += 1;
      if (writes === 1) await bench.catalog.repoint([{ document: open.id, scope: open.scope }]);
    },
  } as typeof bench.store;
  await labelChunks({ catalog: bench.catalog, store }, new AbortController().signal);
  expect(writes).toBe(2);
  expect(await bench.document('a.txt')).toMatchObject({ scope: open.scope, labelledScope: open.scope });
  const zebra = [{ text: 'zebra', weight: 1, fuzzy: false }];
  const found = await bench.store.lexical(zebra, { scopes: open.scope === null ? [] : [open.scope] }, 10);
  expect(found.map(({ path }) => path)).toEqual(['a.txt']);
});
