import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { decide, principalId, SidecarSource, shareId } from '../../acl/index.ts';
import { openSqliteCatalog, type SqliteCatalog } from '../../index/catalog/sqlite-catalog.ts';
import {
  type Catalog,
  type Embedder,
  keepIndex,
  type PassDeps,
  type PassSummary,
  runPass,
  Turn,
} from '../../index/index.ts';
import type { ChunkStore } from '../../index/store/chunk-store.ts';
import { type LanceStore, openLanceStore } from '../../index/store/lance-store.ts';
import type { KeepOptions } from '../../index/sync/keep.ts';
import { rescopeKnown } from '../../index/sync/rescope.ts';
import type { SharePass } from '../../index/sync/scope-reader.ts';
import { ParsePool } from '../../ingest/index.ts';
import { entries, tokenOf } from './access.ts';
import { tempFolder, writeFiles } from './temp-folder.ts';

export const LIMITS = { maxBytes: 1_000_000, maxCharacters: 1_000_000, maxDepth: 3 };
const DIRECTORY = { users: ['anna', 'bob'], groups: { hr: ['user:anna'] } };
const KNOWN = new Set(['user:anna', 'user:bob', 'group:hr'].map(principalId));

export const EVERYONE_READS = 'entries:\n  - allow: everyone\n';
export const HR_READS = 'inherit: false\nentries:\n  - allow: group:hr\n';

let pool: ParsePool | null = null;
afterAll(async () => {
  await pool?.close();
  pool = null;
});

/** One pool for a test file: starting children is what takes time. */
export function sharedPool(): ParsePool {
  pool ??= new ParsePool({ size: 2, maxMemoryMegabytes: 512, timeoutMs: 20_000 });
  return pool;
}

/** What the index says of one file, in terms that do not depend on ids: equal for equal shares. */
export interface FileState {
  readonly outcome: string;
  readonly hash: string | null;
  readonly readers: string;
  readonly chunks: readonly string[];
  readonly labels: string;
}

export interface PassChanges {
  readonly catalog?: Catalog;
  readonly store?: ChunkStore;
  readonly embedder?: Embedder | null;
  readonly retryQuarantined?: boolean;
  readonly mostRemoved?: number;
  readonly signal?: AbortSignal;
  readonly shares?: readonly string[];
}

/** An index that is kept in the background. */
export interface Keeping {
  /** Resolves when all shares were compared and nothing waits. */
  settled(): Promise<void>;
  /** Why a share was left out last; empty when none was. */
  leftOut(): string;
  stop(): Promise<void>;
}

/** A company with share folders on disk and a real index of them. */
export class PassBench {
  readonly folder: string;
  readonly catalog: SqliteCatalog;
  readonly store: LanceStore;
  readonly embedder: Embedder | null;

  private constructor(folder: string, catalog: SqliteCatalog, store: LanceStore, embedder: Embedder | null) {
    this.folder = folder;
    this.catalog = catalog;
    this.store = store;
    this.embedder = embedder;
  }

  static async open(
    files: Readonly<Record<string, string>>,
    embedder: Embedder | null = null,
  ): Promise<PassBench> {
    const folder = tempFolder();
    const catalog = await openSqliteCatalog(join(folder, 'data/catalog.sqlite'));
    const dimensions = embedder?.dimensions ?? null;
    const store = await openLanceStore({ folder: join(folder, 'data/chunks'), table: 'chunks', dimensions });
    afterAll(async () => {
      await store.close();
      await catalog.close();
    });
    const bench = new PassBench(folder, catalog, store, embedder);
    writeFiles(bench.at(''), files);
    return bench;
  }

  /** A fresh index of the same share folders. */
  async afresh(): Promise<PassBench> {
    const other = await PassBench.open({}, this.embedder);
    return new PassBench(this.folder, other.catalog, other.store, other.embedder);
  }

  at(path: string, share = 'docs'): string {
    return join(this.folder, 'shares', share, path);
  }

  write(files: Readonly<Record<string, string>>, share = 'docs'): void {
    writeFiles(this.at('', share), files);
  }

