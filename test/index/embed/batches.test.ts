import { expect, it } from 'vitest';
import { planBatches } from '../../../index/embed/batches.ts';

it('puts each text into exactly one batch', () => {
  const lengths = Array.from({ length: 100 }, (_, index) => ((index * 37) % 90) + 1);
  const indices = planBatches(lengths, 256).flat();
  expect([...indices].sort((a, b) => a - b)).toEqual(lengths.map((_, index) => index));
});

it('keeps a batch within its budget, padding counted', () => {
  const lengths = Array.from({ length: 100 }, (_, index) => ((index * 37) % 90) + 1);
  for (const batch of planBatches(lengths, 256)) {
    const widest = Math.max(...batch.map((index) => lengths[index] ?? 0));
    expect(batch.length * widest).toBeLessThanOrEqual(256);
  }
});

it('gives a text above the budget a batch of its own', () => {
  expect(planBatches([10, 600, 10], 256)).toEqual([[1], [0, 2]]);
});

it('puts texts of like length together', () => {
  expect(planBatches([100, 2, 100, 2], 200)).toEqual([
    [0, 2],
    [1, 3],
  ]);
});

it('plans nothing for nothing', () => {
  expect(planBatches([], 256)).toEqual([]);
});
