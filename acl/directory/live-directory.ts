import type { DirectorySnapshot } from './snapshot.ts';
import type { DirectorySource, DirectoryStore } from './source.ts';
import { syncDirectory } from './sync.ts';

/**
 * The snapshot to decide with right now.
 *
 * A source that can tell cheaply whether it changed (a file) is asked at every call, so that an edited group
 * counts at the next query. A source that cannot is left to its schedule and the stored snapshot ages.
 * Null when no complete reading was ever stored, or when what was pushed since cannot be read.
 */
export async function liveSnapshot(deps: {
  readonly source: DirectorySource;
  readonly store: DirectoryStore;
  readonly now: () => number;
}): Promise<DirectorySnapshot | null> {
  const stored = await deps.store.current();
  const fingerprint = await deps.source.fingerprint();
  if (fingerprint === null) return stored?.snapshot ?? null;
  if (stored?.fingerprint === fingerprint) {
    const { snapshot } = stored;
    const confirmedAt = deps.source.confirmedAt === undefined ? deps.now() : await deps.source.confirmedAt();
    return { ...snapshot, confirmedAt: confirmedAt ?? snapshot.confirmedAt };
  }
  const { snapshot } = await syncDirectory(deps, { force: false });
  // What was read just now, not what is stored: an older reading that took longer may have come there after it.
  if (snapshot !== null) return snapshot;
  // A pushed directory has changed here already: the one before is known to be wrong, not just old.
  if (deps.source.confirmedAt !== undefined) return null;
  return (await deps.store.current())?.snapshot ?? null;
}
