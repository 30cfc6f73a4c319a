import { setTimeout as sleep } from 'node:timers/promises';
import type { EmbedChild } from './child-handle.ts';
import { type Embedder, EmbedderError } from './embedder.ts';
import { type ModelProfile, profileId } from './profiles.ts';
import { type ModelOptions, startModel } from './start-model.ts';

export interface TransformersEmbedderOptions extends ModelOptions {
  readonly restart?: RestartPolicy | undefined;
}

/** When a dead child is replaced: at once, then after growing waits, then not until `coolDownMs` have passed. */
export interface RestartPolicy {
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  /** Deaths in a row, without one successful call between, after which calls fail at once. */
  readonly maxInARow: number;
  readonly coolDownMs: number;
}

const DEFAULT_RESTART: RestartPolicy = {
  firstWaitMs: 200,
  longestWaitMs: 5_000,
  maxInARow: 5,
  coolDownMs: 60_000,
};
/**
 * Characters kept for each token the model reads: no text of any language has tokens this long on average, and
 * a text of a million characters costs no more than it must.
 */
const CHARACTERS_PER_TOKEN = 32;

/**
 * An embedder that runs an ONNX model by transformers.js in a child process of its own.
 *
 * The returned promise rejects with an `EmbedderError` where the model is missing, does not load, or gives
 * vectors that are not what its profile says. Later, a child that dies or hangs fails the calls it had;
 * the next call starts a new child. An aborted call rejects with the signal's reason.
 */
export async function createTransformersEmbedder(options: TransformersEmbedderOptions): Promise<Embedder> {
  const { profile } = options;
  const restart = options.restart ?? DEFAULT_RESTART;
  const closing = new AbortController();
  let child: EmbedChild = await startModel(options);
  let starting: Promise<EmbedChild> | undefined;
  let mourned: EmbedChild | undefined;
  let deaths = 0;
  let lastDeath = 0;

  function countDeath(): void {
    deaths += 1;
    lastDeath = performance.now();
  }

  async function revive(): Promise<EmbedChild> {
    const sinceDeath = performance.now() - lastDeath;
    if (deaths >= restart.maxInARow && sinceDeath < restart.coolDownMs) throw restingError(deaths);
    const wait = Math.max(0, waitBefore(deaths, restart) - sinceDeath);
    await sleep(wait, undefined, { signal: closing.signal }).catch(() => {});
    if (closing.signal.aborted) throw closedError();
    try {
      child = await startModel(options);
      return child;
    } catch (error) {
      if (isDeath(error)) countDeath();
      throw error;
    }
  }

  function living(): Promise<EmbedChild> {
    if (child.alive()) return Promise.resolve(child);
    // Many callers may find it dead; one start serves them all.
    starting ??= revive().finally(() => {
      starting = undefined;
    });
    return starting;
  }

  async function embed(
    texts: readonly string[],
    kind: 'query' | 'passage',
    signal?: AbortSignal,
  ): Promise<Float32Array[]> {
    if (closing.signal.aborted) throw closedError();
    signal?.throwIfAborted();
    if (texts.length === 0) return [];
    const used = await abortable(living(), signal);
    try {
      const vectors = await used.embed(
        texts.map((text) => inputOf(text, kind, profile)),
        kind,
        signal,
      );
      deaths = 0;
      return rowsOf(vectors, profile.dimensions);
    } catch (error) {
      // One death fails every call the child had; it counts once.
      if (isDeath(error) && mourned !== used) {
        mourned = used;
        countDeath();
      }
      throw error;
    }
  }

  async function close(): Promise<void> {
    closing.abort();
    await starting?.catch(() => {});
    await child.stop();
  }

  return { id: profileId(profile), dimensions: profile.dimensions, embed, close };
}

function inputOf(text: string, kind: 'query' | 'passage', profile: ModelProfile): string {
  return profile.prefixes[kind] + text.slice(0, profile.maxTokens * CHARACTERS_PER_TOKEN);
}

function rowsOf(vectors: Float32Array, dimensions: number): Float32Array[] {
  return Array.from({ length: vectors.length / dimensions }, (_, row) =>
    // A copy, not a view: a caller that keeps one vector must not keep the memory of all.
    vectors.slice(row * dimensions, (row + 1) * dimensions),
  );
}

function waitBefore(deaths: number, { firstWaitMs, longestWaitMs }: RestartPolicy): number {
  return deaths <= 1 ? 0 : Math.min(firstWaitMs * 2 ** (deaths - 2), longestWaitMs);
}

function isDeath(error: unknown): boolean {
  return (
    error instanceof EmbedderError && (error.code === 'embedder-crashed' || error.code === 'embedder-timeout')
  );
}

function restingError(deaths: number): EmbedderError {
  return new EmbedderError(
    'embedder-crashed',
    `The embedding process died ${deaths} times in a row and is left alone for a while. ` +
      'Look at the memory it may use, run `ntk doctor`, or set embedding.model to none.',
  );
}

function closedError(): EmbedderError {
  return new EmbedderError('embedder-closed', 'The embedder was closed.');
}

/** Gives up waiting when the signal says so; the work itself goes on for others. */
async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
