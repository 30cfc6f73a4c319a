import type { Catalog, CatalogDocument } from '../catalog/catalog.ts';
import type { ChunkWriter } from '../store/chunk-store.ts';
import { sweepOrphans } from './sweep.ts';

/** Where catalog and chunk store do not agree. */
export interface IndexCheck {
  /** Documents that should have passages and have none: they are found by nobody. */
  readonly missing: readonly CatalogDocument[];
  /** Documents whose passages are stored twice. */
  readonly doubled: readonly CatalogDocument[];
  /** Revisions that have passages and that no document names: they are answered to nobody. */
  readonly orphans: number;
}

const PAGE = 5_000;

/** Compares catalog and store. Both may be written to meanwhile: what is reported may have been on its way. */
export async function checkIndex({
  catalog,
  store,
}: {
  readonly catalog: Catalog;
  readonly store: Pick<ChunkWriter, 'revisions'>;
}): Promise<IndexCheck> {
  // A revision belongs to one document, so its name alone will do.
  const stored = new Map<string, number>();
  for await (const { revision } of store.revisions()) stored.set(revision, (stored.get(revision) ?? 0) + 1);
  const missing: CatalogDocument[] = [];
  const doubled: CatalogDocument[] = [];
  let current = 0;
  for await (const document of everyDocument(catalog)) {
    const { revision, chunks } = document;
    if (revision === null || chunks === 0) continue;
    const times = stored.get(revision) ?? 0;
    if (times > 0) current += 1;
    if (times === 0) missing.push(document);
    if (times > 1) doubled.push(document);
  }
  return { missing, doubled, orphans: stored.size - current };
}

/**
 * Mends what `checkIndex` finds: documents without their passages, or with too many, are read anew by the next pass
 * and answer nothing until then; orphans go. Only the holder of the writer lease calls it.
 */
export async function mendIndex(parts: {
  readonly catalog: Catalog;
  readonly store: ChunkWriter;
}): Promise<IndexCheck> {
  const found = await checkIndex(parts);
  const broken = [...found.missing, ...found.doubled];
  await parts.catalog.put(broken.map(unread));
  await parts.store.retain(new Map(found.doubled.map(({ id }) => [id, null])));
  await sweepOrphans(parts);
  return found;
}

/** The document as if its file had never been read. */
function unread(document: CatalogDocument): CatalogDocument {
  return { ...document, hash: null, revision: null, modified: -1, chunks: 0, labelledScope: null };
}

/** Every document of the catalog. */
export async function* everyDocument(catalog: Catalog): AsyncGenerator<CatalogDocument> {
  const shares = new Set((await catalog.counts()).map(({ share }) => share));
  for (const share of shares) {
    for (let after = ''; ; ) {
      const page = await catalog.listDocuments({ share, under: '', after, limit: PAGE });
      yield* page;
      if (page.length < PAGE) break;
      after = page.at(-1)?.path ?? '';
    }
  }
}
