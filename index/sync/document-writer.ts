import type { Language, QuarantineReason, ReadOutcome, Share } from '../../ingest/index.ts';
import { type CatalogDocument, documentId, type RevisionId } from '../catalog/catalog.ts';
import type { StoredChunk } from '../store/chunk-store.ts';
import { fileFields, nothing } from './document-fields.ts';
import type { Tally } from './events.ts';
import type { PassDeps } from './pass.ts';
import type { Plan, SeenFile } from './plan.ts';
import { passageContext, revisionOf, storedChunk } from './revision.ts';

/** Chunks gathered before they are written: a store of columns likes few large writes. */
const BATCH_CHUNKS = 1_000;
const BATCH_DOCUMENTS = 200;
/** With an embedder the writing is slow and must begin early, while other files are still being read. */
const EMBEDDED_BATCH_CHUNKS = 256;

type Item = Plan['read'][number];

interface Prepared {
  readonly document: CatalogDocument;
  readonly chunks: readonly StoredChunk[];
  /** Text that stands for each chunk before an embedder. */
  readonly texts: readonly string[];
  readonly warnings: number;
}

/**
 * Writes the outcome of reading to the store and the catalog, in batches.
 *
 * INVARIANT (replacement is atomic): chunks of the new revision are stored first, then the catalog names the
 * revision as current, then the old chunks go. Whoever asks in between sees the old revision whole or the new.
 */
export class DocumentWriter {
  readonly #deps: PassDeps;
  readonly #share: Share;
  readonly #tally: Tally;
  readonly #generation: number;
  readonly #signal: AbortSignal;
  #batch: Prepared[] = [];
  #chunks = 0;
  #writing: Promise<void> = Promise.resolve();
  #failed: unknown = null;

  private constructor(deps: PassDeps, share: Share, tally: Tally, signal: AbortSignal, generation: number) {
    this.#deps = deps;
    this.#signal = signal;
    this.#share = share;
    this.#tally = tally;
    this.#generation = generation;
  }

  /** `signal` is looked at before each write of a batch: a writer that lost its lease writes no more. */
  static async open(
    deps: PassDeps,
    share: Share,
    tally: Tally,
    signal: AbortSignal,
  ): Promise<DocumentWriter> {
    const generation = Number((await deps.catalog.meta('generation')) ?? '0');
    return new DocumentWriter(deps, share, tally, signal, generation);
  }

  async remove(documents: readonly CatalogDocument[]): Promise<void> {
    if (documents.length === 0) return;
    await this.#deps.catalog.remove(documents.map(({ id }) => id));
    await this.#deps.store.retain(new Map(documents.map(({ id }) => [id, null])));
    this.#tally.removed(documents.length);
  }

