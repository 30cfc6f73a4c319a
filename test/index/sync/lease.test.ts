import { spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LeaseStore } from '../../../index/catalog/catalog.ts';
import { openSqliteCatalog, type SqliteCatalog } from '../../../index/catalog/sqlite-catalog.ts';
import { WriterBusy, withWriterLease } from '../../../index/index.ts';
import { processSpace } from '../../../index/sync/lease.ts';
import { tempFolder } from '../../support/temp-folder.ts';

let catalog: SqliteCatalog;
let other: SqliteCatalog;
const clock = { at: 1_000_000 };
const deps = (holder: string, store: LeaseStore = catalog.lease) => ({ store, now: () => clock.at, holder });

beforeEach(async () => {
  const path = join(tempFolder(), 'catalog.sqlite');
  catalog = await openSqliteCatalog(path);
  other = await openSqliteCatalog(path);
  clock.at = 1_000_000;
});
afterEach(async () => {
  vi.useRealTimers();
  await catalog.close();
  await other.close();
});

/** The lease of the catalog, one call of which fails while that is so. */
function broken(call: 'renew' | 'release', so: () => boolean): LeaseStore {
  const { lease } = catalog;
  const real: LeaseStore = {
    acquire: (...given) => lease.acquire(...given),
    renew: (...given) => lease.renew(...given),
    release: (holder) => lease.release(holder),
  };
  const failing = async (...given: readonly never[]) => {
    if (so()) throw new Error('database is locked');
    return (real[call] as (...all: readonly never[]) => Promise<never>)(...given);
  };
  return { ...real, [call]: failing };
}

/** Number of a process that has ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ['-e', '']).pid;
}

describe('withWriterLease', () => {
  it('runs the work, gives its result, and lets the next one in', async () => {
    expect(await withWriterLease(deps('a'), async () => 'done')).toBe('done');
    expect(await withWriterLease(deps('b', other.lease), async () => 'again')).toBe('again');
  });

  it('refuses a second writer and names the first', async () => {
    await withWriterLease(deps('a'), async () => {
      const second = withWriterLease(deps('b', other.lease), async () => 'never');
      await expect(second).rejects.toBeInstanceOf(WriterBusy);
      await expect(second).rejects.toThrow(new RegExp(`process ${process.pid} on ${hostname()}`));
    });
  });

  it('gives the lease back when the work fails', async () => {
    await expect(withWriterLease(deps('a'), () => Promise.reject(new Error('broken')))).rejects.toThrow(
      'broken',
    );
    expect(await withWriterLease(deps('b', other.lease), async () => 1)).toBe(1);
  });

  it('tells what the work failed with also when the lease cannot be given back', async () => {
    const failing = broken('release', () => true);
    await expect(
      withWriterLease(deps('a', failing), () => Promise.reject(new Error('the disk is full'))),
    ).rejects.toThrow('the disk is full');
    // The very same holder is not in its own way; another waits until it has run out.
    await expect(withWriterLease(deps('b', other.lease), async () => 1)).rejects.toThrow(WriterBusy);
    expect(await withWriterLease(deps('a'), async () => 1)).toBe(1);
  });

  it('goes on over a catalog that cannot be written for a moment, and stops before the lease has run out', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    let locked = true;
    const store = broken('renew', () => locked);
    await withWriterLease(deps('a', store), async (lost) => {
      const later = async (): Promise<void> => {
        clock.at += 8_000;
        await vi.advanceTimersByTimeAsync(8_000);
      };
      await later();
      expect(lost.aborted).toBe(false);
      locked = false;
      await later();
      locked = true;
      await later();
      await later();
      expect(lost.aborted).toBe(false);
      await later();
      expect(lost.aborted).toBe(true);
    });
  });

  it('takes over at once from a process of this machine that has ended', async () => {
    await catalog.lease.acquire(
      { holder: 'dead', pid: deadPid(), host: processSpace(), expires: clock.at + 30_000 },
      clock.at,
    );
    expect(await withWriterLease(deps('b'), async () => 1)).toBe(1);
  });

  it.each(['elsewhere', hostname(), `${hostname()} pid:[1]`])(
    'waits for the lease of %s to expire',
    async (host) => {
      await catalog.lease.acquire(
        { holder: 'far', pid: deadPid(), host, expires: clock.at + 30_000 },
        clock.at,
      );
      await expect(withWriterLease(deps('b'), async () => 1)).rejects.toBeInstanceOf(WriterBusy);
      clock.at += 30_000;
      expect(await withWriterLease(deps('b'), async () => 1)).toBe(1);
    },
  );

  it('keeps the lease while the work goes on', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await withWriterLease(deps('a'), async (lost) => {
      for (let beat = 0; beat < 10; beat += 1) {
        clock.at += 8_000;
        await vi.advanceTimersByTimeAsync(8_000);
        await vi.waitFor(async () => {
          expect(
            (await other.lease.acquire({ holder: 'b', pid: 1, host: 'x', expires: 0 }, clock.at + 20_000)).ok,
          ).toBe(false);
        });
      }
      expect(lost.aborted).toBe(false);
    });
  });

  it('tells the work when the lease was lost, for example because the machine slept', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await withWriterLease(deps('a'), async (lost) => {
      clock.at += 60_000;
      expect(
        (await other.lease.acquire({ holder: 'b', pid: 1, host: 'x', expires: clock.at + 60_000 }, clock.at))
          .ok,
      ).toBe(true);
      await vi.advanceTimersByTimeAsync(8_000);
      await vi.waitFor(() => expect(lost.aborted).toBe(true));
    });
    // What the other holds is not released by the one who lost it.
    expect(
      (await catalog.lease.acquire({ holder: 'c', pid: 1, host: 'x', expires: clock.at + 1 }, clock.at)).ok,
    ).toBe(false);
  });
});
