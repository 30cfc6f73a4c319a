import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { checkIndex, copyChunks, type Embedder, MovingStore } from '../../../index/index.ts';
import { type LanceStore, openLanceStore } from '../../../index/store/lance-store.ts';
import { createFakeEmbedder } from '../../fakes/fake-embedder.ts';
import { EVERYONE_READS, HR_READS, PassBench } from '../../support/company-pass.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const until = (what: () => Promise<unknown>): Promise<unknown> =>
  vi.waitFor(what, { timeout: 30_000, interval: 50 });

/** An index that is kept while it moves to a fake embedder, which waits until it is let go. */
async function moving() {
  const bench = await PassBench.open({
    '.acl.yaml': EVERYONE_READS,
    'a.txt': 'The zebra of a.\n',
    'gone.txt': 'The zebra that goes.\n',
    'hr/.acl.yaml': HR_READS,
    'hr/plan.txt': 'The plan of hr.\n',
  });
  await bench.pass();
  const { catalog, store: from } = bench;
  const to: LanceStore = await openLanceStore({
    folder: join(tempFolder(), 'to'),
    table: 'to',
    dimensions: 64,
  });
  closing.push(() => to.close());
  const store = new MovingStore(from, to);
  const fake = createFakeEmbedder();
  const { promise: letGo, resolve } = Promise.withResolvers<void>();
  let embedding = false;
  const embedder: Embedder = {
    ...fake,
    async embed(texts, kind, signal) {
      embedding = true;
      await letGo;
      return fake.embed(texts, kind, signal);
    },
  };
  const keeping = bench.keep({
    parts: { store, embedder },
    async beforeReading(signal) {
      await copyChunks({ catalog, from, to, store, embedder }, { signal, onProgress: async () => undefined });
      await store.switch(async () => undefined);
    },
  });
  closing.push(() => keeping.stop());
  await until(async () => expect(embedding).toBe(true));
  return { bench, to, letGo: resolve };
}

it('an index that moves follows permissions and removals, and reads what is new when it has moved', async () => {
  const { bench, to, letGo } = await moving();
  bench.write({ 'hr/.acl.yaml': EVERYONE_READS, 'new.txt': 'A new zebra.\n' });
  rmSync(bench.at('gone.txt'));
  await until(async () => expect(await bench.readers('hr/plan.txt')).toBe('anna bob'));
  await until(async () => expect(Object.keys(await bench.state())).not.toContain('gone.txt'));
  await until(async () => expect((await bench.catalog.work.counts(Date.now())).waiting).toBe(1));
  letGo();
  await until(async () => expect((await bench.document('new.txt')).chunks).toBe(1));
  expect(await checkIndex({ catalog: bench.catalog, store: to })).toEqual({
    missing: [],
    doubled: [],
    orphans: 0,
  });
  const { scope } = await bench.document('hr/plan.txt');
  if (scope === null) throw new Error('nobody reads the plan');
  const [vector] = await createFakeEmbedder().embed(['plan of hr'], 'query');
  const found = await to.nearest(vector ?? new Float32Array(64), { scopes: [scope] }, 10);
  expect(found.map(({ path }) => path)).toContain('hr/plan.txt');
});
