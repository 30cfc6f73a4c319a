import { type FolderWatch, networkMount, rootOf, type Share, watchFolder } from '../../ingest/index.ts';
import { Dirt } from './dirt.ts';

export interface WatchedShareOptions {
  /** Milliseconds between two looks where the kernel tells nothing; doubles while nothing changes. */
  readonly pollMs: number;
  /** Something happened somewhere in it. */
  readonly onDirty: () => void;
  /** Says how changes are noticed, in words, at the start and when that changes. */
  readonly onWatching: (how: string) => void;
}

const LONGEST_POLL_MS = 900_000;
const AWAY_MS = 10_000;

/** One share while its index is kept: what happened in it, and when it is due to be compared whole. */
export class WatchedShare {
  readonly dirt = new Dirt();
  /** Milliseconds since the epoch. */
  due = 0;
  readonly #share: Share;
  readonly #options: WatchedShareOptions;
  #watch: FolderWatch | null = null;
  /** The folder that is watched, as `rootOf` names it. */
  #watched: string | null = null;
  /** Null where the kernel tells of changes. */
  #pollMs: number | null = null;
  /** Watching by the kernel had begun and does not work any more: it is tried again when the share can be listed. */
  #failed = false;

  constructor(share: Share, options: WatchedShareOptions) {
    this.#share = share;
    this.#options = options;
  }

  async watch(how: 'auto' | 'poll' | 'off'): Promise<void> {
    if (how === 'off') return;
    const mount = await networkMount(this.#share.root).catch(() => 'not mounted');
    if (how === 'poll' || mount !== null) {
      this.#poll(mount ?? 'ingest.watch: poll');
      return;
    }
    this.#watched = await rootOf(this.#share).catch(() => null);
    this.#watch = await watchFolder(this.#share, {
      onChange: (path) => {
        this.dirt.add(path);
        this.#options.onDirty();
      },
      onFailure: (error) => {
        if (this.#failed) return;
        this.#failed = true;
        this.#poll(error.message);
      },
    });
    if (this.#pollMs === null) this.#options.onWatching('by the kernel');
  }

  /** Whether the folder at its root is the one whose changes the kernel tells, and not what lies beneath a mount. */
  async stands(): Promise<boolean> {
    return (await rootOf(this.#share).catch(() => null)) === this.#watched;
  }

  /** Notes a whole comparison, and when the next is due. */
  async compared(changed: boolean, now: number, reconcileMs: number): Promise<void> {
    if (this.#failed || (this.#watch !== null && !(await this.stands()))) {
      this.#failed = false;
      this.#pollMs = null;
      await this.close();
      await this.watch('auto');
      // What happened between that comparison and this moment is found by another.
      this.due = now;
      return;
    }
    if (this.#pollMs !== null) {
      const { pollMs } = this.#options;
      const longest = Math.max(LONGEST_POLL_MS, pollMs);
      this.#pollMs = changed ? pollMs : Math.min(longest, this.#pollMs * 2);
    }
    this.due = now + Math.min(reconcileMs, this.#pollMs ?? reconcileMs);
  }

  /** Notes that the share could not be listed: it is looked for again soon, and watched anew when it is back. */
  away(now: number): void {
    if (this.#watch !== null) this.#failed = true;
    this.due = now + Math.min(AWAY_MS, this.#options.pollMs);
  }

  async close(): Promise<void> {
    await this.#watch?.close();
    this.#watch = null;
  }

  #poll(why: string): void {
    this.#pollMs = this.#options.pollMs;
    this.due = 0;
    this.#options.onWatching(`by looking (${why})`);
  }
}
