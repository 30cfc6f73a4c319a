import type { ChunkWriter } from './chunk-store.ts';

/** The same store, taking one write at a time in the order they were asked for, as `ChunkWriter` requires. */
export function serialWriter(store: ChunkWriter): ChunkWriter {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(write: () => Promise<T>): Promise<T> => {
    const mine = last.then(write);
    last = mine.catch(() => undefined);
    return mine;
  };
  return {
    add: (chunks) => inTurn(() => store.add(chunks)),
    retain: (keep) => inTurn(() => store.retain(keep)),
    relabel: (labels) => inTurn(() => store.relabel(labels)),
    revisions: () => store.revisions(),
    optimise: () => inTurn(() => store.optimise()),
    dropOthers: () => inTurn(() => store.dropOthers()),
  };
}
