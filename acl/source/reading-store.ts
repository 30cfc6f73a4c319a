import type { ShareId } from '../ids.ts';

/**
 * What a permission source read from a server for one file or folder, kept so that the next pass need not ask again.
 *
 * INVARIANT: `fingerprint` says all that the reading hangs on: the state of the file as the mount shows it (device,
 * file number, change time, size), and which server and way it was read by. Another fingerprint, another reading.
 */
export interface StoredReading {
  readonly fingerprint: string;
  /** Milliseconds since the epoch at which the reading began. */
  readonly readAt: number;
  /** What was read, in the form of the source that keeps it; the store does not look into it. */
  readonly text: string;
}

/**
 * Keeps readings between passes and processes.
 *
 * Obligations: `get` gives for each path the reading last `put`, or nothing; it may forget, and never invents.
 * Each call is one transaction. A failure rejects.
 */
export interface ReadingStore {
  get(share: ShareId, paths: readonly string[]): Promise<ReadonlyMap<string, StoredReading>>;
  put(share: ShareId, readings: ReadonlyMap<string, StoredReading>): Promise<void>;
  /** Drops the readings of a share made before `readAt`, among them those of files that are gone. */
  dropBefore(share: ShareId, readAt: number): Promise<void>;
}

/** Keeps nothing: every pass reads everything. */
export class NoReadingStore implements ReadingStore {
  async get(): Promise<ReadonlyMap<string, StoredReading>> {
    return new Map();
  }

  async put(): Promise<void> {}

  async dropBefore(): Promise<void> {}
}

/** Keeps readings as long as the process lives. */
export class MemoryReadingStore implements ReadingStore {
  readonly #shares = new Map<ShareId, Map<string, StoredReading>>();

  async get(share: ShareId, paths: readonly string[]): Promise<ReadonlyMap<string, StoredReading>> {
    const kept = this.#shares.get(share);
    const found = new Map<string, StoredReading>();
    for (const path of paths) {
      const reading = kept?.get(path);
      if (reading !== undefined) found.set(path, reading);
    }
    return found;
  }

  async put(share: ShareId, readings: ReadonlyMap<string, StoredReading>): Promise<void> {
    const kept = this.#shares.get(share) ?? new Map<string, StoredReading>();
    for (const [path, reading] of readings) kept.set(path, reading);
    this.#shares.set(share, kept);
  }

  async dropBefore(share: ShareId, readAt: number): Promise<void> {
    const kept = this.#shares.get(share) ?? new Map<string, StoredReading>();
    for (const [path, reading] of kept) if (reading.readAt < readAt) kept.delete(path);
  }
}
