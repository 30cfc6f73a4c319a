import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '@lancedb/lancedb';
import { describe, expect, it } from 'vitest';
import { scopeId, shareId } from '../../../acl/index.ts';
import { documentId, revisionId } from '../../../index/index.ts';
import type { StoredChunk } from '../../../index/store/chunk-store.ts';
import { chunkSchema } from '../../../index/store/lance-schema.ts';
import { openLanceStore } from '../../../index/store/lance-store.ts';
import { chunkStoreContract } from '../../contracts/chunk-store.ts';
import { tempFolder } from '../../support/temp-folder.ts';

chunkStoreContract('the LanceDB store', () =>
  openLanceStore({ folder: tempFolder(), table: 'chunks', dimensions: 16 }),
);

const TERMS = [{ text: 'word', weight: 1, fuzzy: false }];
const FILTER = { scopes: [scopeId(1)] };

function chunk(vector: Float32Array | null): StoredChunk {
  return {
    document: documentId('d'),
    revision: revisionId('r'),
    ordinal: 0,
    scope: scopeId(1),
    share: shareId('docs'),
    path: 'x.txt',
    type: 'txt',
    modified: 1,
    language: 'en',
    section: [],
    page: null,
    start: 0,
    end: 4,
    likeness: 'like',
    text: 'word',
    headTerms: '',
    terms: 'word',
    vector,
  };
}

describe('openLanceStore', () => {
  it('keeps what was written, for whoever opens it next', async () => {
    const options = { folder: tempFolder(), table: 'chunks', dimensions: null };
    const first = await openLanceStore(options);
    await first.add([chunk(null)]);
    await first.close();
    const second = await openLanceStore(options);
    expect(await second.lexical(TERMS, FILTER, 10)).toHaveLength(1);
    await second.close();
  });

  it('lets a reader that is open see what another connection writes', async () => {
    const options = { folder: tempFolder(), table: 'chunks', dimensions: null };
    const [writer, reader] = [await openLanceStore(options), await openLanceStore(options)];
    expect(await reader.lexical(TERMS, FILTER, 10)).toEqual([]);
    await writer.add([chunk(null)]);
    expect(await reader.lexical(TERMS, FILTER, 10)).toHaveLength(1);
    await writer.retain(new Map([[documentId('d'), null]]));
    expect(await reader.lexical(TERMS, FILTER, 10)).toEqual([]);
    await writer.close();
    await reader.close();
  });

  it('may be opened for the first time by several at once', async () => {
    const options = { folder: tempFolder(), table: 'chunks', dimensions: null };
    const opened = await Promise.all([1, 2, 3].map(() => openLanceStore(options)));
    await opened[0]?.add([chunk(null)]);
    for (const store of opened) {
      expect(await store.lexical(TERMS, FILTER, 10)).toHaveLength(1);
      await store.close();
    }
  });

  it('makes good the indices that a process which died did not make', async () => {
    const options = { folder: tempFolder(), table: 'chunks', dimensions: null };
    const db = await connect(options.folder);
    const table = await db.createEmptyTable('chunks', chunkSchema(null));
    const store = await openLanceStore(options);
    await store.add([chunk(null)]);
    await store.optimise();
    await table.checkoutLatest();
    const indexed = (await table.listIndices()).flatMap(({ columns }) => columns);
    expect(indexed.sort()).toEqual(['document', 'head_terms', 'scope', 'terms']);
    expect(await store.lexical(TERMS, FILTER, 10)).toHaveLength(1);
    await store.close();
  });

  it('gives nothing by vector from an index without vectors', async () => {
    const store = await openLanceStore({ folder: tempFolder(), table: 'chunks', dimensions: null });
    await store.add([chunk(null)]);
    expect(await store.nearest(new Float32Array(16), FILTER, 10)).toEqual([]);
    await store.close();
  });

  it.each([
    { stored: 16, wanted: 8 },
    { stored: 16, wanted: null },
    { stored: null, wanted: 16 },
  ])(
    'refuses an index of $stored dimensions when $wanted are wanted, and names the command',
    async ({ stored, wanted }) => {
      const folder = tempFolder();
      await (await openLanceStore({ folder, table: 'chunks', dimensions: stored })).close();
      const opening = openLanceStore({ folder, table: 'chunks', dimensions: wanted });
      await expect(opening).rejects.toMatchObject({
        code: 'store-mismatch',
        message: expect.stringContaining('ntk doctor --mend'),
      });
    },
  );

  it('refuses a folder that cannot be one', async () => {
    const file = join(tempFolder(), 'file');
    writeFileSync(file, '');
    await expect(
      openLanceStore({ folder: join(file, 'x'), table: 'chunks', dimensions: null }),
    ).rejects.toMatchObject({
      code: 'store-unavailable',
    });
  });

  it('drops the tables of other embedders and keeps its own', async () => {
    const folder = tempFolder();
    await (await openLanceStore({ folder, table: 'chunks_old', dimensions: 16 })).close();
    const store = await openLanceStore({ folder, table: 'chunks_new', dimensions: null });
    await store.add([chunk(null)]);
    await store.dropOthers();
    expect(readdirSync(folder)).toEqual(['chunks_new.lance']);
    expect(await store.lexical(TERMS, FILTER, 10)).toHaveLength(1);
    await store.close();
  });

  it('refuses a NUL character in a filter instead of cutting it off', async () => {
    const store = await openLanceStore({ folder: tempFolder(), table: 'chunks', dimensions: null });
    await expect(store.lexical(TERMS, { ...FILTER, under: 'a\0b' }, 10)).rejects.toThrow(RangeError);
    await expect(store.lexical(TERMS, { ...FILTER, modifiedFrom: Number.NaN }, 10)).rejects.toThrow(
      RangeError,
    );
    await expect(store.lexical(TERMS, { scopes: [scopeId(Number.NaN)] }, 10)).rejects.toThrow(RangeError);
    await store.close();
  });
});
