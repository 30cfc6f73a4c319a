import type { DirectorySnapshot } from './snapshot.ts';

/** What one reading of a directory gave. Only `complete` may replace an earlier snapshot. */
export type DirectoryReading =
  | { readonly kind: 'complete'; readonly snapshot: DirectorySnapshot; readonly warnings: readonly string[] }
  | { readonly kind: 'incomplete'; readonly detail: string };

/**
 * Where users and groups come from: a file now; LDAP, SCIM and token claims are further implementations.
 *
 * Obligations: `read` never throws for trouble of the source: anything less than everything is `incomplete`
 * with a sentence that names the mend. `fingerprint` is cheap and differs whenever the source may have
 * changed; null when the source cannot tell, which means "read it".
 */
export interface DirectorySource {
  readonly name: string;
  fingerprint(): Promise<string | null>;
  read(now: number): Promise<DirectoryReading>;
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
