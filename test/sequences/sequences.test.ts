import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extent } from './extent.ts';
import { smallTown } from './small-town.ts';
import { eachStep, sequences } from './steps.ts';
import { Street, type System } from './street.ts';

const { runs, steps: most, seed } = extent;
const TIMEOUT = 3_600_000;

const SYSTEMS: readonly System[] = ['sidecar', 'windows-export'];

describe.each(SYSTEMS)('every kind of change to a share with permissions by %s', (system) => {
  it('shows after a pass what a reference grants, and nothing else', async () => {
    const street = await Street.open(system, smallTown());
    try {
      for (const step of eachStep()) await step.run({}, street);
      expect(street.steps).toBeGreaterThan(25);
    } finally {
      await street.close();
    }
  });
});

describe.each(SYSTEMS)('random changes to a share with permissions by %s', (system) => {
  it('never show over any face what a reference denies, and after a pass show all it grants', {
    timeout: TIMEOUT,
  }, async () => {
    let steps = 0;
    await fc.assert(
      fc.asyncProperty(sequences(most), async (commands) => {
        const street = await Street.open(system, smallTown());
        try {
          await fc.asyncModelRun(() => ({ model: {}, real: street }), commands);
        } finally {
          steps += street.steps;
          await street.close();
        }
      }),
      { numRuns: runs, ...(seed === null ? {} : { seed }) },
    );
    // Mostly empty sequences would say nothing.
    expect(steps).toBeGreaterThan(runs * 4);
  });
});
