import { setFlagsFromString } from 'node:v8';
import {
  type ChunkWriter,
  copyChunks,
  type Embedder,
  MovingStore,
  notedMoving,
  noteMoving,
} from '../../index/index.ts';
import type { Core } from './core.ts';
import { answeringId, chunksFolder, embedderId, openStore, openTable } from './store.ts';

/** The store of the one that writes. */
export interface WritingStore {
  readonly store: ChunkWriter;
  /** Moves the index to the configured embedder where it is of another; nothing is read before it is done. */
  readonly beforeReading: ((signal: AbortSignal) => Promise<void>) | undefined;
  close(): Promise<void>;
}

/**
 * Opens what passages are written to. An index of another embedder goes on answering, and is moved before anything is
 * read. Only the holder of the writer lease calls it.
 */
export async function openWritingStore(core: Core, embedder: Embedder | null): Promise<WritingStore> {
  // Garbage is collected when it is half of what lives, not several times that: a long pass stays small, and no slower.
  setFlagsFromString('--heap-growing-percent=50');
  const { catalog } = core;
  const wanted = embedderId(core);
  const from = await openStore(core);
  const unfinished = await notedMoving(catalog);
  try {
    if ((await answeringId(core)) === wanted) {
      await catalog.setMeta('embedder', wanted);
      // A move that was given up, or the table from which the last one came.
      if (unfinished !== null) {
        await from.dropOthers();
        await noteMoving(catalog, null);
      }
      return { store: from, beforeReading: undefined, close: () => from.close() };
    }
    // What is there of a move to a third model is of no use.
    if (unfinished?.to !== wanted) await from.dropOthers();
    await noteMoving(catalog, { to: wanted, done: 0, all: 0 });
    const to = await openTable(chunksFolder(core), wanted);
    const store = new MovingStore(from, to);
    return {
      store,
      async beforeReading(signal) {
        const onProgress = (done: number, all: number): Promise<void> =>
          noteMoving(catalog, { to: wanted, done, all });
        await copyChunks({ catalog, from, to, store, embedder }, { signal, onProgress });
        await store.switch(() => catalog.setMeta('embedder', wanted));
        await store.optimise();
      },
      close: async () => {
        await to.close();
        await from.close();
      },
    };
  } catch (error) {
    await from.close();
    throw error;
  }
}
