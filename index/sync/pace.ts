import type { Catalog } from '../catalog/catalog.ts';
import type { PassEvent } from './events.ts';

/** How fast files are read, over the last minute. */
export interface Rates {
  readonly filesPerSecond: number;
  readonly chunksPerSecond: number;
}

const WINDOW_MS = 60_000;
const BUCKET_MS = 1_000;
const STILL: Rates = { filesPerSecond: 0, chunksPerSecond: 0 };

/** Counts what was read in the last minute, by seconds. Times are milliseconds, from any beginning. */
export class Pace {
  readonly #began: number;
  #buckets: { readonly at: number; files: number; chunks: number }[] = [];

  constructor(began: number) {
    this.#began = began;
  }

  /** Counts what an event says was read; others are passed over. */
  note(event: PassEvent, now: number): void {
    if (event.kind !== 'document') return;
    const last = this.#buckets.at(-1);
    if (last !== undefined && now - last.at < BUCKET_MS) {
      last.files += 1;
      last.chunks += event.chunks;
    } else this.#buckets.push({ at: now, files: 1, chunks: event.chunks });
  }

  rates(now: number): Rates {
    this.#buckets = this.#buckets.filter(({ at }) => now - at < WINDOW_MS);
    const seconds = Math.min(WINDOW_MS, Math.max(BUCKET_MS, now - this.#began)) / 1_000;
    const sum = (of: 'files' | 'chunks'): number =>
      this.#buckets.reduce((total, bucket) => total + bucket[of], 0);
    return { filesPerSecond: sum('files') / seconds, chunksPerSecond: sum('chunks') / seconds };
  }
}

const KEY = 'rates';
/** Rates that were not renewed for this long are those of a process that has ended. */
const BELIEVED_MS = 15_000;

/** Tells other processes how fast this one reads. Only the holder of the writer lease calls it. */
export async function tellRates(catalog: Pick<Catalog, 'setMeta'>, rates: Rates, now: number): Promise<void> {
  await catalog.setMeta(KEY, JSON.stringify({ at: now, ...rates }));
}

/** How fast the process reads that writes the index now; zero where none does. */
export async function toldRates(catalog: Pick<Catalog, 'meta'>, now: number): Promise<Rates> {
  const text = await catalog.meta(KEY);
  if (text === null) return STILL;
  const { at, filesPerSecond, chunksPerSecond } = JSON.parse(text) as Rates & { readonly at: number };
  return now - at < BELIEVED_MS ? { filesPerSecond, chunksPerSecond } : STILL;
}
