/**
 * The embedding child process: loads one model and embeds for its parent.
 *
 * Work is cut into steps (a slice of texts to tokenize, one batch to run). Before each step the next call is
 * chosen afresh, queries first, so a query waits for one step at most, however long the passage calls are.
 */
import { setImmediate } from 'node:timers/promises';
import { planBatches } from './batches.ts';
import { type EmbedModel, LoadError, loadModel } from './embed-model.ts';
import type { EmbedRequest, FileProgress, FromChild, LoadRequest, ToChild } from './protocol.ts';

/** Texts tokenized in one step: some tens of milliseconds for usual chunks. */
const TOKENIZE_SLICE = 32;
/** Progress of one file is told at most this often. */
const PROGRESS_EVERY_MS = 200;

interface Job {
  readonly id: number;
  readonly kind: EmbedRequest['kind'];
  /** Each `next()` is one step of work. */
  readonly steps: AsyncGenerator<void, Float32Array, void>;
}

const jobs: Job[] = [];
let model: EmbedModel | undefined;
let batchTokens = 0;
let working = false;

function tell(message: FromChild): void {
  // A parent that is gone hears nothing; `disconnect` below ends this process.
  if (process.connected) process.send?.(message, () => {});
}

async function load(request: LoadRequest): Promise<void> {
  batchTokens = request.batchTokens;
  try {
    model = await loadModel(request, throttled());
    tell({ type: 'ready' });
  } catch (error) {
    reportLoadFailure(error);
  }
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

async function* embedding(
  loaded: EmbedModel,
  texts: readonly string[],
): AsyncGenerator<void, Float32Array, void> {
  const tokens: (readonly number[])[] = [];
  for (let start = 0; start < texts.length; start += TOKENIZE_SLICE) {
    for (const text of texts.slice(start, start + TOKENIZE_SLICE)) tokens.push(loaded.tokenize(text));
    yield;
  }
  let vectors = new Float32Array(0);
  const lengths = tokens.map((ids) => ids.length);
  for (const batch of planBatches(lengths, batchTokens)) {
    const rows = await loaded.run(batch.map((index) => tokens[index] ?? []));
    const dimensions = rows.length / batch.length;
    if (vectors.length === 0) vectors = new Float32Array(texts.length * dimensions);
    batch.forEach((index, row) => {
      vectors.set(rows.subarray(row * dimensions, (row + 1) * dimensions), index * dimensions);
    });
    yield;
  }
  return vectors;
}

function nextJob(): Job | undefined {
  return jobs.find((job) => job.kind === 'query') ?? jobs[0];
}

function drop(id: number): void {
  const at = jobs.findIndex((job) => job.id === id);
  if (at >= 0) jobs.splice(at, 1);
}

async function work(): Promise<void> {
  if (working) return;
  working = true;
  for (let job = nextJob(); job !== undefined; job = nextJob()) {
    await step(job);
    // Lets the channel deliver what came in meanwhile: a query to prefer, a call that was cancelled.
    await setImmediate();
  }
  working = false;
}

async function step(job: Job): Promise<void> {
  try {
    const { done, value } = await job.steps.next();
    if (!done) {
      tell({ type: 'alive' });
      return;
    }
    drop(job.id);
    tell({ type: 'vectors', id: job.id, vectors: value });
  } catch (error) {
    drop(job.id);
    const reason = error instanceof Error ? error.message : String(error);
    tell({ type: 'failed', id: job.id, code: 'model-broken', reason });
  }
}

process.on('message', (message: ToChild) => {
  switch (message.type) {
    case 'load':
      void load(message);
      break;
    case 'cancel':
      drop(message.id);
      break;
    case 'embed':
      if (model === undefined) throw new Error('asked to embed before a model was loaded');
      jobs.push({ id: message.id, kind: message.kind, steps: embedding(model, message.texts) });
      void work();
      break;
  }
});
// The library loses track of some of its own promises (a missing weights file, for one).
process.on('unhandledRejection', (error) => {
  if (model !== undefined) throw error;
  reportLoadFailure(error);
});
// A terminal's Ctrl-C reaches the whole process group: the parent decides when this child ends.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.on('disconnect', () => process.exit());
