import type { DirectorySnapshot } from './snapshot.ts';

/** What one reading of a directory gave. Only `complete` may replace an earlier snapshot. */
export type DirectoryReading =
  | {
      readonly kind: 'complete';
      readonly snapshot: DirectorySnapshot;
      readonly warnings: readonly string[];
      /** The fingerprint of just this state, from a source that reads all of it at one moment. */
      readonly fingerprint?: string;
    }
  | { readonly kind: 'incomplete'; readonly detail: string };

/**
 * Where users and groups come from.
 *
 * Obligations: `read` never throws for trouble of the source: anything less than everything is `incomplete`
 * with a sentence that names the mend. `fingerprint` is asked at every question: it asks no other machine and
 * differs whenever the source may have changed; null when the source cannot tell, which means "read it".
 */
export interface DirectorySource {
  readonly name: string;
  fingerprint(): Promise<string | null>;
  read(now: number): Promise<DirectoryReading>;
  /**
   * Only of a source that is told of changes: when it was last told anything (milliseconds since the epoch), which
   * is as current as it is. Of every other source an unchanged fingerprint says that it is current now.
   */
  confirmedAt?(): Promise<number | null>;
  /** Only of a source on another machine, whose fingerprint is therefore null. */
  follow?(): DirectoryFollower;
}

/** What asking a followed directory once more gave. */
export type Following =
  /** Everything as it was given last, as of now. */
  | { readonly kind: 'current' }
  /** `extent` says whether all was read or only what changed; the snapshot is whole either way. */
  | {
      readonly kind: 'read';
      readonly extent: 'whole' | 'changes';
      readonly snapshot: DirectorySnapshot;
      readonly warnings: readonly string[];
    }
  /** The source cannot tell whether it changed and is not due to be read: nothing is learned. */
  | { readonly kind: 'not-asked' }
  /** `later` where trying again soon would do harm: a refused password locks the account. */
  | { readonly kind: 'failed'; readonly detail: string; readonly retry: 'soon' | 'later' };

/**
 * A source that is asked again and again by one caller, never on the path of a question.
 *
 * Obligations: `next` is awaited before it is called again and never throws for trouble of the source. Whatever
 * it gives equals what reading everything at that moment would give; after a failure the first `read` is whole.
 */
export interface DirectoryFollower {
  /** `now` in milliseconds since the epoch, becomes the age of what is given. */
  next(now: number): Promise<Following>;
  /** Ends a `next` under way as well, with a failure. */
  close(): Promise<void>;
}

/**
 * Where the last complete snapshot is kept.
 * Obligations: `replace` is atomic: a reader sees the old snapshot whole or the new one whole.
 */
export interface DirectoryStore {
  current(): Promise<StoredDirectory | null>;
  replace(snapshot: DirectorySnapshot, sync: SyncRecord): Promise<void>;
  /** Records that the stored snapshot was found still current, or that a reading failed. */
  note(sync: SyncRecord): Promise<void>;
}

export interface StoredDirectory {
  /** Name of the source it was read from. */
  readonly source: string;
  readonly snapshot: DirectorySnapshot;
  readonly fingerprint: string | null;
}

/** One attempt to sync, kept for status. */
export interface SyncRecord {
  readonly source: string;
  readonly at: number;
  readonly outcome: 'replaced' | 'confirmed' | 'failed';
  readonly fingerprint: string | null;
  readonly detail: string | null;
}
