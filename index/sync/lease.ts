import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Lease, LeaseStore } from '../catalog/catalog.ts';

/** How long a lease lasts without being renewed, and how often it is renewed. Milliseconds. */
const LEASE_MS = 30_000;
const RENEW_MS = 8_000;

/** Another process holds the right to write. */
export class WriterBusy extends Error {
  readonly code = 'writer-busy';
  readonly holder: Lease;

  constructor(holder: Lease) {
    super(
      `another process writes this index (process ${holder.pid} on ${holder.host}): wait until it has finished or stop it`,
    );
    this.name = 'WriterBusy';
    this.holder = holder;
  }
}

/**
 * Runs `work` as the only writer of the catalog and the chunk store.
 *
 * The signal given to `work` is aborted when the lease is lost (the machine slept, the clock jumped): work must
 * then stop before its next write.
 * @throws {WriterBusy} when another live process holds the lease
 */
export async function withWriterLease<T>(
  deps: { readonly store: LeaseStore; readonly now: () => number; readonly holder: string },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { store, now, holder } = deps;
  const lease = (): Lease => ({ holder, pid: process.pid, host: processSpace(), expires: now() + LEASE_MS });
  let taken = await store.acquire(lease(), now());
  // What this very holder could not give back counts as given back.
  if (!taken.ok && (taken.holder.holder === holder || isDead(taken.holder))) {
    await store.release(taken.holder.holder);
    taken = await store.acquire(lease(), now());
  }
  if (!taken.ok) throw new WriterBusy(taken.holder);

  const lost = new AbortController();
  let until = now() + LEASE_MS;
  const timer = setInterval(() => {
    const claim = lease();
    store.renew(claim).then(
      (held) => {
        if (held) until = claim.expires;
        else lost.abort(new Error('the writer lease was lost: another process may be writing'));
      },
      (error: unknown) => {
        // A catalog that is locked for a moment takes nothing away: the lease has time left.
        if (now() + RENEW_MS >= until) lost.abort(error);
      },
    );
  }, RENEW_MS);
  let result: T;
  try {
    result = await work(lost.signal);
  } catch (error) {
    clearInterval(timer);
    // What went wrong first is what is told; a lease that cannot be given back runs out.
    await store.release(holder).catch(() => undefined);
    throw error;
  }
  clearInterval(timer);
  await store.release(holder);
  return result;
}

/**
 * Where process numbers mean what they mean here: the machine and, on Linux, the namespace of its processes. Two
 * containers may have one host name, and a number that is free in one may be a writer in the other.
 */
export function processSpace(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

/** Whether the holder was a process that could be seen from here and no longer runs. */
function isDead({ host, pid }: Lease): boolean {
  if (host !== processSpace()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
