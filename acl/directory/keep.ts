import type { DirectorySnapshot } from './snapshot.ts';
import { snapshotDigest } from './snapshot-digest.ts';
import type { DirectoryFollower, DirectoryStore, SyncRecord } from './source.ts';

/** A source may be at work for us this part of the time at most. */
const BUSY_SHARE = 0.1;

export interface DirectoryKeeping {
  /** Name of the source, for the records of the store. */
  readonly name: string;
  readonly follower: DirectoryFollower;
  readonly store: DirectoryStore;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Resolves after so many milliseconds, or rejects or resolves when the signal aborts. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** From the end of one asking to the beginning of the next, while all is well and asking is cheap. */
  readonly probeMs: number;
  /** Longest time between two tries after failures. */
  readonly retryMs: number;
  /** How old the stored time of confirmation may get before it is written again. */
  readonly confirmMs: number;
  /** Told once for each new trouble. The message names the mend. */
  readonly onTrouble: (error: Error) => void;
}

/**
 * Keeps the stored snapshot current with a followed source until the signal aborts, then closes the follower.
 *
 * One asking ends before the next begins, and the pause grows with what the last one took, so that a slow server is
 * not asked more than it can bear. Failures renew no age; tries after them come ever more seldom.
 */
export async function keepDirectory(deps: DirectoryKeeping, signal: AbortSignal): Promise<void> {
  const { follower, now, wait, probeMs, retryMs, onTrouble } = deps;
  const keeper = new SnapshotKeeper(deps);
  const end = (): void => void follower.close();
  signal.addEventListener('abort', end, { once: true });
  let failures = 0;
  let trouble: string | null = null;
  while (!signal.aborted) {
    const at = now();
    const outcome = await keeper.ask(at, signal);
    if (signal.aborted) break;
    const took = Math.max(0, now() - at);
    failures = outcome.kind === 'well' ? 0 : failures + 1;
    const told = outcome.kind === 'well' ? null : outcome.detail;
    if (told !== null && told !== trouble) onTrouble(new Error(told));
    trouble = told;
    const pause = Math.max(probeMs, took * (1 / BUSY_SHARE - 1));
    const backed = Math.max(pause, Math.min(retryMs, probeMs * 2 ** failures));
    await wait(
      failures === 0 ? pause : outcome.kind === 'later' ? Math.max(pause, retryMs) : backed,
      signal,
    ).catch(() => undefined);
  }
  await follower.close();
}

type Asked = { readonly kind: 'well' } | { readonly kind: 'soon' | 'later'; readonly detail: string };

/** Writes what a follower finds into the store. */
class SnapshotKeeper {
  readonly #deps: DirectoryKeeping;
  #held: { readonly snapshot: DirectorySnapshot; readonly digest: string } | null = null;
  #confirmedAt = Number.NEGATIVE_INFINITY;

  constructor(deps: DirectoryKeeping) {
    this.#deps = deps;
  }

  async ask(at: number, signal: AbortSignal): Promise<Asked> {
    const { follower, store } = this.#deps;
    try {
      const found = await follower.next(at);
      if (signal.aborted || found.kind === 'not-asked') return { kind: 'well' };
      if (found.kind === 'failed') {
        await store.note(this.#record(at, 'failed', found.detail));
        return { kind: found.retry, detail: found.detail };
      }
      if (found.kind === 'read') {
        this.#held = { snapshot: found.snapshot, digest: snapshotDigest(found.snapshot) };
        this.#confirmedAt = Number.NEGATIVE_INFINITY;
      }
      await this.#keep(at);
      return { kind: 'well' };
    } catch (error) {
      return { kind: 'soon', detail: (error as Error).message };
    }
  }

  /** What another process stored meanwhile may be older than what is held: it is replaced, not confirmed. */
  async #keep(at: number): Promise<void> {
    const { store, confirmMs } = this.#deps;
    const held = this.#held;
    if (held === null) return;
    if ((await store.current())?.fingerprint !== held.digest) {
      await store.replace({ ...held.snapshot, confirmedAt: at }, this.#record(at, 'replaced', null));
    } else if (at - this.#confirmedAt >= confirmMs || at < this.#confirmedAt) {
      await store.note(this.#record(at, 'confirmed', null));
    } else return;
    this.#confirmedAt = at;
  }

  #record(at: number, outcome: SyncRecord['outcome'], detail: string | null): SyncRecord {
    return { source: this.#deps.name, at, outcome, fingerprint: this.#held?.digest ?? null, detail };
  }
}
