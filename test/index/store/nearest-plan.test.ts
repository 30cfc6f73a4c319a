import { describe, expect, it } from 'vitest';
import { EXACT_BELOW, planNearest } from '../../../index/store/nearest-plan.ts';

const MILLION = 1_000_000;

describe('planNearest', () => {
  it('compares all rows of a narrow caller, of however many', () => {
    for (const readable of [0, 1, EXACT_BELOW - 1])
      for (const all of [null, readable, MILLION])
        expect(planNearest({ readable, all }, 10)).toEqual({ kind: 'exact' });
  });

  it('asks the index for a wide one', () => {
    expect(planNearest({ readable: EXACT_BELOW, all: EXACT_BELOW }, 10).kind).toBe('approximate');
  });

  it.each([
    [1, 100, false],
    [0.9, 100, false],
    [0.89, 50, true],
    [0.02, 50, true],
  ])(
    'of a million looks for who may read %d of them at %d parts first, in doubt: %s',
    (share, probes, doubting) => {
      const plan = planNearest({ readable: share * MILLION, all: MILLION }, 10);
      expect(plan).toMatchObject({ probes, doubting });
    },
  );

  it('looks at twenty parts at least', () => {
    expect(planNearest({ readable: 30_000, all: 60_000 }, 10)).toMatchObject({ probes: 20 });
  });

  it('looks at all of it where nobody knows how much may be read', () => {
    expect(planNearest({ readable: MILLION, all: null }, 10)).toMatchObject({
      probes: 'all',
      doubting: false,
    });
  });

  it('compares dozens of rows again by their whole vectors, however few are wanted', () => {
    for (const limit of [1, 10, 60, 240]) {
      const plan = planNearest({ readable: MILLION, all: MILLION }, limit);
      expect(plan.kind === 'approximate' && plan.refine * limit).toBeGreaterThanOrEqual(60);
      expect(plan.kind === 'approximate' && plan.refine).toBeGreaterThanOrEqual(2);
    }
  });
});
