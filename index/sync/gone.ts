import { lookAt } from '../../ingest/index.ts';
import type { CatalogDocument } from '../catalog/catalog.ts';
import type { Comparing, ReconcileOptions } from './comparing.ts';
import type { PassDeps } from './deps.ts';
import type { Tally } from './events.ts';
import { ScopeReader, type SharePass } from './scope-reader.ts';

const WINDOW = 1_000;

/**
 * Documents whose files are no longer where they were: moved when a file that waits to be read has their file
 * number, size and time, removed otherwise. More of them than the guard allows are all left as they are.
 *
 * A moved document takes its new path and loses its readers if the list there is another; its bytes are looked at
 * when its turn comes, for a file number may have been given to another file.
 */
export async function settleGone(
  deps: PassDeps,
  pass: SharePass,
  found: {
    readonly missing: readonly CatalogDocument['id'][];
    /** Documents of the share; null when not all of it was walked. */
    readonly known: number | null;
  },
  { removals, signal }: ReconcileOptions,
  { settler, tally, stillThere }: Comparing,
): Promise<void> {
  const { missing } = found;
  const moved = new Set<CatalogDocument['id']>();
  const back = new Set<CatalogDocument['id']>();
  for (let at = 0; at < missing.length; at += WINDOW) {
    signal.throwIfAborted();
    const ids = missing.slice(at, at + WINDOW);
    await deps.turn.run(async () => {
      for (const document of (await deps.catalog.documents(ids)).values()) {
        // It came, or came back, after the listing had passed its place.
        const there = pass.acl.owns(document.path) ? null : await lookAt(pass.share, document.path);
        if (there !== null) back.add(document.id);
      }
      const gone = ids.filter((id) => !back.has(id));
      for (const id of await move(deps, pass, gone, tally)) moved.add(id);
    });
  }
  const removed = missing.filter((id) => !moved.has(id) && !back.has(id));
  if (
    removed.length >= removals.always &&
    removed.length > (found.known ?? (await total(deps, pass))) * removals.most
  ) {
    tally.skipped(
      pass.share.id,
      `${removed.length} of its files are gone, more than ${Math.round(removals.most * 100)} % (ingest.mostRemoved): none was removed. Check that the share is mounted whole; if they are meant to be gone, run \`ntk ingest --accept-removals\``,
    );
    return;
  }
  // Where they were looked for may have gone away since.
  await stillThere();
  for (let at = 0; at < removed.length; at += WINDOW) {
    signal.throwIfAborted();
    await deps.turn.run(() => settler.remove(removed.slice(at, at + WINDOW).map((id) => ({ id }))));
  }
}

/** Documents of the share, as the guard counts them. */
async function total({ catalog }: PassDeps, { share }: SharePass): Promise<number> {
  const counts = (await catalog.counts()).filter((count) => count.share === share.id);
  return counts.reduce((sum, { documents }) => sum + documents, 0);
}

async function move(
  { catalog }: PassDeps,
  { share, acl }: SharePass,
  ids: readonly CatalogDocument['id'][],
  tally: Tally,
): Promise<readonly CatalogDocument['id'][]> {
  const scopes = new ScopeReader(catalog, acl);
  const moved: CatalogDocument[] = [];
  const taken = new Set<string>();
  for (const document of (await catalog.documents(ids)).values()) {
    for (const { file } of await catalog.work.movedTo(share.id, document)) {
      if (taken.has(file.path) || (await catalog.documentAt(share.id, file.path)) !== null) continue;
      // The entry may be old: what it names must still be there.
      const there = await lookAt(share, file.path);
      if (there?.fileId !== file.fileId) continue;
      taken.add(file.path);
      const { scope } = await scopes.resolve(there);
      const kept = document.scope !== null && document.scope === scope ? scope : null;
      moved.push({ ...document, path: file.path, scope: kept });
      break;
    }
  }
  await catalog.put(moved);
  for (const _ of moved) tally.moved();
  return moved.map(({ id }) => id);
}
