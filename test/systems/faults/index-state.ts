import { expect } from 'vitest';
import { shareId } from '../../../acl/index.ts';
import { openCore } from '../../../src/compose/index.ts';
import { openStore } from '../../../src/compose/store.ts';
import { loadConfig } from '../../../src/config/index.ts';
import { ntk } from './ntk.ts';
import { type Scene, SHARE } from './scene.ts';

/** What an index says of one file, in terms that are equal for equal shares. */
export interface DocumentState {
  readonly outcome: string;
  readonly hash: string | null;
  /** The list of permissions itself, for numbers of scopes differ from index to index. */
  readonly permissions: unknown;
  /** Every row stored for the current revision, so that doubled ones show. */
  readonly chunks: readonly string[];
  /** Whether the rows carry, by what the catalog knows, the scope and path of the document. */
  readonly labelled: boolean;
}

export interface IndexState {
  readonly documents: Readonly<Record<string, DocumentState>>;
  readonly ids: Readonly<Record<string, string>>;
  /** Revisions that are stored and that no document names as current. */
  readonly orphans: number;
  readonly waiting: number;
}

const fresh = new WeakMap<Scene, Promise<IndexState>>();

/** Everything the index of this configuration holds. */
export async function indexState(configFile: string): Promise<IndexState> {
  const core = await openCore(await loadConfig(configFile));
  const store = await openStore(core);
  try {
    const { catalog } = core;
    const rows = await catalog.listDocuments({ share: shareId(SHARE), under: '', after: '', limit: 10_000 });
    const scopes = await catalog.scopes();
    const documents: Record<string, DocumentState> = {};
    for (const document of rows) {
      const { id, path, revision, scope, outcome, reason, hash } = document;
      const chunks = revision === null ? [] : await store.revision(id, revision, 0, 10_000);
      documents[path] = {
        outcome: `${outcome} ${reason ?? ''}`.trim(),
        hash,
        permissions: scope === null ? null : withoutOrigins(scopes.get(scope)?.descriptor),
        chunks: chunks.map((row) => `${row.ordinal} ${row.path} ${row.section.join('/')} ${row.text}`),
        labelled: chunks.length === 0 || (document.labelledScope === scope && document.labelledPath === path),
      };
    }
    const current = new Map(rows.map(({ id, revision }) => [id, revision]));
    let orphans = 0;
    for await (const { document, revision } of store.revisions()) {
      if (current.get(document) !== revision) orphans += 1;
    }
    const { waiting } = await catalog.work.counts(Date.now());
    return {
      documents,
      ids: Object.fromEntries(rows.map(({ id, path }) => [path, id])),
      orphans,
      waiting,
    };
  } finally {
    await store.close();
    await core.close();
  }
}

/** Which file said it depends on which of several with one list was read first. */
function withoutOrigins(descriptor: unknown): unknown {
  return JSON.parse(JSON.stringify(descriptor, (key, value) => (key === 'origin' ? undefined : value)));
}

/**
 * Expects the index of a data folder to be what a fresh one of the same share is, with nothing that waits and nothing
 * stored that no document names.
 */
export async function expectFresh(
  scene: Scene,
  data: string,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const config = scene.config('fresh', settings);
  // What an index holds of a share at rest is made once for all that is compared with it.
  const known =
    fresh.get(scene) ??
    ntk(['ingest', '-c', config]).then((ended) =>
      ended.code === 0 ? indexState(config) : Promise.reject(new Error(ended.err)),
    );
  fresh.set(scene, known);
  const state = await indexState(scene.config(data, settings));
  expect(state.documents).toEqual((await known).documents);
  expect(state).toMatchObject({ orphans: 0, waiting: 0 });
}

/** The same after a server was stopped: labels on passages, which only pre-filter, may not have followed yet. */
export async function expectFreshByNextPass(
  scene: Scene,
  data: string,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  expect(await ntk(['ingest', '-c', scene.config(data, settings)])).toMatchObject({ code: 0 });
  await expectFresh(scene, data, settings);
}
