import { describe, expect, it } from 'vitest';
import { EXACT_BELOW, planNearest } from '../../../index/store/nearest-plan.ts';

describe('planNearest', () => {
  it('compares all rows of a narrow caller', () => {
    for (const readable of [0, 1, EXACT_BELOW - 1])
      expect(planNearest(readable, 10)).toEqual({ kind: 'exact' });
  });

  it('asks the index for a wide one', () => {
    expect(planNearest(EXACT_BELOW, 10).kind).toBe('approximate');
  });

  it('compares dozens of rows again by their whole vectors, however few are wanted', () => {
    for (const limit of [1, 10, 60, 240]) {
      const plan = planNearest(1_000_000, limit);
      expect(plan.kind === 'approximate' && plan.refine * limit).toBeGreaterThanOrEqual(60);
      expect(plan.kind === 'approximate' && plan.refine).toBeGreaterThanOrEqual(2);
    }
  });
});
