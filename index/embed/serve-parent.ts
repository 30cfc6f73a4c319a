/**
 * What every model child does: load a model, then work for its parent.
 *
 * Work is cut into steps (a slice of texts to tokenize, one batch to run). Before each step the next call is chosen
 * afresh, so that no call waits longer than one step for its turn, and a cancelled one costs no further step.
 */
import { setImmediate } from 'node:timers/promises';
import { LoadError } from './load-error.ts';
import type { FileProgress, FromChild, LoadRequest, ToChild } from './protocol.ts';

/** Progress of one file is told at most this often. */
const PROGRESS_EVERY_MS = 200;

/** A call on its way. Each `next()` of its steps is one step of work. */
export interface Job<Work> {
  readonly id: number;
  readonly work: Work;
  readonly steps: AsyncGenerator<void, Float32Array, void>;
}

/** Serves the parent of this process. `turn` chooses the call whose step comes next; undefined without any. */
export function serveParent<Profile, Work>(role: {
  readonly load: (
    request: LoadRequest<Profile>,
    onProgress: (progress: FileProgress) => void,
  ) => Promise<(work: Work) => AsyncGenerator<void, Float32Array, void>>;
  readonly turn: (jobs: readonly Job<Work>[]) => Job<Work> | undefined;
}): void {
  const jobs: Job<Work>[] = [];
  let begin: ((work: Work) => AsyncGenerator<void, Float32Array, void>) | undefined;
  let working = false;

  async function load(request: LoadRequest<Profile>): Promise<void> {
    try {
      begin = await role.load(request, throttled());
      tell({ type: 'ready' });
    } catch (error) {
      reportLoadFailure(error);
    }
  }

  function drop(id: number): void {
    const at = jobs.findIndex((job) => job.id === id);
    if (at >= 0) jobs.splice(at, 1);
  }

  async function work(): Promise<void> {
    if (working) return;
    working = true;
    for (let job = role.turn(jobs); job !== undefined; job = role.turn(jobs)) {
      await step(job);
      // Lets the channel deliver what came in meanwhile: a call to prefer, a call that was cancelled.
      await setImmediate();
    }
    working = false;
  }

  async function step(job: Job<Work>): Promise<void> {
    try {
      const { done, value } = await job.steps.next();
      if (!done) {
        tell({ type: 'alive' });
        return;
      }
      drop(job.id);
      tell({ type: 'numbers', id: job.id, numbers: value });
    } catch (error) {
      drop(job.id);
      tell({ type: 'failed', id: job.id, reason: error instanceof Error ? error.message : String(error) });
    }
  }

  process.on('message', (message: ToChild<Profile, Work>) => {
    switch (message.type) {
      case 'load':
        void load(message);
        break;
      case 'cancel':
        drop(message.id);
        // The parent waits for no more of it, and must know that this was heard.
        tell({ type: 'alive' });
        break;
      case 'work':
        if (begin === undefined) throw new Error('asked to work before a model was loaded');
        jobs.push({ id: message.id, work: message.work, steps: begin(message.work) });
        void work();
        break;
    }
  });
  // The library loses track of some of its own promises (a missing weights file, for one).
  process.on('unhandledRejection', (error) => {
    if (begin !== undefined) throw error;
    reportLoadFailure(error);
  });
  // A terminal's Ctrl-C reaches the whole process group: the parent decides when this child ends.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => {});
  process.on('disconnect', () => process.exit());
}

function tell(message: FromChild): void {
  // A parent that is gone hears nothing; `disconnect` ends this process.
  if (process.connected) process.send?.(message, () => {});
}

function reportLoadFailure(error: unknown): void {
  const failure =
    error instanceof LoadError ? error.failure : { code: 'model-broken' as const, reason: String(error) };
  tell({ type: 'load-failed', failure });
}

function throttled(): (progress: FileProgress) => void {
  const toldAt = new Map<string, number>();
  return (progress) => {
    const now = performance.now();
    const early = now - (toldAt.get(progress.file) ?? Number.NEGATIVE_INFINITY) < PROGRESS_EVERY_MS;
    if (early && progress.loaded !== progress.total) return;
    toldAt.set(progress.file, now);
    tell({ type: 'progress', ...progress });
  };
}
