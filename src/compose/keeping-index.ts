import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DirectorySnapshot } from '../../acl/index.ts';
import {
  COMPARED,
  type KeepEvent,
  type KeepTask,
  keepIndex,
  PASS_REQUESTED,
  type PassSummary,
  type SharePass,
  toldRates,
  type WriterBusy,
  withWriterLease,
} from '../../index/index.ts';
import type { Core } from './core.ts';
import { lookForPrograms, removalGuard, sharePass, withWriting } from './ingesting.ts';

/** Marks the lease of a process that keeps the index, as against one that makes a single pass. */
const KEEPER = 'keeper:';
/** Milliseconds until the next attempt, after one that failed. */
const RETRY_MS = [2_000, 5_000, 15_000, 60_000];
const LOOK_MS = 200;
/** Looks at the pass for each look at whether the server is still there. */
const LOOKS_AT_KEEPER = 10;

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
  // One holder for all attempts: a lease that could not be given back is not in its own way.
  const holder = `${KEEPER}${randomUUID()}`;
  const done = (async () => {
    let failed = 0;
    const event = (happened: KeepEvent): void => {
      // A comparison that was read to its end: what fails after it is another fault.
      if (happened.kind === 'compared') failed = 0;
      on.event(happened);
    };
    while (!stop.signal.aborted) {
      try {
        await keepOnce(core, holder, stop.signal, event);
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

async function keepOnce(
  core: Core,
  holder: string,
  stop: AbortSignal,
  onEvent: (event: KeepEvent) => void,
): Promise<void> {
  const { config, catalog, now } = core;
  const lease = { store: catalog.lease, now, holder };
  await withWriterLease(lease, (lost) =>
    withWriting(core, { rebuild: false }, async ({ deps, limits, beforeReading, note }) => {
      const signal = AbortSignal.any([stop, lost]);
      await keepIndex(deps, {
        open: sourcesOf(core),
        watch: config.ingest.watch,
        pollMs: config.ingest.pollInterval * 1000,
        reconcileMs: config.ingest.reconcileInterval * 1000,
        limits,
        beforeReading,
        removals: removalGuard(config, false),
        concurrency: config.ingest.workers,
        signal,
        onEvent: (event) => {
          note(event);
          onEvent(event);
        },
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
    // A program that was installed meanwhile reads with the next comparison what it was needed for.
    if (task === 'compare') await lookForPrograms(core);
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

/** How far a pass is that a server was asked for. */
export interface AskedPass {
  /** Shares it has compared since, of how many. */
  readonly compared: number;
  readonly shares: number;
  /** Files that wait and are due. */
  readonly waiting: number;
  readonly filesPerSecond: number;
}

/** The server was stopped before the pass that it was asked for was done. */
export class KeeperGone extends Error {
  readonly code = 'keeper-gone';
}

/**
 * Asks the process that keeps the index to compare all shares now, and waits until that is done.
 * @throws {KeeperGone} when it ends before; what `signal` was aborted with
 */
export async function askForPass(
  core: Core,
  signal: AbortSignal,
  onLook: (pass: AskedPass) => void = () => undefined,
): Promise<PassSummary> {
  const { catalog, now } = core;
  const asked = now();
  await catalog.setMeta(PASS_REQUESTED, String(asked));
  for (let looks = 0; ; looks += 1) {
    const pass = await catalog.lastPass();
    if (pass !== null && pass.started >= asked && pass.summary !== null) {
      return JSON.parse(pass.summary) as PassSummary;
    }
    if (looks % LOOKS_AT_KEEPER === 0 && !(await isHeld(core))) {
      throw new KeeperGone('the server was stopped before it was done: run `ntk ingest` again');
    }
    onLook(await howFar(core, asked));
    await sleep(LOOK_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

async function howFar({ catalog, config, now }: Core, asked: number): Promise<AskedPass> {
  const times = await Promise.all(config.shares.map(({ name }) => catalog.meta(`${COMPARED}${name}`)));
  const { due } = await catalog.work.counts(now());
  const { filesPerSecond } = await toldRates(catalog, now());
  return {
    compared: times.filter((time) => Number(time ?? 0) >= asked).length,
    shares: times.length,
    waiting: due,
    filesPerSecond,
  };
}

/** Whether some process holds the right to write: tried with a claim that has ended when it is made. */
async function isHeld({ catalog, now }: Core): Promise<boolean> {
  const holder = `look:${randomUUID()}`;
  const taken = await catalog.lease.acquire({ holder, pid: process.pid, host: '', expires: 0 }, now());
  if (taken.ok) await catalog.lease.release(holder);
  return !taken.ok;
}
