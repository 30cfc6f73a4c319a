import type { QuarantineReason, ReadOutcome, Share } from '../../ingest/index.ts';
import type { CatalogDocument } from '../catalog/catalog.ts';
import type { PassDeps } from './deps.ts';
import { answering, blankDocument, fileFields, nothing } from './document-fields.ts';
import { DocumentSettler } from './document-settler.ts';
import type { Tally } from './events.ts';
import type { Plan, SeenFile, SeenPair } from './plan.ts';
import { type Prepared, prepare } from './prepare.ts';

/** Chunks gathered before they are written: a store of columns likes few large writes. */
const BATCH_CHUNKS = 1_000;
const BATCH_DOCUMENTS = 200;
/** With an embedder the writing is slow and must begin early, while other files are still being read. */
const EMBEDDED_BATCH_CHUNKS = 256;

/** Milliseconds until a file is tried again, after the first failure, the second, and so on. */
const RETRY_AFTER_MS = [60_000, 300_000, 1_800_000, 7_200_000, 21_600_000];
/** What may pass by itself: a file that is locked, a server that is slow. */
const TRANSIENT: ReadonlySet<QuarantineReason> = new Set(['unreadable', 'timeout']);

/** A file that was read, before anything of it is written. */
interface Gathered {
  readonly item: ReadItem;
  readonly outcome: Extract<ReadOutcome, { kind: 'read' }>;
}

export interface WriterOptions {
  /** Looked at before each write of a batch: a writer that lost its lease writes no more. */
  readonly signal: AbortSignal;
  readonly rescope: Rescope;
  /** Told which files have left the queue, or got another time in it. */
  readonly settled: (paths: readonly string[]) => void;
}

