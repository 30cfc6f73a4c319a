import type { DocumentSettler } from './document-settler.ts';
import type { Tally } from './events.ts';

export interface ReconcileOptions {
  /** Read quarantined files again although they did not change. */
  readonly retryQuarantined: boolean;
  /** Priority of the files that are found to be read; see `WORK`. */
  readonly priority: number;
  readonly removals: RemovalGuard;
  /** Aborted when the lease is lost or the user stops the pass; what was written stays whole. */
  readonly signal: AbortSignal;
}

/** A listing in which more than this part of a share is missing is not believed. */
export interface RemovalGuard {
  /** 0 to 1 of the documents of a share; 1 believes everything. */
  readonly most: number;
  /** Fewer than this many may always go. */
  readonly always: number;
}

/** What comparing one share works with. */
export interface Comparing {
  readonly settler: DocumentSettler;
  readonly tally: Tally;
  /** @throws {ShareUnavailable} when the share went away since it was begun */
  readonly stillThere: () => Promise<void>;
}
