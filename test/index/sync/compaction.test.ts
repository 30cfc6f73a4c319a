import { beforeEach, describe, expect, it } from 'vitest';
import { Compaction } from '../../../index/sync/compaction.ts';

const SECOND = 1_000;
let clock: number;
let compacted: number[];
let takes: number;
let compaction: Compaction;

beforeEach(() => {
  clock = 1_000_000;
  compacted = [];
  takes = 0;
  const optimise = async (): Promise<void> => {
    compacted.push(clock);
    clock += takes;
  };
  compaction = new Compaction({ store: { optimise }, now: () => clock });
});

/** Lets seconds go by, with a write in each where `writing`; says after how many the store was compacted. */
async function seconds(count: number, { writing }: { readonly writing: boolean }): Promise<number[]> {
  const began = clock;
  for (let second = 0; second < count; second += 1) {
    if (writing) compaction.wrote();
    clock += SECOND;
    await compaction.compactWhenDue();
  }
  return compacted.map((at) => (at - began) / SECOND);
}

describe('Compaction', () => {
  it('leaves a store alone that nothing was written to', async () => {
    expect(await seconds(100, { writing: false })).toEqual([]);
  });

  it('compacts once, a while after a write', async () => {
    compaction.wrote();
    expect(await seconds(100, { writing: false })).toEqual([20]);
  });

  it('compacts again and again while writing never rests', async () => {
    expect(await seconds(100, { writing: true })).toEqual([20, 40, 60, 80, 100]);
  });

  it('compacts after half a minute without writing, however long it took the last time', async () => {
    takes = 10 * SECOND;
    await seconds(21, { writing: true });
    compaction.wrote();
    expect((await seconds(60, { writing: false })).at(-1)).toBe(30);
  });

  it('takes no more than a tenth of the time for it', async () => {
    takes = 10 * SECOND;
    const [first = 0, second = 0] = await seconds(300, { writing: true });
    expect(second - first).toBeGreaterThanOrEqual(100);
  });
});
