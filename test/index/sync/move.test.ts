import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { CatalogDocument, Embedder } from '../../../index/index.ts';
import { copyChunks, MovingStore } from '../../../index/index.ts';
import { type LanceStore, openLanceStore } from '../../../index/store/lance-store.ts';
import { createFakeEmbedder } from '../../fakes/fake-embedder.ts';
import { Shelf, type ShelfDocument } from '../../support/shelf.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const STAFF = ['allow group:staff'];
const HR = ['allow group:hr'];
/** More than two batches. */
const LONG = 600;

const stores: LanceStore[] = [];
afterAll(async () => {
  for (const store of stores) await store.close();
});

async function table(dimensions: number | null): Promise<LanceStore> {
  const store = await openLanceStore({ folder: join(tempFolder(), 'chunks'), table: 'other', dimensions });
  stores.push(store);
  return store;
}

/** The fake embedder, doing something before it answers for the first time, and counting texts. */
function embedding(before: () => Promise<void> = async () => undefined) {
  const fake = createFakeEmbedder();
  let texts = 0;
  let began: Promise<void> | null = null;
  const embedder: Embedder = {
    ...fake,
    async embed(given, kind, signal) {
      began ??= before();
      await began;
      texts += given.length;
      return fake.embed(given, kind, signal);
    },
  };
  return { embedder, texts: () => texts };
}

const still = (): AbortSignal => new AbortController().signal;
const onProgress = async (): Promise<void> => undefined;

async function setUp(documents: readonly ShelfDocument[], dimensions: number | null = 64) {
  const shelf = await Shelf.open();
  const rows = await shelf.add(...documents);
  const to = await table(dimensions);
  const store = new MovingStore(shelf.store, to);
  const copy = (embedder: Embedder | null, signal = still()) =>
    copyChunks({ catalog: shelf.catalog, from: shelf.store, to, store, embedder }, { signal, onProgress });
  return { shelf, rows, to, store, copy };
}

/** Passages of a document in a table, in order. */
async function passages(store: LanceStore, { id, revision }: CatalogDocument) {
  if (revision === null) throw new Error('a document without a revision');
  return (await store.revision(id, revision, 0, 10_000)).map(({ terms, ...row }) => row);
}

const [A, B]: [ShelfDocument, ShelfDocument] = [
  { path: 'a.txt', acl: STAFF, title: 'Leave', chunks: ['Annual leave is 25 days.', 'Sick pay is half.'] },
  { path: 'b.txt', acl: HR, chunks: [{ text: 'Le ferie maturano ogni mese.', language: 'it', page: 3 }] },
];

describe('copying passages for another embedder', () => {
  it('gives every document the passages it has, in the same order', async () => {
    const { shelf, rows, to, copy } = await setUp([A, B]);
    await copy(embedding().embedder);
    for (const row of rows) expect(await passages(to, row)).toEqual(await passages(shelf.store, row));
  });

  it('gives them the vectors that the embedder makes of title, headings and text', async () => {
    const { rows, to, copy } = await setUp([A, B]);
    const fake = createFakeEmbedder();
    await copy(fake);
    const [vector] = await fake.embed(['Leave\nSick pay is half.'], 'passage');
    const scopes = rows.flatMap(({ scope }) => (scope === null ? [] : [scope]));
    const [nearest] = await to.nearest(vector ?? new Float32Array(64), { scopes }, 1);
    expect(nearest?.text).toBe('Sick pay is half.');
  });

  it('makes a lexical table without an embedder', async () => {
    const { rows, to, copy } = await setUp([A], null);
    await copy(null);
    const scopes = rows.flatMap(({ scope }) => (scope === null ? [] : [scope]));
    const found = await to.lexical([{ text: 'sick', weight: 1, fuzzy: false }], { scopes }, 5);
    expect(found.map(({ text }) => text)).toEqual(['Sick pay is half.']);
  });

  it('tells how far it is', async () => {
    const { shelf, to, store } = await setUp([A, B]);
    const told: string[] = [];
    const deps = { catalog: shelf.catalog, from: shelf.store, to, store, embedder: createFakeEmbedder() };
    await copyChunks(deps, {
      signal: still(),
      onProgress: async (done, all) => {
        told.push(`${done}/${all}`);
      },
    });
    expect(told).toEqual(['0/3', '3/3']);
  });

  it('does not embed again what is there already', async () => {
    const { copy } = await setUp([A, B]);
    await copy(embedding().embedder);
    const again = embedding();
    await copy(again.embedder);
    expect(again.texts()).toBe(0);
  });
});

describe('a long document', () => {
  const long: ShelfDocument = {
    path: 'long.txt',
    acl: STAFF,
    chunks: Array.from({ length: LONG }, (_, n) => `Line ${n} of the handbook.`),
  };

  it('whose copy was cut off is copied whole and once', async () => {
    const { shelf, rows, to, copy } = await setUp([long]);
    const [row] = rows as [CatalogDocument];
    const stop = new AbortController();
    const fake = createFakeEmbedder();
    let calls = 0;
    const cut: Embedder = {
      ...fake,
      embed: async (texts, kind) => {
        calls += 1;
        if (calls === 2) stop.abort(new Error('killed'));
        return fake.embed(texts, kind);
      },
    };
    await expect(copy(cut, stop.signal)).rejects.toThrow('killed');
    expect((await passages(to, row)).length).toBeGreaterThan(0);
    expect((await passages(to, row)).length).toBeLessThan(LONG);
    await copy(fake);
    expect(await passages(to, row)).toEqual(await passages(shelf.store, row));
  });
});

