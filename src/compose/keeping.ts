import { setTimeout as sleep } from 'node:timers/promises';
import { keepDirectory } from '../../acl/index.ts';
import type { Core } from './core.ts';

/** Longest time that the stored time of confirmation lags behind, and its part of the age at which it is refused. */
const CONFIRM_MS = 60_000;
const CONFIRM_SHARE = 0.25;

/** Keeps the stored directory current until it is stopped; a directory that is no server needs no keeping. */
export function startKeeping(
  core: Core,
  onFault: (where: string, error: unknown) => void,
): { stop(): Promise<void> } {
  const { directory } = core.config;
  const follower = core.directory.follow?.();
  if (directory.source !== 'ldap' || follower === undefined) return { stop: async () => undefined };
  const ending = new AbortController();
  const kept = keepDirectory(
    {
      name: core.directory.name,
      follower,
      store: core.catalog.directory,
      now: core.now,
      wait: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
      probeMs: directory.probe * 1000,
      retryMs: Math.max(directory.probe, directory.interval) * 1000,
      confirmMs: Math.min(CONFIRM_MS, directory.maxStaleness * 1000 * CONFIRM_SHARE),
      onTrouble: (error) => onFault('directory', error),
    },
    ending.signal,
  );
  return {
    stop: async () => {
      ending.abort();
      await kept;
    },
  };
}
