import { lstat } from 'node:fs/promises';
import type { ShareId } from '../ids.ts';
import { Gathered } from './gathered.ts';
import type { ReadingStore, StoredReading } from './reading-store.ts';

/** What a server said of one path, in a form of the source's choice, or why it said nothing. */
export type TextReading<Refusal> =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly refusal: Refusal };

export interface ChangedReadingsOptions<Refusal> {
  readonly share: ShareId;
  readonly readings: ReadingStore;
  /** Server, account and way of reading: with another origin nothing that was kept counts. */
  readonly origin: string;
  /** After so long everything is read again, changed or not. */
  readonly rescanAfterMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Where a path lies on this machine; null for one that is not mounted. */
  readonly localPath: (path: string) => string | null;
  /** Asks the server. Answers for every path. */
  readonly read: (paths: readonly string[]) => Promise<ReadonlyMap<string, TextReading<Refusal>>>;
}

/**
 * A reading counts again only when the file had been as it was for this long when it was made: two changes within one
 * tick of a clock look like one, and the server's clock may be a little off ours.
 */
const SETTLED_MS = 60_000;

/**
 * Readings of permissions that are made again only where the file's status changed since the last one.
 *
 * A change of permissions moves the change time of a file (POSIX `st_ctime`; ChangeTime of [MS-FSCC] 2.4.7), which a
 * mount shows. Where a server does not move it, the change counts at the latest after `rescanAfterMs`.
 * INVARIANT: after `refresh`, nothing counts that was read before; only `beginPass` allows it again.
 */
export class ChangedReadings<Refusal> {
  readonly #options: ChangedReadingsOptions<Refusal>;
  /** `first-look`: what was kept counts where nothing changed. */
  #mode: 'first-look' | 'fresh' = 'fresh';
  #toDrop = false;
  readonly #gathered = new Gathered<TextReading<Refusal>>((paths) => this.#readAll(paths));

  constructor(options: ChangedReadingsOptions<Refusal>) {
    this.#options = options;
  }

  beginPass(): void {
    this.#gathered.forget();
    this.#mode = 'first-look';
    this.#toDrop = true;
  }

  refresh(): void {
    this.#gathered.forget();
    this.#mode = 'fresh';
  }

  /** Paths asked for in one turn are read in one call. */
  get(path: string): Promise<TextReading<Refusal>> {
    return this.#gathered.get(path);
  }

  async #readAll(paths: readonly string[]): Promise<ReadonlyMap<string, TextReading<Refusal>>> {
    const { share, readings, now, read, rescanAfterMs } = this.#options;
    const reuse = this.#mode === 'first-look';
    const readAt = now();
    if (this.#toDrop) await readings.dropBefore(share, readAt - rescanAfterMs);
    this.#toDrop = false;
    // Looked at before the server is asked: what changes in between is seen as changed the next time.
    const states = new Map<string, State>();
    for (const [path, state] of await Promise.all(
      paths.map(async (path) => [path, await this.#look(path)] as const),
    )) {
      if (state !== null) states.set(path, state);
    }
    const found = new Map<string, TextReading<Refusal>>();
    if (reuse) {
      for (const [path, kept] of await readings.get(share, [...states.keys()])) {
        const age = readAt - kept.readAt;
        const same = kept.fingerprint === states.get(path)?.fingerprint;
        if (same && age >= 0 && age < rescanAfterMs) found.set(path, { ok: true, text: kept.text });
      }
    }
    const asked = paths.filter((path) => !found.has(path));
    if (asked.length === 0) return found;
    const toKeep = new Map<string, StoredReading>();
    for (const [path, reading] of await read(asked)) {
      found.set(path, reading);
      const state = states.get(path);
      if (!reading.ok || state === undefined || readAt - state.changed < SETTLED_MS) continue;
      toKeep.set(path, { fingerprint: state.fingerprint, readAt, text: reading.text });
    }
    if (toKeep.size > 0) await readings.put(share, toKeep);
    return found;
  }

  async #look(path: string): Promise<State | null> {
    const local = this.#options.localPath(path);
    if (local === null) return null;
    try {
      const { dev, ino, size, ctimeNs, ctimeMs } = await lstat(local, { bigint: true });
      const fingerprint = [this.#options.origin, dev, ino, size, ctimeNs].join(':');
      return { fingerprint, changed: Number(ctimeMs) };
    } catch {
      return null;
    }
  }
}

interface State {
  readonly fingerprint: string;
  /** Change time in milliseconds since the epoch. */
  readonly changed: number;
}
