import { setTimeout as sleep } from 'node:timers/promises';
import { closedError, type ModelChild } from './child-handle.ts';
import type { ModelRole } from './model-role.ts';
import type { Weights } from './profiles.ts';
import { type ModelOptions, startModel } from './start-model.ts';

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

/** A model that stays usable: a child that died is replaced with the next call. */
export interface LivingModel<Work> {
  /** Rejects with an error of the role, an aborted call with the signal's reason. */
  run(work: Work, signal?: AbortSignal): Promise<Float32Array>;
  /** Throws when it was closed. */
  throwIfClosed(): void;
  close(): Promise<void>;
}

/** Starts a model. Rejects with an error of the role where it is missing or does not load. */
export async function openLivingModel<Profile extends Weights, Work>(
  role: ModelRole,
  options: ModelOptions<Profile> & { readonly restart?: RestartPolicy | undefined },
): Promise<LivingModel<Work>> {
  const restart = options.restart ?? DEFAULT_RESTART;
  const closing = new AbortController();
  let child = await startModel<Profile, Work>(role, options);
  let starting: Promise<ModelChild<Work>> | undefined;
  let mourned: ModelChild<Work> | undefined;
  let deaths = 0;
  let lastDeath = 0;

  function countDeath(): void {
    deaths += 1;
    lastDeath = performance.now();
  }

  async function revive(): Promise<ModelChild<Work>> {
    const sinceDeath = performance.now() - lastDeath;
    if (deaths >= restart.maxInARow && sinceDeath < restart.coolDownMs) throw restingError(role, deaths);
    const wait = Math.max(0, waitBefore(deaths, restart) - sinceDeath);
    await sleep(wait, undefined, { signal: closing.signal }).catch(() => {});
    if (closing.signal.aborted) throw closedError(role);
    try {
      child = await startModel(role, options);
      return child;
    } catch (error) {
      if (role.isDeath(error)) countDeath();
      throw error;
    }
  }

  function living(): Promise<ModelChild<Work>> {
    if (child.alive()) return Promise.resolve(child);
    // Many callers may find it dead; one start serves them all.
    starting ??= revive().finally(() => {
      starting = undefined;
    });
    return starting;
  }

  function throwIfClosed(): void {
    if (closing.signal.aborted) throw closedError(role);
  }

  async function run(work: Work, signal?: AbortSignal): Promise<Float32Array> {
    throwIfClosed();
    signal?.throwIfAborted();
    const used = await abortable(living(), signal);
    try {
      const numbers = await used.run(work, signal);
      deaths = 0;
      return numbers;
    } catch (error) {
      // One death fails every call the child had; it counts once.
      if (role.isDeath(error) && mourned !== used) {
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

  return { run, throwIfClosed, close };
}

function waitBefore(deaths: number, { firstWaitMs, longestWaitMs }: RestartPolicy): number {
  return deaths <= 1 ? 0 : Math.min(firstWaitMs * 2 ** (deaths - 2), longestWaitMs);
}

function restingError(role: ModelRole, deaths: number): Error {
  return role.error(
    'crashed',
    `The ${role.noun} process died ${deaths} times in a row and is left alone for a while. ` +
      `Look at the memory it may use, run \`ntk doctor\`, or ${role.without}.`,
  );
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