  /** Files that give no document: whatever they answered before, they answer nothing from now on. */
  async refuse(items: Plan['refuse']): Promise<void> {
    if (items.length === 0) return;
    const documents = items.map(({ document, path, file, reason, detail }) => ({
      ...(document ?? this.#blank(path)),
      ...(file === null ? {} : fileFields(file)),
      ...nothing(reason, detail),
      path,
      indexedAt: this.#deps.now(),
    }));
    await this.#deps.catalog.put(documents);
    const known = items.flatMap(({ document }) => (document === null ? [] : [document]));
    await this.#deps.store.retain(new Map(known.map(({ id }) => [id, null])));
    for (const { path, reason, detail } of items) {
      this.#tally.quarantined(this.#share.id, path, reason, detail);
    }
  }

  /** New scope or path at once in the catalog (it decides), then on the chunks (they only pre-filter). */
  async relabel(items: Plan['relabel']): Promise<void> {
    if (items.length === 0) return;
    const pointed = items.map(({ document, seen }) => ({
      ...document,
      ...fileFields(seen.file),
      scope: seen.scope,
    }));
    await this.#deps.catalog.put(pointed);
    await this.#label(pointed);
    for (const { document, seen } of items) {
      this.#tally.relabelled({ moved: document.path !== seen.file.path });
    }
  }

  /** Documents that nobody may read until they were read again. */
  async withhold(documents: Plan['withhold']): Promise<void> {
    await this.#deps.catalog.put(documents.map((document) => ({ ...document, scope: null })));
  }

  async #label(documents: readonly CatalogDocument[]): Promise<void> {
    const labels = documents.flatMap(({ id, scope, path, modified, chunks }) =>
      scope === null || chunks === 0 ? [] : [{ document: id, scope, path, modified }],
    );
    await this.#deps.store.relabel(labels);
    await this.#deps.catalog.put(
      documents.map((document) => ({
        ...document,
        labelledScope: document.scope,
        labelledPath: document.path,
      })),
    );
  }

  /** Takes what reading a file gave; returns when there is room for more. */
  async write(item: Item, outcome: ReadOutcome): Promise<void> {
    if (this.#failed !== null) throw this.#failed;
    const { document: known, seen } = item;
    const { path } = seen.file;
    if (outcome.kind === 'refused') {
      const { reason, detail, type } = outcome;
      await this.#refuseRead(item, reason, detail, type);
      return;
    }
    if (outcome.kind === 'unchanged' && known !== null) {
      const same = { ...known, ...fileFields(seen.file), scope: seen.scope };
      await this.#deps.catalog.put([same]);
      const relabelled = same.labelledScope !== same.scope || same.labelledPath !== path;
      if (relabelled || known.modified !== same.modified) await this.#label([same]);
      this.#tally.same(path, { moved: known.path !== path });
      return;
    }
    if (outcome.kind === 'unchanged') throw new Error(`a new file cannot be unchanged: ${path}`);
    this.#batch.push(this.#prepare(known, seen, outcome));
    this.#chunks += outcome.chunks.length;
    const most = this.#deps.embedder === null ? BATCH_CHUNKS : EMBEDDED_BATCH_CHUNKS;
    if (this.#chunks >= most || this.#batch.length >= BATCH_DOCUMENTS) await this.#hand();
  }

  async flush(): Promise<void> {
    await this.#hand();
    await this.#writing;
    if (this.#failed !== null) throw this.#failed;
  }

  /** Waits for writes under way, whatever becomes of them: nothing is written after this. */
  async settle(): Promise<void> {
    await this.#writing;
  }

  /** Hands the batch over while reading goes on; waits when the batch before is still being written. */
  async #hand(): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    this.#chunks = 0;
    const before = this.#writing;
    this.#writing = before
      .then(() => this.#store(batch))
      .catch((error: unknown) => {
        this.#failed = error;
      });
    await before;
  }

  #prepare(
    known: CatalogDocument | null,
    seen: SeenFile,
    read: Extract<ReadOutcome, { kind: 'read' }>,
  ): Prepared {
    const base = known ?? this.#blank(seen.file.path);
    const revision: RevisionId = revisionOf(base.id, read.hash, this.#generation);
    // The same revision is already stored: adding it again would double its chunks. They keep the labels they have.
    const stored = base.revision === revision;
    const document: CatalogDocument = {
      ...base,
      ...fileFields(seen.file),
      hash: read.hash,
      revision,
      scope: seen.scope,
      labelledScope: stored ? base.labelledScope : seen.scope,
      labelledPath: stored ? base.labelledPath : seen.file.path,
      outcome: read.chunks.length > 0 ? 'indexed' : 'no-text',
      reason: null,
      detail: null,
      type: read.type,
      title: read.title,
      language: mainLanguage(read.chunks),
      pages: read.pages,
      chunks: read.chunks.length,
      characters: read.characters,
      warnings: read.warnings,
      indexedAt: this.#deps.now(),
    };
    const chunks = stored ? [] : read.chunks;
    return {
      document,
      chunks: chunks.map((chunk) => storedChunk(document, revision, chunk)),
      texts: chunks.map((chunk) => `${passageContext(document, chunk)}\n${chunk.text}`),
      warnings: read.warnings.length,
    };
  }

  async #store(batch: readonly Prepared[]): Promise<void> {
    if (batch.length === 0) return;
    const { catalog, store, embedder } = this.#deps;
    const signal = this.#signal;
    signal.throwIfAborted();
    let chunks = batch.flatMap((prepared) => prepared.chunks);
    if (embedder !== null) {
      const vectors = await embedder.embed(
        batch.flatMap(({ texts }) => texts),
        'passage',
        signal,
      );
      signal.throwIfAborted();
      chunks = chunks.map((chunk, at) => ({ ...chunk, vector: vectors[at] ?? null }));
    }
    await catalog.addLanguages([...new Set(chunks.map(({ language }) => language))]);
    await store.add(chunks);
    signal.throwIfAborted();
    await catalog.put(batch.map(({ document }) => document));
    signal.throwIfAborted();
    await store.retain(new Map(batch.map(({ document }) => [document.id, document.revision])));
    for (const { document, warnings } of batch) {
      const outcome = document.outcome === 'indexed' ? 'indexed' : 'no-text';
      this.#tally.written(document.path, outcome, document.chunks, warnings);
    }
  }

  async #refuseRead(
    { document, seen }: Item,
    reason: QuarantineReason,
    detail: string,
    type: string | null,
  ): Promise<void> {
    const { path } = seen.file;
    const row: CatalogDocument = {
      ...(document ?? this.#blank(path)),
      ...fileFields(seen.file),
      ...nothing(reason, detail),
      type,
      indexedAt: this.#deps.now(),
    };
    await this.#deps.catalog.put([row]);
    if (document !== null && document.chunks > 0)
      await this.#deps.store.retain(new Map([[document.id, null]]));
    this.#tally.quarantined(this.#share.id, path, reason, detail);
  }

  #blank(path: string): CatalogDocument {
    return {
      id: documentId(this.#deps.newId()),
      share: this.#share.id,
      path,
      fileId: '',
      size: 0,
      modified: 0,
      changed: 0,
      language: null,
      title: null,
      type: null,
      indexedAt: 0,
      ...nothing('unreadable', ''),
    };
  }
}

/** The known language most passages are in; null when none is known. */
function mainLanguage(chunks: readonly { readonly language: Language }[]): Language | null {
  const counts = new Map<Language, number>();
  for (const { language } of chunks) {
    if (language !== 'und') counts.set(language, (counts.get(language) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}
