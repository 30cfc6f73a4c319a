import type { ShareId } from '../../acl/index.ts';
import type { ListedFile } from '../../ingest/index.ts';

/** A file to be looked at: new, edited, or worth another attempt. */
export interface WorkItem {
  readonly share: ShareId;
  /** What the listing said of it. It is looked at again when its turn comes. */
  readonly file: ListedFile;
  /** Lower goes first, see `WORK`. */
  readonly priority: number;
  /** Attempts that were made and failed. */
  readonly attempts: number;
  /** Milliseconds since the epoch before which it is left alone. */
  readonly due: number;
}

/** Priorities. Among equals the smaller file goes first, so that a film never holds up a note. */
export const WORK = {
  /** A person has just saved it. */
  saved: 0,
  /** A pass found it new or edited. */
  found: 10,
  /** It failed before. */
  again: 20,
} as const;

export interface WorkCounts {
  readonly waiting: number;
  /** Of those, how many are due now. */
  readonly due: number;
  /** When the next of the others is due; null for none. */
  readonly nextDue: number | null;
  /**
   * Since when the longest waiting one of those that are due has waited: what failed and is left alone until a later
   * time is not behind. Null for none.
   */
  readonly oldest: number | null;
  /** Those that wait by why: just saved, found by a comparison, to be tried again after it failed. */
  readonly kinds: { readonly saved: number; readonly found: number; readonly again: number };
}

/**
 * Files that wait for being read. It outlives the process: what was not done when it ended is done by the next.
 *
 * Obligations: one entry for each path; `add` of a path that waits keeps the better priority, the attempts and the
 * earlier arrival, and takes the newer listing and time; `take` gives entries in order without removing
 * them; only `done` removes.
 */
export interface WorkQueue {
  add(items: readonly WorkItem[], now: number): Promise<void>;
  take(now: number, limit: number, busy: readonly { share: ShareId; path: string }[]): Promise<WorkItem[]>;
  done(share: ShareId, paths: readonly string[]): Promise<void>;
  /** Gives an entry another time and one more attempt. */
  postpone(share: ShareId, path: string, due: number): Promise<void>;
  /** Waiting entries of a share whose file number, size and time are those of a file that is gone: it has moved. */
  movedTo(share: ShareId, file: Pick<ListedFile, 'fileId' | 'size' | 'modified'>): Promise<WorkItem[]>;
  counts(now: number): Promise<WorkCounts>;
  clear(share: ShareId): Promise<void>;
}
