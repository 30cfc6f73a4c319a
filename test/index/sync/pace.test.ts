import { describe, expect, it } from 'vitest';
import { Pace, type PassEvent, tellRates, toldRates } from '../../../index/index.ts';

const document = (chunks: number): PassEvent => ({
  kind: 'document',
  path: 'a',
  outcome: 'indexed',
  reason: null,
  chunks,
});

describe('Pace', () => {
  it('counts files and chunks over the time since the beginning, in the first minute', () => {
    const pace = new Pace(0);
    for (let n = 0; n < 20; n += 1) pace.note(document(3), n * 500);
    expect(pace.rates(10_000)).toEqual({ filesPerSecond: 2, chunksPerSecond: 6 });
  });

  it('forgets what is more than a minute ago', () => {
    const pace = new Pace(0);
    for (let n = 0; n < 600; n += 1) pace.note(document(1), n);
    pace.note(document(1), 90_000);
    expect(pace.rates(100_000)).toEqual({ filesPerSecond: 1 / 60, chunksPerSecond: 1 / 60 });
    expect(pace.rates(200_000).filesPerSecond).toBe(0);
  });

  it('counts documents alone', () => {
    const pace = new Pace(0);
    pace.note({ kind: 'to-read', files: 9 }, 1);
    pace.note({ kind: 'reading', path: 'a' }, 2);
    expect(pace.rates(1_000).filesPerSecond).toBe(0);
  });
});

describe('rates told to other processes', () => {
  const meta = new Map<string, string>();
  const catalog = {
    meta: async (key: string) => meta.get(key) ?? null,
    setMeta: async (key: string, value: string) => void meta.set(key, value),
  };
  const rates = { filesPerSecond: 4, chunksPerSecond: 9 };

  it('are zero before anything was told', async () => {
    expect(await toldRates(catalog, 1)).toEqual({ filesPerSecond: 0, chunksPerSecond: 0 });
  });

  it('count for some seconds and no longer, for the process may have ended', async () => {
    await tellRates(catalog, rates, 1_000);
    expect(await toldRates(catalog, 5_000)).toEqual(rates);
    expect(await toldRates(catalog, 60_000)).toEqual({ filesPerSecond: 0, chunksPerSecond: 0 });
  });
});
