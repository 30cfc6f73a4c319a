import { ambiguityWarnings } from './bearers.ts';
import type { DirectorySnapshot } from './snapshot.ts';
import type { DirectorySource, DirectoryStore, SyncRecord } from './source.ts';

/** What happened, and the snapshot where one was read. */
type Synced = SyncRecord & {
  readonly warnings: readonly string[];
  readonly snapshot: DirectorySnapshot | null;
};

/**
 * Brings the stored snapshot up to date with its source and says what happened.
 *
 * INVARIANT: only a complete reading replaces the snapshot or renews its age; a failed one leaves the old
 * snapshot to grow stale and, past the limit, to answer nothing.
 * `force` reads the source even when its fingerprint is unchanged.
 */
export async function syncDirectory(
  deps: { readonly source: DirectorySource; readonly store: DirectoryStore; readonly now: () => number },
  options: { readonly force: boolean },
): Promise<Synced> {
  const { source, store } = deps;
  const fingerprint = await source.fingerprint();
  const base = { source: source.name, at: deps.now(), fingerprint };
  const stored = await store.current();
  if (!options.force && fingerprint !== null && stored?.fingerprint === fingerprint) {
    const record: SyncRecord = { ...base, outcome: 'confirmed', detail: null };
    await store.note(record);
    return { ...record, warnings: [], snapshot: null };
  }
  const reading = await source.read(base.at);
  const whole = reading.kind === 'complete' ? reading.fingerprint : undefined;
  // A source that changed under the reading may have given half of itself.
  const torn = whole === undefined && (await source.fingerprint()) !== fingerprint;
  if (reading.kind === 'incomplete' || torn) {
    const detail =
      reading.kind === 'incomplete'
        ? reading.detail
        : `${source.name} changed while it was read: read it again`;
    const record: SyncRecord = { ...base, outcome: 'failed', detail };
    await store.note(record);
    return { ...record, warnings: [], snapshot: null };
  }
  const record: SyncRecord = {
    ...base,
    fingerprint: whole ?? fingerprint,
    outcome: 'replaced',
    detail: null,
  };
  await store.replace(reading.snapshot, record);
  const { snapshot } = reading;
  return { ...record, warnings: [...reading.warnings, ...ambiguityWarnings(snapshot)], snapshot };
}
