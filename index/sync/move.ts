import type { Catalog, CatalogDocument } from '../catalog/catalog.ts';
import type { Embedder } from '../embed/embedder.ts';
import type { ChunkReader, ChunkWriter, KeptChunk, StoredChunk } from '../store/chunk-store.ts';
import type { MovingStore } from '../store/moving-store.ts';
import { everyDocument } from './check.ts';
import { embedTwice } from './embed-twice.ts';
import { passageContext, storedChunk } from './revision.ts';

const MOVING = 'moving';

/** Where an index is moving, while another table answers. */
export interface Moving {
  /** Id of the embedder. */
  readonly to: string;
  /** Passages that the new table has, of all. */
  readonly done: number;
  readonly all: number;
}

/** Notes where the index is moving, for other processes and for a move that goes on later; null for nowhere. */
export function noteMoving(catalog: Catalog, moving: Moving | null): Promise<void> {
  return catalog.setMeta(MOVING, JSON.stringify(moving));
}

/** Where the index was moving when that was last noted. */
export async function notedMoving(catalog: Pick<Catalog, 'meta'>): Promise<Moving | null> {
  return JSON.parse((await catalog.meta(MOVING)) ?? 'null') as Moving | null;
}

/** Passages embedded and written at once. */
const BATCH_CHUNKS = 256;
const BATCH_DOCUMENTS = 200;

export interface MoveDeps {
  readonly catalog: Catalog;
  readonly from: ChunkReader;
  readonly to: ChunkWriter;
  /** The two as what writes meanwhile sees them. */
  readonly store: MovingStore;
  /** That of the new table; null for a lexical one. */
  readonly embedder: Embedder | null;
}

export interface MoveOptions {
  /** Aborted to stop; what was copied stays and is not copied again. */
  readonly signal: AbortSignal;
  /** Passages that the new table has, of all. */
  readonly onProgress: (done: number, all: number) => Promise<void>;
}

/**
 * Fills the table of another embedder from the one that answers: passages are embedded anew, no file is opened, and
 * revisions stay what they are, so that the catalog is true of both tables.
 *
 * A revision whose first passage is in the new table is there whole: of a long document it is written last.
 * @throws what catalog, stores and embedder throw, and the reason of the signal
 */
export async function copyChunks(deps: MoveDeps, { signal, onProgress }: MoveOptions): Promise<void> {
  const { catalog, to } = deps;
  const there = new Set<string>();
  for await (const { revision } of to.revisions()) there.add(revision);
  let all = 0;
  let done = 0;
  const missing: CatalogDocument[] = [];
  for await (const document of everyDocument(catalog)) {
    if (document.revision === null || document.chunks === 0) continue;
    all += document.chunks;
    if (there.has(document.revision)) done += document.chunks;
    else missing.push(document);
  }
  await onProgress(done, all);
  for (const batch of batches(missing)) {
    signal.throwIfAborted();
    await copyBatch(deps, batch, signal);
    done += batch.reduce((sum, { chunks }) => sum + chunks, 0);
    await onProgress(done, all);
  }
}

/** Documents of which all passages go in one write; a longer one by itself. */
function* batches(documents: readonly CatalogDocument[]): Generator<readonly CatalogDocument[]> {
  let open: CatalogDocument[] = [];
  let chunks = 0;
  for (const document of documents) {
    if (open.length > 0 && (chunks + document.chunks > BATCH_CHUNKS || open.length === BATCH_DOCUMENTS)) {
      yield open;
      open = [];
      chunks = 0;
    }
    open.push(document);
    chunks += document.chunks;
  }
  if (open.length > 0) yield open;
}

async function copyBatch(
  deps: MoveDeps,
  batch: readonly CatalogDocument[],
  signal: AbortSignal,
): Promise<void> {
  const [first] = batch;
  if (first === undefined) return;
  const longest = Math.max(...batch.map(({ chunks }) => chunks));
  // A copy of a long document that was cut off left its last passages there.
  if (longest > BATCH_CHUNKS) await deps.store.copy(() => forgetCopy(deps.to, first));
  for (
    let start = Math.floor((longest - 1) / BATCH_CHUNKS) * BATCH_CHUNKS;
    start >= 0;
    start -= BATCH_CHUNKS
  ) {
    const rows: { readonly document: CatalogDocument; readonly row: KeptChunk }[] = [];
    for (const document of batch) {
      if (document.revision === null) continue;
      const found = await deps.from.revision(document.id, document.revision, start, BATCH_CHUNKS);
      rows.push(...found.map((row) => ({ document, row })));
    }
    const texts = rows.map(({ document, row }) => `${passageContext(document, row)}\n${row.text}`);
    const vectors = deps.embedder === null ? null : await embedTwice(deps.embedder, texts, signal);
    signal.throwIfAborted();
    await deps.store.copy(() => withLabelsOfNow(deps.catalog, rows, vectors));
  }
}

async function forgetCopy(to: ChunkWriter, { id }: CatalogDocument): Promise<readonly StoredChunk[]> {
  await to.retain(new Map([[id, null]]));
  return [];
}

/** Embedding took a while: documents may be gone, moved, or under other permissions. */
async function withLabelsOfNow(
  catalog: Catalog,
  rows: readonly { readonly document: CatalogDocument; readonly row: KeptChunk }[],
  vectors: readonly Float32Array[] | null,
): Promise<readonly StoredChunk[]> {
  const current = await catalog.documents([...new Set(rows.map(({ document }) => document.id))]);
  return rows.flatMap(({ document, row }, at): StoredChunk[] => {
    const now = current.get(document.id);
    if (now === undefined || now.revision === null || now.revision !== document.revision) return [];
    // Who is withheld now keeps the label by which it was found before: gate 2 lets nothing of it through.
    const scope = now.scope ?? now.labelledScope;
    if (scope === null) return [];
    const vector = vectors?.[at] ?? null;
    return [{ ...storedChunk({ ...now, scope }, now.revision, row), vector }];
  });
}
