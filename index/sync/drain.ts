import type { ShareId } from '../../acl/index.ts';
import { type ListedFile, lookAt, READ_ALL, type ReadLimits, type Share } from '../../ingest/index.ts';
import type { CatalogDocument } from '../catalog/catalog.ts';
import type { WorkItem } from '../catalog/work-queue.ts';
import type { PassDeps } from './deps.ts';
import { DocumentSettler } from './document-settler.ts';
import { DocumentWriter, type KnownItem, type ReadItem } from './document-writer.ts';
import type { Tally } from './events.ts';
import { contentMayDiffer, type Plan } from './plan.ts';
import { ScopeReader, type SharePass } from './scope-reader.ts';

export interface DrainOptions {
  readonly shares: readonly SharePass[];
  readonly limits: ReadLimits;
  /** How many files are read at once. */
  readonly concurrency: number;
  /** A file that was written to within this many milliseconds is left until it rests; 0 takes it as it is. */
  readonly restMs: number;
  readonly signal: AbortSignal;
}

/** Entries taken from the queue at once. */
const TAKEN = 256;

/** Reads the files that wait in the queue and are due, best first, until none is left. */
export async function drain(deps: PassDeps, options: DrainOptions, tally: Tally): Promise<void> {
  const line = new Line(deps, options, tally);
  const { pool } = deps;
  const reader = async (): Promise<void> => {
    for (let next = await line.next(); next !== null; next = await line.next()) {
      options.signal.throwIfAborted();
      const { item, writer, share } = next;
      const { path } = item.seen.file;
      tally.reading(path);
      const { document } = item;
      const knownHash = document?.revision === null ? null : (document?.hash ?? null);
      const { root, files: policy = READ_ALL } = share;
      const outcome = await pool.read({ root, path, knownHash, limits: options.limits, policy });
      const unread = outcome.kind === 'refused' && outcome.reason === 'unreadable';
      if (unread && (await lookAt(share, path)) === null) await line.leave(share.id, path);
      else await writer.write(item, outcome);
    }
  };
  const readers = await Promise.allSettled(Array.from({ length: options.concurrency }, reader));
  const failed = readers.find((result) => result.status === 'rejected');
  if (failed !== undefined) {
    // Whoever called gives the right to write away next: no write may still be under way then.
    await line.settle();
    throw failed.reason;
  }
  await line.flush();
}

interface Next {
  readonly item: ReadItem;
  readonly writer: DocumentWriter;
  readonly share: Share;
}

interface Desk {
  readonly share: Share;
  readonly writer: DocumentWriter;
  readonly settler: DocumentSettler;
  readonly scopes: ScopeReader;
}

/** Hands out what is due, one file at a time, to several readers. */
class Line {
  readonly #deps: PassDeps;
  readonly #options: DrainOptions;
  readonly #tally: Tally;
  readonly #desks = new Map<ShareId, Promise<Desk | null>>();
  readonly #busy = new Map<string, { share: ShareId; path: string }>();
  #ready: Next[] = [];
  #filling: Promise<boolean> | null = null;

  constructor(deps: PassDeps, options: DrainOptions, tally: Tally) {
    this.#deps = deps;
    this.#options = options;
    this.#tally = tally;
  }

  /** Null when nothing is due any more. */
  async next(): Promise<Next | null> {
    for (;;) {
      const next = this.#ready.shift();
      if (next !== undefined) return next;
      // One looks into the queue, the others wait for what it finds.
      this.#filling ??= this.#fill().finally(() => {
        this.#filling = null;
      });
      if (!(await this.#filling) && this.#ready.length === 0) return null;
    }
  }

  /** What is gone is a listing's business: it may have moved, or its share may be away. */
  async leave(share: ShareId, path: string): Promise<void> {
    await this.#deps.turn.run(() => this.#deps.catalog.work.done(share, [path]));
    this.#busy.delete(`${share}/${path}`);
  }