  pass(changes: PassChanges = {}): Promise<PassSummary> {
    const { catalog = this.catalog, store = this.store, embedder = this.embedder } = changes;
    return runPass(
      { catalog, store, pool: sharedPool(), embedder, now: Date.now, newId, turn: new Turn() },
      {
        shares: (changes.shares ?? ['docs']).map((name) => this.#share(name)),
        limits: LIMITS,
        retryQuarantined: changes.retryQuarantined ?? false,
        removals: { most: changes.mostRemoved ?? 0.5, always: 100 },
        concurrency: 2,
        signal: changes.signal ?? new AbortController().signal,
        onEvent: () => {},
      },
    );
  }

  /** Gives known documents the scopes that their lists have by now. `meanwhile` happens once they are being read. */
  rescope(under: string, meanwhile: () => void = () => {}): Promise<void> {
    const { catalog, store, embedder } = this;
    const told: Catalog = new Proxy(catalog, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (name === 'listScoped') meanwhile();
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const deps = {
      catalog: told,
      store,
      pool: sharedPool(),
      embedder,
      now: Date.now,
      newId,
      turn: new Turn(),
    };
    return rescopeKnown(deps, this.#share('docs'), under, new AbortController().signal);
  }

  /** Keeps the index in the background until it is stopped. */
  keep({
    watch = 'auto',
    beforeReading,
    parts = {},
  }: {
    readonly watch?: 'auto' | 'poll' | 'off';
    readonly beforeReading?: KeepOptions['beforeReading'] | undefined;
    /** Parts in place of its own. */
    readonly parts?: Partial<PassDeps>;
  } = {}): Keeping {
    const stop = new AbortController();
    let leftOut = '';
    let compared = 0;
    const { catalog, store, embedder } = this;
    const done = keepIndex(
      { catalog, store, pool: sharedPool(), embedder, now: Date.now, newId, turn: new Turn(), ...parts },
      {
        open: async () => [this.#share('docs')],
        watch,
        beforeReading,
        reconcileMs: 3_600_000,
        pollMs: 200,
        limits: LIMITS,
        removals: { most: 0.5, always: 100 },
        concurrency: 2,
        signal: stop.signal,
        onEvent: (event) => {
          if (event.kind === 'left-out') leftOut = event.detail;
          if (event.kind === 'compared') compared += 1;
        },
      },
    );
    return {
      leftOut: () => leftOut,
      async settled() {
        for (;;) {
          const { waiting } = await catalog.work.counts(Date.now());
          if (compared > 0 && waiting === 0) return;
          await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 20))]);
        }
      },
      async stop() {
        stop.abort();
        await done;
      },
    };
  }

  #share(name: string): SharePass {
    return {
      share: { id: shareId(name), root: this.at('', name), exclude: [] },
      acl: new SidecarSource({
        share: shareId(name),
        root: this.at('', name),
        shareEntries: entries('allow everyone'),
        knows: (principal) => KNOWN.has(principal),
      }),
    };
  }

  async document(path: string, share = 'docs') {
    const found = await this.catalog.documentAt(shareId(share), path);
    if (found === null) throw new Error(`no document at ${path}`);
    return found;
  }

  /** Who reads a path by the catalog: logins, or `nobody`. */
  async readers(path: string): Promise<string> {
    const found = await this.catalog.documentAt(shareId('docs'), path);
    if (found === null || found.scope === null || found.revision === null) return 'nobody';
    const descriptor = (await this.catalog.scopes()).get(found.scope)?.descriptor ?? null;
    return (
      DIRECTORY.users.filter((user) => decide(descriptor, tokenOf(user, DIRECTORY)).read).join(' ') ||
      'nobody'
    );
  }

  /** Everything the index says, by path; of a hidden document only that it is hidden. Rows are read from the store whole, so that duplicates show. */
  async state(share = 'docs'): Promise<Readonly<Record<string, FileState>>> {
    const documents = await this.catalog.listDocuments({
      share: shareId(share),
      under: '',
      after: '',
      limit: 1_000,
    });
    const scopes = await this.catalog.scopes();
    const state: Record<string, FileState> = {};
    for (const document of documents) {
      const { id, revision, scope } = document;
      const rows =
        revision === null || scope === null ? [] : await this.store.revision(id, revision, 0, 10_000);
      const descriptor = scope === null ? null : (scopes.get(scope)?.descriptor ?? null);
      state[document.path] = {
        outcome: `${document.outcome} ${document.reason ?? ''}`.trim(),
        hash: scope === null ? null : document.hash,
        readers: DIRECTORY.users
          .filter((user) => decide(descriptor, tokenOf(user, DIRECTORY)).read)
          .join(' '),
        chunks: rows.map(({ ordinal, text, path }) => `${ordinal} ${path} ${text}`),
        labels:
          scope === null || document.chunks === 0
            ? ''
            : `${document.labelledScope === scope} ${document.labelledPath === null || document.labelledPath === document.path}`,
      };
    }
    return state;
  }

  /** How many revisions of a document have chunks. */
  async revisionsOf(path: string): Promise<number> {
    const { id } = await this.document(path);
    let revisions = 0;
    for await (const { document } of this.store.revisions()) if (document === id) revisions += 1;
    return revisions;
  }

  /** Revisions that have chunks but are not current. */
  async orphans(): Promise<number> {
    let orphans = 0;
    for await (const { document, revision } of this.store.revisions()) {
      if ((await this.catalog.documents([document])).get(document)?.revision !== revision) orphans += 1;
    }
    return orphans;
  }
}

export function newId(): string {
  const digest = createHash('sha256').update(randomBytes(16)).digest();
  return [...digest.subarray(0, 16)].map((byte) => 'abcdefghijklmnopqrstuvwxyz234567'[byte % 32]).join('');
}
