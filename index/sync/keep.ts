import type { ShareId } from '../../acl/index.ts';
import type { ReadLimits } from '../../ingest/index.ts';
import { WORK } from '../catalog/work-queue.ts';
import { serialWriter } from '../store/serial-writer.ts';
import { Compaction } from './compaction.ts';
import type { RemovalGuard } from './comparing.ts';
import type { PassDeps } from './deps.ts';
import { withoutNested } from './dirt.ts';
import { drain } from './drain.ts';
import { type PassEvent, type PassSummary, Tally } from './events.ts';
import { labelChunks } from './labels.ts';
import { noteCompared, prepareIndex, removeUnconfigured } from './pass.ts';
import { reconcile } from './reconcile.ts';
import { rescopeKnown } from './rescope.ts';
import type { SharePass } from './scope-reader.ts';
import { Turn } from './turn.ts';
import { Wake } from './wake.ts';
import { WatchedShare } from './watched-share.ts';

/** Tasks that go on side by side, each with sources of its own. */
export type KeepTask = 'settle' | 'compare' | 'read';

export interface KeepOptions {
  /** The shares with sources of permissions that know the directory as it is now; asked again and again. */
  readonly open: (task: KeepTask) => Promise<readonly SharePass[]>;
  /** How changes are noticed: by the kernel where it can tell, by looking, or only by whole comparisons. */
  readonly watch: 'auto' | 'poll' | 'off';
  /** Milliseconds between two comparisons of a share with the catalog, whole, whatever was noticed. */
  readonly reconcileMs: number;
  /** Milliseconds between two looks where the kernel tells nothing; doubles while nothing changes. */
  readonly pollMs: number;
  readonly limits: ReadLimits;
  readonly removals: RemovalGuard;
  readonly concurrency: number;
  /** Aborted to stop, or when the lease is lost. */
  readonly signal: AbortSignal;
  /** Done before the first file is read; permissions and removals are settled meanwhile. */
  readonly beforeReading?: ((signal: AbortSignal) => Promise<void>) | undefined;
  readonly onEvent: (event: KeepEvent) => void;
}

/** What happens while an index is kept. */
export type KeepEvent =
  | PassEvent
  | { readonly kind: 'watching'; readonly share: ShareId; readonly how: string }
  | { readonly kind: 'left-out'; readonly share: ShareId; readonly detail: string }
  | { readonly kind: 'compared'; readonly summary: PassSummary };

/** Events of one save come together. */
const GATHER_MS = 150;
/** A file is read when it has not been written to for this long. */
const REST_MS = 400;
const LOOK_FOR_WORK_MS = 1_000;
/** Key of `meta` by which another process asks for a whole comparison now. */
export const PASS_REQUESTED = 'pass-requested';

/**
 * Keeps an index up to date until it is stopped: what is noticed is settled within moments, and every share is
 * compared whole from time to time, for no way of noticing is complete.
 *
 * Comparing and reading go on side by side, so that closing a folder never waits for a film to be read.
 * @throws what the catalog, the store or the embedder throw; what was written until then is whole
 */
export async function keepIndex(given: PassDeps, options: KeepOptions): Promise<void> {
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const deps: PassDeps = { ...given, store: serialWriter(given.store) };
  await prepareIndex(deps);
  const keeper = new Keeper(deps, { ...options, signal });
  try {
    await keeper.watchAll();
    await Promise.all(
      [keeper.settle(), keeper.compare(), keeper.read(), keeper.tidy()].map((task) =>
        task.catch((error: unknown) => {
          stop.abort(error);
          throw error;
        }),
      ),
    );
  } catch (error) {
    if (!options.signal.aborted) throw error;
  } finally {
    stop.abort();
    await keeper.close();
  }
}

interface OpenPass {
  readonly id: number;
  readonly started: number;
  readonly tally: Tally;
  compared: boolean;
}

class Keeper {
  readonly #deps: PassDeps;
  readonly #options: KeepOptions;
  readonly #shares = new Map<ShareId, WatchedShare>();
  readonly #dirty = new Wake();
  readonly #compare = new Wake();
  readonly #work = new Wake();
  readonly #labelling = new Turn();
  readonly #compaction: Compaction;
  #pass: OpenPass | null = null;

  constructor(deps: PassDeps, options: KeepOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#compaction = new Compaction(deps);
  }

  /** Begins to watch before the first comparison, so that nothing falls between the two. */
  async watchAll(): Promise<void> {
    const { open, watch, pollMs, onEvent } = this.#options;
    for (const { share } of await open('compare')) {
      const watched = new WatchedShare(share, {
        pollMs,
        onDirty: () => this.#dirty.call(),
        onWatching: (how) => {
          onEvent({ kind: 'watching', share: share.id, how });
          this.#compare.call();
        },
      });
      this.#shares.set(share.id, watched);
      await watched.watch(watch);
    }
  }

