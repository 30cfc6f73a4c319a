import { inject } from 'vitest';

/** How many sequences, of how many steps at most; a seed of null is a new one each time. */
export interface Extent {
  readonly runs: number;
  readonly steps: number;
  readonly seed: number | null;
}

declare module 'vitest' {
  export interface ProvidedContext {
    /** Given by the configuration beside this file. */
    sequences?: Extent;
  }
}

/** Part of every test run: few, short and always the same. */
const SHORT: Extent = { runs: 4, steps: 18, seed: 20_261_121 };

export const extent: Extent = inject('sequences') ?? SHORT;
