import type { ChunkWriter } from '../store/chunk-store.ts';
import { Wake } from './wake.ts';

const LOOK_MS = 1_000;
/** The store is compacted when nothing was written for this long. */
const IDLE_MS = 30_000;
/** Where writing never rests, what was written so long ago is compacted: small writes make every question slower. */
const BUSY_MS = 20_000;
/** Compacting takes no more than this part of the time, however large the store is. */
const MOST_TIME = 0.1;

/** Compacts a store that is written to, when nothing has been written for a while and now and then when something has. */
export class Compaction {
  readonly #store: Pick<ChunkWriter, 'optimise'>;
  readonly #now: () => number;
  #wrote = 0;
  /** Since when there is something to compact. */
  #since: number | null = null;
  #rest = BUSY_MS;

  constructor({ store, now }: { readonly store: Pick<ChunkWriter, 'optimise'>; readonly now: () => number }) {
    this.#store = store;
    this.#now = now;
  }

  /** Something was written just now. */
  wrote(): void {
    this.#wrote = this.#now();
    this.#since ??= this.#wrote;
  }

  async run(signal: AbortSignal): Promise<void> {
    const wake = new Wake();
    while (!signal.aborted) {
      await wake.sleep(LOOK_MS, signal);
      if (!signal.aborted) await this.compactWhenDue();
    }
  }

  async compactWhenDue(): Promise<void> {
    const began = this.#now();
    if (this.#since === null) return;
    if (began - this.#wrote < IDLE_MS && began - this.#since < this.#rest) return;
    this.#since = null;
    await this.#store.optimise();
    this.#rest = Math.max(BUSY_MS, (this.#now() - began) / MOST_TIME);
  }
}
