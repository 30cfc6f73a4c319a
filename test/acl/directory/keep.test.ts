import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type DirectoryFollower,
  type Following,
  keepDirectory,
  makeToken,
  principalId,
} from '../../../acl/index.ts';
import { openSqliteCatalog } from '../../../index/catalog/sqlite-catalog.ts';
import { snapshotOf } from '../../support/access.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const START = 1_000_000_000;
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const IN = snapshotOf({ users: ['bob'], groups: { staff: ['user:bob'] } });
const OUT = snapshotOf({ users: ['bob'], groups: { staff: [] } });

const whole = (snapshot = IN): Following => ({ kind: 'read', extent: 'whole', snapshot, warnings: [] });
const CURRENT: Following = { kind: 'current' };
const failed = (detail: string, retry: 'soon' | 'later' = 'soon'): Following => ({
  kind: 'failed',
  detail,
  retry,
});

/** What one asking gives, how long it takes, and what happens meanwhile. */
interface Step {
  readonly gives: Following;
  readonly takes?: number;
  readonly meanwhile?: () => Promise<void>;
}

/** Keeps a real catalog by a follower that answers from a list, on a clock that only asking and waiting move. */
async function bench() {
  const catalog = await openSqliteCatalog(join(tempFolder(), 'catalog.sqlite'));
  const clock = { at: START };
  const keep = async (steps: readonly Step[]) => {
    const ending = new AbortController();
    const left = [...steps];
    const pauses: number[] = [];
    const troubles: string[] = [];
    const atWork = { now: 0, most: 0, closed: 0 };
    const follower: DirectoryFollower = {
      next: async () => {
        atWork.now += 1;
        atWork.most = Math.max(atWork.most, atWork.now);
        const step = left.shift();
        await step?.meanwhile?.();
        clock.at += step?.takes ?? 0;
        atWork.now -= 1;
        return step?.gives ?? CURRENT;
      },
      close: async () => {
        atWork.closed += 1;
      },
    };
    await keepDirectory(
      {
        name: 'ldap test',
        follower,
        store: catalog.directory,
        now: () => clock.at,
        wait: async (milliseconds) => {
          pauses.push(milliseconds);
          clock.at += milliseconds;
          if (left.length === 0) ending.abort();
        },
        probeMs: 5 * SECOND,
        retryMs: 15 * MINUTE,
        confirmMs: MINUTE,
        onTrouble: ({ message }) => troubles.push(message),
      },
      ending.signal,
    );
    return { pauses, troubles, atWork };
  };
  /** Groups of bob as a question sees them now, or the refusal. */
  const ask = async (maxStalenessSeconds = 3_600): Promise<string> => {
    const snapshot = (await catalog.directory.current())?.snapshot ?? null;
    const made = makeToken({ user: principalId('user:bob'), snapshot, now: clock.at, maxStalenessSeconds });
    return made.ok
      ? [...made.token.principals].filter((one) => one.startsWith('group:')).join()
      : made.refusal.kind;
  };
  const outcomes = async () =>
    (await catalog.directory.lastSyncs(100)).map(({ outcome }) => outcome).reverse();
  return { catalog, clock, keep, ask, outcomes };
}

describe('keepDirectory', () => {
  it('stores what was read, and lets a removed member count after the next asking', async () => {
    const { keep, ask, outcomes } = await bench();
    await keep([{ gives: whole() }]);
    expect(await ask()).toBe('group:staff');
    await keep([{ gives: whole(OUT) }]);
    expect(await ask()).toBe('');
    expect(await outcomes()).toEqual(['replaced', 'replaced']);
  });

  it('does not write again what is stored already', async () => {
    const { keep, catalog, outcomes } = await bench();
    await keep([{ gives: whole() }]);
    await keep([{ gives: whole(snapshotOf({ users: ['bob'], groups: { staff: ['user:bob'] } })) }]);
    expect(await outcomes()).toEqual(['replaced', 'confirmed']);
    expect((await catalog.directory.current())?.snapshot.confirmedAt).toBe(START + 5 * SECOND);
  });

  it('renews the age of an unchanged directory, though not at each asking', async () => {
    const { keep, ask, outcomes } = await bench();
    const steps = Array.from({ length: 30 }, () => ({ gives: CURRENT }));
    await keep([{ gives: whole() }, ...steps]);
    expect(await outcomes()).toEqual(['replaced', 'confirmed', 'confirmed']);
    expect(await ask(90)).toBe('group:staff');
  });

  it.each([
    { name: 'failures', gives: failed('down') },
    { name: 'a source that cannot tell', gives: { kind: 'not-asked' } as const },
  ])('lets the age grow under $name, until nobody is answered', async ({ gives }) => {
    const { keep, ask } = await bench();
    await keep([{ gives: whole() }, ...Array.from({ length: 5 }, () => ({ gives, takes: 100 * SECOND }))]);
    expect(await ask()).toBe('stale-directory');
  });

  it('tries ever more seldom after failures, tells each trouble once, and then goes on as before', async () => {
    const { keep } = await bench();
    const down = Array.from({ length: 10 }, () => ({ gives: failed('down') }));
    const { pauses, troubles } = await keep([...down, { gives: failed('other') }, { gives: whole() }]);
    expect(pauses.slice(0, 4)).toEqual([10, 20, 40, 80].map((seconds) => seconds * SECOND));
    expect(pauses.slice(7, 11)).toEqual([900, 900, 900, 900].map((seconds) => seconds * SECOND));
    expect(pauses.at(-1)).toBe(5 * SECOND);
    expect(troubles).toEqual(['down', 'other']);
  });

  it('waits the longest time at once where trying again would do harm', async () => {
    const { keep } = await bench();
    expect((await keep([{ gives: failed('wrong password', 'later') }])).pauses).toEqual([15 * MINUTE]);
  });

  it('never asks twice at once, and leaves a slow source nine times as long in peace', async () => {
    const { keep } = await bench();
    const { pauses, atWork } = await keep([{ gives: whole(), takes: 20 * SECOND }, { gives: CURRENT }]);
    expect(pauses).toEqual([180 * SECOND, 5 * SECOND]);
    expect(atWork.most).toBe(1);
  });

  it('closes the follower at its end', async () => {
    const { keep } = await bench();
    expect((await keep([{ gives: whole() }])).atWork).toMatchObject({ now: 0 });
    expect((await keep([{ gives: whole() }])).atWork.closed).toBeGreaterThan(0);
  });

  it('replaces what another process stored from an older reading', async () => {
    const { keep, ask, catalog } = await bench();
    const other = async () => {
      await catalog.directory.replace(
        { ...IN, confirmedAt: START },
        { source: 'other', at: START, outcome: 'replaced', fingerprint: null, detail: null },
      );
    };
    await keep([{ gives: whole(OUT) }, { gives: CURRENT, meanwhile: other }]);
    expect(await ask()).toBe('');
  });

  it('goes on after a store that failed, and stores then what it could not', async () => {
    const { keep, ask, catalog } = await bench();
    const { replace } = catalog.directory;
    catalog.directory.replace = async () => {
      throw new Error('the catalog is busy');
    };
    const mend = async () => {
      catalog.directory.replace = replace;
    };
    const { troubles } = await keep([{ gives: whole() }, { gives: CURRENT, meanwhile: mend }]);
    expect(troubles).toEqual(['the catalog is busy']);
    expect(await ask()).toBe('group:staff');
  });
});
