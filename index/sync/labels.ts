import type { PassDeps } from './deps.ts';

/** Documents whose chunks are labelled in one write. */
const BATCH = 10_000;

/**
 * Brings scope and path on the chunks up to what the catalog says, without touching text or vectors. Until it has
 * run, gate 2 decides: a revocation counts at once, a grant is found when its chunks carry it.
 *
 * What is to be done is read from the catalog itself, so that a crash loses nothing of it.
 * @returns how many documents were labelled
 */
export async function labelChunks(
  { catalog, store }: Pick<PassDeps, 'catalog' | 'store'>,
  signal: AbortSignal,
): Promise<number> {
  let labelled = 0;
  for (;;) {
    signal.throwIfAborted();
    const documents = await catalog.unlabelled(BATCH);
    if (documents.length === 0) return labelled;
    await store.relabel(
      documents.flatMap(({ id, scope, path, labelledPath, modified }) =>
        scope === null
          ? []
          : [{ document: id, scope, place: labelledPath === path ? null : { path, modified } }],
      ),
    );
    signal.throwIfAborted();
    // A document that moved on meanwhile still differs from this, and is labelled again.
    await catalog.markLabelled(documents.map(({ id, scope, path }) => ({ document: id, scope, path })));
    labelled += documents.length;
  }
}