/** A file to be read, with how often that failed before. */
export interface ReadItem extends SeenPair {
  readonly attempts: number;
}

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
  readonly #settled: WriterOptions['settled'];
  #batch: Gathered[] = [];
  #chunks = 0;
  #writing: Promise<void> = Promise.resolve();
  #failed: unknown = null;

  private constructor(
    deps: PassDeps,
    share: Share,
    tally: Tally,
    options: WriterOptions,
    generation: number,
  ) {
    this.#deps = deps;
    this.#rescope = options.rescope;
    this.#settled = options.settled;
    this.#signal = options.signal;
    this.#share = share;
    this.#tally = tally;
    this.#settler = new DocumentSettler(deps, share, tally);
    this.#generation = generation;
  }

  static async open(
    deps: PassDeps,
    share: Share,
    tally: Tally,
    options: WriterOptions,
  ): Promise<DocumentWriter> {
    const generation = Number((await deps.catalog.meta('generation')) ?? '0');
    return new DocumentWriter(deps, share, tally, options, generation);
  }

  /** Takes what reading a file gave; returns when there is room for more. */
  async write(item: ReadItem, outcome: ReadOutcome): Promise<void> {
    if (this.#failed !== null) throw this.#failed;
    const { document: known, seen } = item;
    const { path } = seen.file;
    if (outcome.kind === 'refused') {
      const { reason, detail, type } = outcome;
      await this.#refuseRead(item, reason, detail, type);
      return;
    }
    if (outcome.kind === 'unchanged' && known !== null) {
      await this.same([{ document: known, seen }]);
      return;
    }
    if (outcome.kind === 'unchanged') throw new Error(`a new file cannot be unchanged: ${path}`);
    this.#batch.push({ item, outcome });
    this.#chunks += outcome.chunks.length;
    const most = this.#deps.embedder === null ? BATCH_CHUNKS : EMBEDDED_BATCH_CHUNKS;
    if (this.#chunks >= most || this.#batch.length >= BATCH_DOCUMENTS) await this.#hand();
  }

  /** Documents whose content is the one they had: times, places and permissions are those of now. */
  async same(
    items: readonly { readonly document: CatalogDocument; readonly seen: SeenFile }[],
  ): Promise<void> {
    if (items.length === 0) return;
    const { catalog } = this.#deps;
    const now = await this.#rescope(items.map(({ seen }) => seen));
    const hide: Plan['hide'][number][] = [];
    const shown: CatalogDocument[] = [];
    for (const [at, { document, seen }] of items.entries()) {
      const { file, scope, aclTrouble } = now[at] ?? seen;
      const { path } = file;
      if (aclTrouble !== null) {
        hide.push({ document, path, reason: aclTrouble.reason, detail: aclTrouble.detail });
        continue;
      }
      const same = { ...document, ...answering(document), ...fileFields(file), scope };
      // A label without a place is brought up to date with path and time.
      shown.push(document.modified === file.modified ? same : { ...same, labelledPath: null });
      this.#tally.same(path, { moved: document.labelledPath !== null && document.labelledPath !== path });
    }
    await this.#settler.hide(hide);
    await catalog.put(shown);
    await this.#done(items.map(({ seen }) => seen.file.path));
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

  async #store(gathered: readonly Gathered[]): Promise<void> {
    if (gathered.length === 0) return;
    const { catalog, store, embedder } = this.#deps;
    const signal = this.#signal;
    signal.throwIfAborted();
    const batch = await this.#withPermissionsOfNow(gathered);
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
    await this.#done(gathered.map(({ item }) => item.seen.file.path));
    await store.retain(new Map(batch.map(({ document }) => [document.id, document.revision])));
    for (const { document, warnings } of batch) {
      const outcome = document.outcome === 'indexed' ? 'indexed' : 'no-text';
      this.#tally.written(document.path, outcome, document.chunks, warnings);
    }
  }

  /**
   * Whoever closed a folder and then wrote a secret into it must not find the secret under the old list: permissions
   * are read after the content, for the whole batch.
   */
  async #withPermissionsOfNow(gathered: readonly Gathered[]): Promise<Prepared[]> {
    const now = await this.#rescope(gathered.map(({ item }) => item.seen));
    const kept: Prepared[] = [];
    const refuse: Plan['refuse'][number][] = [];
    const hide: Plan['hide'][number][] = [];
    for (const [at, { item, outcome }] of gathered.entries()) {
      const seen = now[at] ?? item.seen;
      const { document } = item;
      const { path } = seen.file;
      if (seen.aclTrouble !== null) {
        const { reason, detail } = seen.aclTrouble;
        // The old content stays hidden until it can be replaced.
        if (document !== null && document.revision !== null) hide.push({ document, path, reason, detail });
        else refuse.push({ document, path, file: seen.file, reason, detail });
      } else {
        const base = document ?? blankDocument(this.#deps, this.#share, path);
        kept.push(prepare(base, seen, outcome, { generation: this.#generation, now: this.#deps.now() }));
      }
    }
    await this.#settler.hide(hide);
    await this.#settler.refuse(refuse);
    return kept;
  }

  async #refuseRead(
    { document, seen, attempts }: ReadItem,
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
    await this.#settleWork(path, reason, attempts);
    if (document !== null && document.chunks > 0)
      await this.#deps.store.retain(new Map([[document.id, null]]));
    this.#tally.quarantined(this.#share.id, path, reason, detail);
  }

  /** What may pass by itself is tried again, each time later; the rest stays in quarantine until it changes. */
  async #settleWork(path: string, reason: QuarantineReason, attempts: number): Promise<void> {
    const wait = TRANSIENT.has(reason) ? RETRY_AFTER_MS[attempts] : undefined;
    if (wait === undefined) return this.#done([path]);
    const { catalog, now } = this.#deps;
    await catalog.work.postpone(this.#share.id, path, now() + wait);
    this.#settled([path]);
  }

  async #done(paths: readonly string[]): Promise<void> {
    await this.#deps.catalog.work.done(this.#share.id, paths);
    this.#settled(paths);
  }
}
