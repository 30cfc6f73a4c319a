import { inject } from 'vitest';

/** How much of the faults is tried. */
export interface Extent {
  /** Every how-manieth write boundary a process is killed at. */
  readonly every: number;
  /** Kills from outside at moments left to chance. */
  readonly kills: number;
}

declare module 'vitest' {
  export interface ProvidedContext {
    /** Given by the configuration beside this file. */
    faults?: Extent;
  }
}

/** Part of every run of the systems suite. */
const SHORT: Extent = { every: 4, kills: 3 };

export const extent: Extent = inject('faults') ?? SHORT;