describe('a process that is killed while it copies', () => {
  const at = (path: string): string => JSON.stringify(join(import.meta.dirname, '../../..', path));
  const program = (folder: string): string => `
    const { openSqliteCatalog } = await import(${at('index/catalog/sqlite-catalog.ts')});
    const { openLanceStore } = await import(${at('index/store/lance-store.ts')});
    const { copyChunks, MovingStore } = await import(${at('index/index.ts')});
    const { createFakeEmbedder } = await import(${at('test/fakes/fake-embedder.ts')});
    const chunks = ${JSON.stringify(join(folder, 'chunks'))};
    const catalog = await openSqliteCatalog(${JSON.stringify(join(folder, 'catalog.sqlite'))});
    const from = await openLanceStore({ folder: chunks, table: 'chunks', dimensions: null });
    const to = await openLanceStore({ folder: chunks, table: 'other', dimensions: 64 });
    const fake = createFakeEmbedder();
    let calls = 0;
    const embedder = { ...fake, embed: async (...given) => {
      calls += 1;
      if (calls === 3) process.kill(process.pid, 'SIGKILL');
      return fake.embed(...given);
    } };
    const store = new MovingStore(from, to);
    const signal = new AbortController().signal;
    await copyChunks({ catalog, from, to, store, embedder }, { signal, onProgress: async () => undefined });`;

  it('leaves what another goes on with, to the same end', async () => {
    const many = Array.from({ length: LONG }, (_, n) => `Line ${n} of the handbook.`);
    const shelf = await Shelf.open();
    const rows = await shelf.add(A, { path: 'long.txt', acl: HR, chunks: many }, B);
    const { signal } = spawnSync(process.execPath, ['--input-type=module', '--eval', program(shelf.folder)]);
    expect(signal).toBe('SIGKILL');
    const to = await openLanceStore({ folder: join(shelf.folder, 'chunks'), table: 'other', dimensions: 64 });
    stores.push(to);
    const again = embedding();
    const deps = { catalog: shelf.catalog, from: shelf.store, to, store: new MovingStore(shelf.store, to) };
    await copyChunks({ ...deps, embedder: again.embedder }, { signal: still(), onProgress });
    for (const row of rows) expect(await passages(to, row)).toEqual(await passages(shelf.store, row));
    expect(again.texts()).toBeLessThan(LONG + 3);
  });
});

describe('permissions while passages are copied', () => {
  const query = [{ text: 'leav', weight: 1, fuzzy: false }];

  it('a document closed while it is embedded has its new label in both tables', async () => {
    const { shelf, rows, to, store, copy } = await setUp([A]);
    const [row] = rows as [CatalogDocument];
    const closing = embedding(async () => {
      const { scope } = await shelf.repoint(row, HR);
      if (scope === null) throw new Error('no scope');
      await store.relabel([{ document: row.id, scope, place: null }]);
    });
    await copy(closing.embedder);
    const now = (await shelf.catalog.documents([row.id])).get(row.id);
    if (now?.scope == null || row.scope === null) throw new Error('no scope');
    for (const each of [shelf.store, to]) {
      expect(await each.lexical(query, { scopes: [row.scope] }, 5)).toEqual([]);
      expect(await each.lexical(query, { scopes: [now.scope] }, 5)).not.toEqual([]);
    }
  });

  it('a document removed while it is embedded is in neither', async () => {
    const { shelf, rows, to, store, copy } = await setUp([A]);
    const [row] = rows as [CatalogDocument];
    const removing = embedding(async () => {
      await store.retain(new Map([[row.id, null]]));
      await shelf.catalog.remove([row.id]);
    });
    await copy(removing.embedder);
    expect(await passages(to, row)).toEqual([]);
    expect(await passages(shelf.store, row)).toEqual([]);
  });

  it('a document withheld meanwhile is copied under the label it had', async () => {
    const { shelf, rows, to, copy } = await setUp([A]);
    const [row] = rows as [CatalogDocument];
    await copy(embedding(async () => void (await shelf.repoint(row, null))).embedder);
    expect(await to.lexical(query, { scopes: row.scope === null ? [] : [row.scope] }, 5)).not.toEqual([]);
  });

  it('labels and removals go to both tables until the switch, and then to the new one alone', async () => {
    const { shelf, rows, to, store, copy } = await setUp([A, B]);
    const [a, b] = rows as [CatalogDocument, CatalogDocument];
    await copy(embedding().embedder);
    await store.retain(new Map([[a.id, null]]));
    expect(await passages(shelf.store, a)).toEqual([]);
    expect(await passages(to, a)).toEqual([]);
    await store.switch(async () => undefined);
    await store.retain(new Map([[b.id, null]]));
    expect(await passages(shelf.store, b)).not.toEqual([]);
    expect(await passages(to, b)).toEqual([]);
  });

  it('nothing new is stored before the switch', async () => {
    const { store } = await setUp([A]);
    await expect(async () => store.add([])).rejects.toThrow('nothing is read while an index moves');
    await store.switch(async () => undefined);
    await expect(store.add([])).resolves.toBeUndefined();
  });
});