  /** Settles what was noticed. */
  async settle(): Promise<void> {
    const { signal, open } = this.#options;
    while (!signal.aborted) {
      await this.#dirty.sleep(LOOK_FOR_WORK_MS, signal);
      if ([...this.#shares.values()].every(({ dirt }) => dirt.clean)) continue;
      await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
      for (const pass of await open('settle')) {
        const paths = this.#shares.get(pass.share.id)?.dirt.take() ?? [];
        if (paths.length > 0) await this.#settlePaths(pass, paths);
      }
      await this.#label();
      this.#work.call();
    }
  }

  /** Lists first: what was closed is closed before anything is looked at. */
  async #settlePaths(pass: SharePass, paths: readonly string[]): Promise<void> {
    const { signal } = this.#options;
    const watched = this.#shares.get(pass.share.id);
    // What seems to be gone went with the share: a comparison names that, and nothing else is made of it.
    if (watched !== undefined && !(await watched.stands())) return watched.away(this.#deps.now());
    const folders = paths.filter((path) => path !== '' && pass.acl.owns(path)).map(folderOf);
    const there = await this.#unlessAway(pass, this.#tally(), async () => {
      for (const folder of folders) await rescopeKnown(this.#deps, pass, folder, signal);
    });
    if (!there) return watched?.away(this.#deps.now());
    const whole = [...folders, ...paths].includes('');
    const files = paths.filter((path) => !pass.acl.owns(path));
    if (folders.length > 0) {
      await this.#reconcile(pass, whole ? [''] : withoutNested(folders), WORK.found, this.#tally());
    }
    if (files.length > 0 && !(whole && folders.length > 0)) {
      await this.#reconcile(pass, files, files.includes('') ? WORK.found : WORK.saved, this.#tally());
    }
  }

  /** Compares whole shares when their time has come, or when somebody asks. */
  async compare(): Promise<void> {
    const { signal, open, reconcileMs } = this.#options;
    const { catalog, now } = this.#deps;
    let answered = Number((await catalog.meta(PASS_REQUESTED)) ?? '0');
    while (!signal.aborted) {
      const asked = Number((await catalog.meta(PASS_REQUESTED)) ?? '0');
      const due = [...this.#shares].filter(([, { due: at }]) => asked > answered || at <= now());
      answered = asked;
      if (due.length === 0) {
        await this.#compare.sleep(LOOK_FOR_WORK_MS, signal);
        continue;
      }
      await this.#endPass();
      const started = now();
      const pass: OpenPass = {
        id: await catalog.beginPass(started),
        started,
        tally: this.#tally(),
        compared: false,
      };
      this.#pass = pass;
      const shares = await open('compare');
      for (const each of shares) {
        if (!due.some(([id]) => id === each.share.id)) continue;
        const there = await this.#reconcile(each, [''], WORK.found, pass.tally);
        const watched = this.#shares.get(each.share.id);
        if (there) await watched?.compared(pass.tally.changed, now(), reconcileMs);
        else watched?.away(now());
      }
      await removeUnconfigured(this.#deps, shares, pass.tally);
      await this.#label();
      pass.compared = true;
      this.#work.call();
    }
  }

  /** A comparison counts as a finished pass when all that it found was read. */
  async #endPass(): Promise<void> {
    const pass = this.#pass;
    if (pass === null || !pass.compared) return;
    this.#pass = null;
    const { catalog, now } = this.#deps;
    const summary = pass.tally.summary(now() - pass.started);
    await catalog.endPass(pass.id, now(), JSON.stringify(summary));
    this.#options.onEvent({ kind: 'compared', summary });
  }

  async #reconcile(
    pass: SharePass,
    places: readonly string[],
    priority: number,
    tally: Tally,
  ): Promise<boolean> {
    const { removals, signal } = this.#options;
    const options = { retryQuarantined: false, removals, signal, priority };
    return this.#unlessAway(pass, tally, async () => {
      await reconcile(this.#deps, pass, places, options, tally);
      if (places.includes('')) await noteCompared(this.#deps, pass.share.id);
    });
  }

  /** Whether the share was there; one that is away is told. */
  async #unlessAway({ share: { id } }: SharePass, tally: Tally, work: () => Promise<void>): Promise<boolean> {
    let there = true;
    try {
      await work();
    } catch (error) {
      if ((error as { code?: string }).code !== 'share-unavailable') throw error;
      tally.skipped(id, (error as Error).message);
      there = false;
    }
    for (const { share, detail } of tally.newlySkipped())
      this.#options.onEvent({ kind: 'left-out', share, detail });
    return there;
  }

  /** Reads what waits. */
  async read(): Promise<void> {
    const { signal, open, limits, concurrency } = this.#options;
    const { catalog, now } = this.#deps;
    await this.#options.beforeReading?.(signal);
    while (!signal.aborted) {
      const { due, nextDue } = await catalog.work.counts(now());
      if (due === 0) {
        await this.#endPass();
        const wait = Math.min(LOOK_FOR_WORK_MS, Math.max(10, (nextDue ?? Number.POSITIVE_INFINITY) - now()));
        await this.#work.sleep(wait, signal);
        continue;
      }
      const tally = this.#pass?.tally ?? this.#tally();
      await drain(
        this.#deps,
        { shares: await open('read'), limits, concurrency, restMs: REST_MS, signal },
        tally,
      );
      await this.#label();
      if (tally.wroteChunks) this.#compaction.wrote();
    }
  }

  /** One at a time: what one has read must be on the chunks before another reads. */
  #label(): Promise<number> {
    return this.#labelling.run(() => labelChunks(this.#deps, this.#options.signal));
  }

  async tidy(): Promise<void> {
    await this.#compaction.run(this.#options.signal);
  }

  async close(): Promise<void> {
    for (const watched of this.#shares.values()) await watched.close();
  }

  #tally(): Tally {
    return new Tally(this.#options.onEvent);
  }
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
