import type { LoadFailure } from './protocol.ts';

/** A model that could not be loaded, inside the child; travels to the parent as a value. */
export class LoadError extends Error {
  readonly failure: LoadFailure;

  constructor(code: LoadFailure['code'], reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'LoadError';
    this.failure = { code, reason };
  }
}
