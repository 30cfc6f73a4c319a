import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Every write boundary and many kills: `npm run test:faults`. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../../..', import.meta.url)),
    include: ['test/systems/faults-*.test.ts'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 3_600_000,
    hookTimeout: 300_000,
    provide: { faults: { every: 1, kills: 16 } },
  },
});
