import type { ChunkWriter, StoredChunk } from './chunk-store.ts';

/**
 * Two tables of one index while it moves from one embedder to another. The old one answers; labels and removals go to
 * both, new passages to none: nothing is read until the new table is whole. Then the new one is the index.
 */
export class MovingStore implements ChunkWriter {
  readonly #from: ChunkWriter;
  readonly #to: ChunkWriter;
  #state: 'moving' | 'moved' = 'moving';
  #last: Promise<unknown> = Promise.resolve();

  constructor(from: ChunkWriter, to: ChunkWriter) {
    this.#from = from;
    this.#to = to;
  }

  /** Runs `decide` when no other write is under way, and adds what it gives to the new table. */
  copy(decide: () => Promise<readonly StoredChunk[]>): Promise<void> {
    return this.#alone(async () => this.#to.add(await decide()));
  }

  /** Makes the new table the index; `note` tells the others. */
  switch(note: () => Promise<void>): Promise<void> {
    return this.#alone(async () => {
      await note();
      this.#state = 'moved';
    });
  }

  add(chunks: readonly StoredChunk[]): Promise<void> {
    if (this.#state === 'moving') throw new Error('nothing is read while an index moves');
    return this.#alone(() => this.#to.add(chunks));
  }

  retain(keep: Parameters<ChunkWriter['retain']>[0]): Promise<void> {
    return this.#alone(() => this.#both((store) => store.retain(keep)));
  }

  relabel(labels: Parameters<ChunkWriter['relabel']>[0]): Promise<void> {
    return this.#alone(() => this.#both((store) => store.relabel(labels)));
  }

  revisions(): ReturnType<ChunkWriter['revisions']> {
    return this.#state === 'moved' ? this.#to.revisions() : this.#from.revisions();
  }

  optimise(): Promise<void> {
    return this.#alone(() => (this.#state === 'moved' ? this.#to : this.#from).optimise());
  }

  /** Keeps the old table: others may still be answering from it. Whoever writes next drops it. */
  async dropOthers(): Promise<void> {}

  async #both(write: (store: ChunkWriter) => Promise<void>): Promise<void> {
    await write(this.#to);
    if (this.#state === 'moving') await write(this.#from);
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}
