import type { DocumentId, RevisionId } from '../catalog/catalog.ts';
import type { PassDeps } from './deps.ts';

const BATCH = 2_000;

/**
 * Removes what a crash left behind: chunks of revisions that the catalog does not name as current. They were
 * never answered, for every hit is checked against the catalog.
 */
export async function sweepOrphans({ catalog, store }: Pick<PassDeps, 'catalog' | 'store'>): Promise<number> {
  let orphans = 0;
  let batch: { document: DocumentId; revision: RevisionId }[] = [];
  const settle = async (): Promise<void> => {
    const documents = await catalog.documents(batch.map(({ document }) => document));
    const stale = batch.filter(({ document, revision }) => documents.get(document)?.revision !== revision);
    orphans += stale.length;
    await store.retain(
      new Map(stale.map(({ document }) => [document, documents.get(document)?.revision ?? null])),
    );
    batch = [];
  };
  for await (const found of store.revisions()) {
    batch.push(found);
    if (batch.length >= BATCH) await settle();
  }
  if (batch.length > 0) await settle();
  return orphans;
}
