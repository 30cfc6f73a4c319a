import type { QuarantineReason, ReadOutcome, Share } from '../../ingest/index.ts';
import type { CatalogDocument } from '../catalog/catalog.ts';
import type { PassDeps } from './deps.ts';
import { answering, blankDocument, fileFields, nothing } from './document-fields.ts';
import { DocumentSettler } from './document-settler.ts';
import type { Tally } from './events.ts';
import type { Plan, SeenFile } from './plan.ts';
import { type Prepared, prepare } from './prepare.ts';

/** Chunks gathered before they are written: a store of columns likes few large writes. */
const BATCH_CHUNKS = 1_000;
const BATCH_DOCUMENTS = 200;
/** With an embedder the writing is slow and must begin early, while other files are still being read. */
const EMBEDDED_BATCH_CHUNKS = 256;

type Item = Plan['read'][number];

/** Reads the permissions of files again, as they are now. */
export type Rescope = (files: readonly SeenFile[]) => Promise<readonly SeenFile[]>;

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
  readonly #settler: DocumentSettler;
  readonly #generation: number;
  readonly #signal: AbortSignal;
  readonly #rescope: Rescope;
  #batch: Prepared[] = [];
  #chunks = 0;
  #writing: Promise<void> = Promise.resolve();
  #failed: unknown = null;

  private constructor(
    deps: PassDeps,
    share: Share,
    tally: Tally,
    options: { readonly signal: AbortSignal; readonly rescope: Rescope },
    generation: number,
  ) {
    this.#deps = deps;
    this.#rescope = options.rescope;
    this.#signal = options.signal;
    this.#share = share;
    this.#tally = tally;
    this.#settler = new DocumentSettler(deps, share, tally);
    this.#generation = generation;
  }

  /** `signal` is looked at before each write of a batch: a writer that lost its lease writes no more. */
  static async open(
    deps: PassDeps,
    share: Share,
    tally: Tally,
    options: { readonly signal: AbortSignal; readonly rescope: Rescope },
  ): Promise<DocumentWriter> {
    const generation = Number((await deps.catalog.meta('generation')) ?? '0');
    return new DocumentWriter(deps, share, tally, options, generation);
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
      const same = { ...known, ...answering(known), ...fileFields(seen.file), scope: seen.scope };
      await this.#deps.catalog.put([same]);
      const relabelled = same.labelledScope !== same.scope || same.labelledPath !== path;
      const touched = known.modified !== same.modified;
      if (relabelled || touched) await this.#settler.label([same], { touched });
      this.#tally.same(path, { moved: known.path !== path });
      return;
    }
    if (outcome.kind === 'unchanged') throw new Error(`a new file cannot be unchanged: ${path}`);
    this.#batch.push(
      prepare(known ?? blankDocument(this.#deps, this.#share, path), seen, outcome, {
        generation: this.#generation,
        now: this.#deps.now(),
      }),
    );
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

  async #store(prepared: readonly Prepared[]): Promise<void> {
    if (prepared.length === 0) return;
    const { catalog, store, embedder } = this.#deps;
    const signal = this.#signal;
    signal.throwIfAborted();
    const batch = await this.#withPermissionsOfNow(prepared);
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

  /**
   * Permissions were read before the content; whoever closed a folder and then wrote a secret into it must not
   * find the secret under the old list. So they are read again after the content, for the whole batch.
   */
  async #withPermissionsOfNow(prepared: readonly Prepared[]): Promise<Prepared[]> {
    const now = await this.#rescope(prepared.map(({ seen }) => seen));
    const kept: Prepared[] = [];
    const refused: Plan['refuse'][number][] = [];
    for (const [at, item] of prepared.entries()) {
      const { scope, aclTrouble, file } = now[at] ?? item.seen;
      const { document, chunks } = item;
      if (aclTrouble !== null) {
        const { reason, detail } = aclTrouble;
        refused.push({
          document: { ...document, ...nothing(reason, detail) },
          path: file.path,
          file,
          reason,
          detail,
        });
      } else if (scope === document.scope || scope === null) {
        kept.push(item);
      } else {
        const labelledScope = chunks.length > 0 ? scope : document.labelledScope;
        const relabelled = chunks.map((chunk) => ({ ...chunk, scope }));
        kept.push({ ...item, document: { ...document, scope, labelledScope }, chunks: relabelled });
      }
    }
    await this.#settler.refuse(refused);
    return kept;
  }

  async #refuseRead(
    { document, seen }: Item,
    reason: QuarantineReason,
    detail: string,
    type: string | null,
  ): Promise<void> {
    const { path } = seen.file;
    const row: CatalogDocument = {
      ...(document ?? blankDocument(this.#deps, this.#share, path)),
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
}
