import type { QuarantineReason, ReadOutcome, Share } from '../../ingest/index.ts';
import type { CatalogDocument } from '../catalog/catalog.ts';
import type { PassDeps } from './deps.ts';
import { answering, blankDocument, fileFields, nothing } from './document-fields.ts';
import { embedTwice } from './embed-twice.ts';
import type { Tally } from './events.ts';
import type { SeenPair } from './plan.ts';
import { prepare, type Slice, slices } from './prepare.ts';
import { SettlingDesk, type WriterOptions } from './settling-desk.ts';

/** Chunks gathered before they are written: a store of columns likes few large writes. */
const BATCH_CHUNKS = 1_000;
/** Every batch is a version of the store's table, and each costs the process memory the more there were before it. */
const BATCH_DOCUMENTS = 1_000;
/** With an embedder the writing is slow and must begin early, while other files are still being read. */
const EMBEDDED_BATCH_CHUNKS = 256;
/** Milliseconds until a file is tried again, after the first failure, the second, and so on. */
const RETRY_AFTER_MS = [60_000, 300_000, 1_800_000, 7_200_000, 21_600_000];
/** What may pass by itself: a file that is locked, a server that is slow. */
const TRANSIENT: ReadonlySet<QuarantineReason> = new Set(['unreadable', 'timeout', 'not-scanned']);

/** A file to be read, with how often that failed before. */
export interface ReadItem extends SeenPair {
  readonly attempts: number;
}

/** A document of which only the file's surroundings changed. */
export interface KnownItem extends ReadItem {
  readonly document: CatalogDocument;
}

/** A file that was read, before anything of it is written. */
interface Gathered {
  readonly item: ReadItem;
  readonly outcome: Extract<ReadOutcome, { kind: 'read' }>;
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
  readonly #desk: SettlingDesk;
  readonly #generation: number;
  readonly #signal: AbortSignal;
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
    this.#desk = new SettlingDesk(deps, share, tally, options);
    this.#settled = options.settled;
    this.#signal = options.signal;
    this.#share = share;
    this.#tally = tally;
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
    const { document } = item;
    if (outcome.kind === 'refused') {
      const { reason, detail, type } = outcome;
      await this.#refuseRead(item, reason, detail, type);
      return;
    }
    if (outcome.kind === 'unchanged') {
      if (document === null) throw new Error(`a new file cannot be unchanged: ${item.seen.file.path}`);
      await this.same([{ ...item, document }]);
      return;
    }
    this.#batch.push({ item, outcome });
    this.#chunks += outcome.chunks.length;
    if (this.#chunks >= this.#most || this.#batch.length >= BATCH_DOCUMENTS) await this.#hand();
  }

  /** Documents whose content is the one they had: times, places and permissions are those of now. */
  async same(items: readonly KnownItem[]): Promise<void> {
    if (items.length === 0) return;
    await this.#desk.settle(items, async (kept) => {
      await this.#deps.catalog.put(
        kept.map(({ item, scope, row }) => {
          const document = row ?? item.document;
          const { file } = item.seen;
          const same = { ...document, ...answering(document), ...fileFields(file), scope };
          const moved = document.labelledPath !== null && document.labelledPath !== file.path;
          this.#tally.same(file.path, { moved });
          // A label without a place is brought up to date with path and time.
          return document.modified === file.modified ? same : { ...same, labelledPath: null };
        }),
      );
    });
  }

  /** Chunks gathered, and chunks written at once: a document of more goes in several writes. */
  get #most(): number {
    return this.#deps.embedder === null ? BATCH_CHUNKS : EMBEDDED_BATCH_CHUNKS;
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
    const { catalog, store } = this.#deps;
    const signal = this.#signal;
    signal.throwIfAborted();
    const generation = this.#generation;
    const prepared = gathered.map(({ item, outcome }) => {
      const base = item.document ?? blankDocument(this.#deps, this.#share, item.seen.file.path);
      return { ...item, made: prepare(base, item.seen, outcome, { generation, now: this.#deps.now() }) };
    });
    const made = prepared.map((one) => one.made);
    for (const slice of slices(made, this.#most)) {
      const chunks = await this.#withVectors(slice);
      await catalog.addLanguages([...new Set(chunks.map(({ language }) => language))]);
      await store.add(chunks);
      signal.throwIfAborted();
    }
    const written = await this.#desk.settle(prepared, async (kept) => {
      signal.throwIfAborted();
      await catalog.put(kept.map(({ item, scope }) => ({ ...item.made.document, scope })));
      return kept.map(({ item }) => item);
    });
    signal.throwIfAborted();
    const current = new Set(written.map(({ made }) => made.document.id));
    await store.retain(
      new Map([
        // What had no passages before has none to lose: nothing is looked for in the store.
        ...written
          .filter(({ document }) => document !== null && document.revision !== null)
          .map(({ made }) => [made.document.id, made.document.revision] as const),
        // What was stored for a file that is not what was read any more goes again.
        ...prepared
          .filter(({ made }) => !current.has(made.document.id))
          .map(({ document, made }) => [made.document.id, document?.revision ?? null] as const),
      ]),
    );
    for (const { made } of written) {
      const { document, warnings } = made;
      const outcome = document.outcome === 'indexed' ? 'indexed' : 'no-text';
      this.#tally.written(document.path, outcome, document.chunks, warnings);
    }
  }

  async #withVectors({ chunks, texts }: Slice): Promise<Slice['chunks']> {
    const { embedder } = this.#deps;
    if (embedder === null) return chunks;
    const vectors = await embedTwice(embedder, texts, this.#signal);
    this.#signal.throwIfAborted();
    return chunks.map((chunk, at) => ({ ...chunk, vector: vectors[at] ?? null }));
  }

  async #refuseRead(
    { document, seen, attempts }: ReadItem,
    reason: QuarantineReason,
    detail: string,
    type: string | null,
  ): Promise<void> {
    const { catalog, now, store, turn } = this.#deps;
    const { path } = seen.file;
    await turn.run(async () => {
      const current = await catalog.documentAt(this.#share.id, path);
      const base = current ?? document ?? blankDocument(this.#deps, this.#share, path);
      const refused = { ...nothing(reason, detail), path, type, indexedAt: now() };
      await catalog.put([{ ...base, ...fileFields(seen.file), ...refused }]);
    });
    await this.#settleWork(path, reason, attempts);
    if (document !== null && document.chunks > 0) await store.retain(new Map([[document.id, null]]));
    this.#tally.quarantined(this.#share.id, path, reason, detail);
  }

  /** What may pass by itself is tried again, each time later; the rest stays in quarantine until it changes. */
  async #settleWork(path: string, reason: QuarantineReason, attempts: number): Promise<void> {
    const { catalog, now } = this.#deps;
    const wait = TRANSIENT.has(reason) ? RETRY_AFTER_MS[attempts] : undefined;
    if (wait === undefined) await catalog.work.done(this.#share.id, [path]);
    else await catalog.work.postpone(this.#share.id, path, now() + wait);
    this.#settled([path]);
  }
}
