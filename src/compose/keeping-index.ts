import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DirectorySnapshot } from '../../acl/index.ts';
import {
  type KeepEvent,
  type KeepTask,
  keepIndex,
  PASS_REQUESTED,
  type PassSummary,
  type SharePass,
  type WriterBusy,
  withWriterLease,
} from '../../index/index.ts';
import type { Core } from './core.ts';
import { removalGuard, sharePass, withWriting } from './ingesting.ts';

/** Marks the lease of a process that keeps the index, as against one that makes a single pass. */
const KEEPER = 'keeper:';
/** Milliseconds until the next attempt, after one that failed. */
const RETRY_MS = [2_000, 5_000, 15_000, 60_000];
const LOOK_MS = 200;

export interface IndexKeeping {
  /** Stops and waits until nothing is written any more. */
  stop(): Promise<void>;
}

/**
 * Keeps the index up to date in the background until it is stopped. While another process writes, it waits; a fault
 * is told and tried again, for answering goes on meanwhile.
 */
export function startIndexKeeping(
  core: Core,
  on: {
    readonly event: (event: KeepEvent) => void;
    readonly fault: (where: string, error: unknown) => void;
  },
): IndexKeeping {
  const stop = new AbortController();
  const done = (async () => {
    for (let failed = 0; !stop.signal.aborted; ) {
      try {
        await keepOnce(core, stop.signal, on.event);
        failed = 0;
      } catch (error) {
        if (stop.signal.aborted) return;
        if (failed === 0) on.fault('ingestion', error);
        const wait = RETRY_MS[Math.min(failed, RETRY_MS.length - 1)];
        await sleep(wait, undefined, { signal: stop.signal }).catch(() => undefined);
        failed += 1;
      }
    }
  })();
  return {
    async stop() {
      stop.abort();
      await done;
    },
  };
}

async function keepOnce(core: Core, stop: AbortSignal, onEvent: (event: KeepEvent) => void): Promise<void> {
  const { config, catalog, now } = core;
  const lease = { store: catalog.lease, now, holder: `${KEEPER}${randomUUID()}` };
  await withWriterLease(lease, (lost) =>
    withWriting(core, { rebuild: false }, async ({ deps, limits }) => {
      const signal = AbortSignal.any([stop, lost]);
      await keepIndex(deps, {
        open: sourcesOf(core),
        watch: config.ingest.watch,
        pollMs: config.ingest.pollInterval * 1000,
        reconcileMs: config.ingest.reconcileInterval * 1000,
        limits,
        removals: removalGuard(config, false),
        concurrency: config.ingest.workers,
        signal,
        onEvent,
      });
      lost.throwIfAborted();
    }),
  );
}

/** Sources for each task, made anew when the directory is another one. */
function sourcesOf(core: Core): (task: KeepTask) => Promise<readonly SharePass[]> {
  const made = new Map<
    KeepTask,
    { users: DirectorySnapshot['users'] | null; shares: readonly SharePass[] }
  >();
  return async (task) => {
    const snapshot = await core.snapshot();
    const users = snapshot?.users ?? null;
    const known = made.get(task);
    if (known !== undefined && known.users === users) return known.shares;
    const shares = core.config.shares.map((share) => sharePass(core, share, snapshot));
    made.set(task, { users, shares });
    return shares;
  };
}

/** Whether the process that writes is one that keeps the index, and can be asked for a pass. */
export function keepsIndex(busy: WriterBusy): boolean {
  return busy.holder.holder.startsWith(KEEPER);
}

/**
 * Asks the process that keeps the index to compare all shares now, and waits until that is done.
 * @throws what `signal` was aborted with
 */
export async function askForPass(core: Core, signal: AbortSignal): Promise<PassSummary> {
  const { catalog, now } = core;
  const asked = now();
  await catalog.setMeta(PASS_REQUESTED, String(asked));
  for (;;) {
    const pass = await catalog.lastPass();
    if (pass !== null && pass.started >= asked && pass.summary !== null) {
      return JSON.parse(pass.summary) as PassSummary;
    }
    await sleep(LOOK_MS, undefined, { signal });
  }
}
