import type { DirectorySnapshot } from './snapshot.ts';
import type { DirectoryStore, StoredDirectory, SyncRecord } from './source.ts';

/**
 * Keeps the last snapshot in memory: for a source that itself keeps everything where every process can read it, so
 * that writing a copy at each change would only cost time.
 */
export class HeldSnapshot implements DirectoryStore {
  #current: StoredDirectory | null = null;

  async current(): Promise<StoredDirectory | null> {
    return this.#current;
  }

  async replace(snapshot: DirectorySnapshot, { fingerprint, source }: SyncRecord): Promise<void> {
    this.#current = { snapshot, fingerprint, source };
  }

  async note({ outcome, at }: SyncRecord): Promise<void> {
    if (outcome !== 'confirmed' || this.#current === null) return;
    const { snapshot } = this.#current;
    this.#current = { ...this.#current, snapshot: { ...snapshot, confirmedAt: at } };
  }
}
