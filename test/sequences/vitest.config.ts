import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Many long sequences from a new seed each time: `npm run test:sequences`. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/sequences/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 3_600_000,
    hookTimeout: 120_000,
    provide: { sequences: { runs: 100, steps: 40, seed: null } },
  },
});