  async flush(): Promise<void> {
    for (const desk of this.#desks.values()) await (await desk)?.writer.flush();
  }

  async settle(): Promise<void> {
    for (const desk of this.#desks.values()) await (await desk)?.writer.settle();
  }

  /** Whether there was anything in the queue. */
  async #fill(): Promise<boolean> {
    const { catalog, now } = this.#deps;
    this.#options.signal.throwIfAborted();
    const items = await catalog.work.take(now(), TAKEN, [...this.#busy.values()]);
    const shares = Map.groupBy(items, ({ share }) => share);
    for (const [share, mine] of shares) {
      const desk = await this.#desk(share);
      if (desk === null) await catalog.work.clear(share);
      else await this.#lookAtAll(desk, mine);
    }
    return items.length > 0;
  }

  async #lookAtAll(desk: Desk, items: readonly WorkItem[]): Promise<void> {
    const { catalog, now, turn } = this.#deps;
    const { share, writer, scopes, settler } = desk;
    const same: KnownItem[] = [];
    const hide: Plan['hide'][number][] = [];
    const refuse: Plan['refuse'][number][] = [];
    const vanished: string[] = [];
    const resting: WorkItem[] = [];
    const looked: { item: WorkItem; file: ListedFile; document: CatalogDocument | null }[] = [];
    const rows = await catalog.documentsAt(
      share.id,
      items.map(({ file }) => file.path),
    );
    for (const item of items) {
      const { path } = item.file;
      const document = rows.get(path) ?? null;
      const file = await lookAt(share, path);
      if (file === null) {
        vanished.push(path);
        continue;
      }
      if (now() - Math.max(file.modified, file.changed) < this.#options.restMs) {
        resting.push({ ...item, file, due: now() + this.#options.restMs });
        continue;
      }
      looked.push({ item, file, document });
    }
    const seen = await Promise.all(looked.map(({ file }) => scopes.resolve(file)));
    for (const [at, { item, document, file }] of looked.entries()) {
      const one = seen[at];
      if (one === undefined) continue;
      const { path } = file;
      const read: ReadItem = { document, seen: one, attempts: item.attempts };
      if (one.aclTrouble !== null) {
        const { reason, detail } = one.aclTrouble;
        if (document !== null && document.revision !== null) hide.push({ document, path, reason, detail });
        else refuse.push({ document, path, file, reason, detail });
        vanished.push(path);
      } else if (
        document !== null &&
        document.revision !== null &&
        !contentMayDiffer(document, file, false)
      ) {
        same.push({ ...read, document });
      } else {
        this.#busy.set(`${share.id}/${path}`, { share: share.id, path });
        this.#ready.push({ item: read, writer, share });
      }
    }
    await turn.run(async () => {
      await settler.hide(hide);
      await settler.refuse(refuse);
      // What is gone is a listing's business: it may have moved.
      await catalog.work.done(share.id, vanished);
      await catalog.work.add(resting, now());
    });
    await writer.same(same);
  }

  #desk(id: ShareId): Promise<Desk | null> {
    let desk = this.#desks.get(id);
    if (desk === undefined) {
      desk = this.#open(id);
      this.#desks.set(id, desk);
    }
    return desk;
  }

  async #open(id: ShareId): Promise<Desk | null> {
    const pass = this.#options.shares.find(({ share }) => share.id === id);
    if (pass === undefined) return null;
    const { share, acl } = pass;
    const scopes = new ScopeReader(this.#deps.catalog, acl);
    const { signal } = this.#options;
    const writer = await DocumentWriter.open(this.#deps, share, this.#tally, {
      signal,
      settled: (paths) => {
        for (const path of paths) this.#busy.delete(`${id}/${path}`);
      },
      rescope: async (files) => {
        acl.refresh();
        return Promise.all(files.map((file) => scopes.resolve(file)));
      },
    });
    return { share, writer, scopes, settler: new DocumentSettler(this.#deps, share, this.#tally) };
  }
}
