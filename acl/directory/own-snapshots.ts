import type { DirectorySnapshot } from './snapshot.ts';
import type { DirectoryStore, StoredDirectory, SyncRecord } from './source.ts';

/**
 * A store in which one source sees its own snapshots only: after a change of directory nobody is answered by the
 * groups of the old one while the new one was not read yet.
 */
export class OwnSnapshots implements DirectoryStore {
  readonly #store: DirectoryStore;
  readonly #source: string;

  constructor(store: DirectoryStore, source: string) {
    this.#store = store;
    this.#source = source;
  }

  async current(): Promise<StoredDirectory | null> {
    const stored = await this.#store.current();
    return stored?.source === this.#source ? stored : null;
  }

  replace(snapshot: DirectorySnapshot, sync: SyncRecord): Promise<void> {
    return this.#store.replace(snapshot, sync);
  }

  note(sync: SyncRecord): Promise<void> {
    return this.#store.note(sync);
  }
}
