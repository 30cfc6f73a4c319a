import { type ListedFile, type ListedTrouble, listShare, type Share } from '../../ingest/index.ts';
import type { Catalog, CatalogDocument } from '../catalog/catalog.ts';
import type { PassDeps } from './deps.ts';
import { DocumentSettler } from './document-settler.ts';
import type { Tally } from './events.ts';
import { settleGone } from './gone.ts';
import { joinByPath } from './join.ts';
import { planFiles, planTroubles } from './plan.ts';
import { ScopeReader, type SharePass } from './scope-reader.ts';

export interface ReconcileOptions {
  /** Read quarantined files again although they did not change. */
  readonly retryQuarantined: boolean;
  /** Priority of the files that are found to be read; see `WORK`. */
  readonly priority: number;
  readonly removals: RemovalGuard;
  /** Aborted when the lease is lost or the user stops the pass; what was written stays whole. */
  readonly signal: AbortSignal;
}

/** A listing in which more than this part of a share is missing is not believed. */
export interface RemovalGuard {
  /** 0 to 1 of the documents of a share; 1 believes everything. */
  readonly most: number;
  /** Fewer than this many may always go. */
  readonly always: number;
}

/** Files compared at once. */
const WINDOW = 1_000;
const KNOWN_PAGE = 5_000;

/**
 * Compares a share, or one file or folder of it, with the catalog: settles removals, moves and permissions, and
 * puts what must be read into the queue. Memory does not grow with the number of files.
 *
 * A share that looks empty, or that misses more than the guard allows, keeps its documents and is named.
 * @throws {ShareUnavailable} when the root cannot be listed
 */
export async function reconcile(
  deps: PassDeps,
  { share, acl }: SharePass,
  under: string,
  options: ReconcileOptions,
  tally: Tally,
): Promise<void> {
  const { catalog } = deps;
  const settler = new DocumentSettler(deps, share, tally);
  const window = new Window(deps, { share, acl }, options, tally, settler);
  const troubles: ListedTrouble[] = [];
  const gone: CatalogDocument['id'][] = [];
  const escaped = new Set<string>();
  let files = 0;
  let known = 0;
  if (under === '') acl.beginPass();
  else acl.refresh();
  const joined = joinByPath(listShare(share, under), knownDocuments(catalog, share, under), (trouble) =>
    troubles.push(trouble),
  );
  for await (const { file, document } of joined) {
    options.signal.throwIfAborted();
    if (document !== null) known += 1;
    if (file === null || acl.owns(file.path)) {
      if (document !== null) gone.push(document.id);
      continue;
    }
    files += 1;
    if (file.path.includes('\\x')) escaped.add(file.path);
    await window.add(file);
    tally.listed(files + troubles.length);
  }
  await window.flush();
  if (await looksEmpty(catalog, share, { under, files, troubles: troubles.length, known }, tally)) return;
  const ids = [...gone];
  const missing = await settleTroubles(deps, settler, troubles, ids, escaped);
  await settleGone(deps, { share, acl }, { missing, known, under }, options, { settler, tally });
}

/** Refuses or hides what troubles stand for; gives the ids of the documents that are really missing. */
async function settleTroubles(
  { catalog, turn }: PassDeps,
  settler: DocumentSettler,
  troubles: readonly ListedTrouble[],
  gone: readonly CatalogDocument['id'][],
  held: ReadonlySet<string>,
): Promise<readonly CatalogDocument['id'][]> {
  if (troubles.length === 0) return gone;
  const missing: CatalogDocument['id'][] = [];
  let first = true;
  for (let at = 0; first || at < gone.length; at += WINDOW) {
    await turn.run(async () => {
      const documents = [...(await catalog.documents(gone.slice(at, at + WINDOW))).values()];
      const here = first
        ? troubles
        : troubles.filter(({ path }) => documents.some((one) => one.path === path));
      first = false;
      const { refuse, hide, left } = planTroubles(troubles, documents, held);
      const named = new Set(here.map(({ path }) => path));
      await settler.hide(hide);
      await settler.refuse(refuse.filter(({ path, document }) => document !== null || named.has(path)));
      missing.push(...left.map(({ id }) => id));
    });
  }
  return missing;
}

async function looksEmpty(
  catalog: Catalog,
  share: Share,
  seen: { readonly under: string; readonly files: number; readonly troubles: number; readonly known: number },
  tally: Tally,
): Promise<boolean> {
  if (seen.under !== '' || seen.files > 0 || seen.known === 0) return false;
  const counts = (await catalog.counts()).filter(({ share: id }) => id === share.id);
  const indexed = counts.filter(({ outcome }) => outcome !== 'quarantined');
  if (indexed.length === 0 || seen.troubles > 0) return false;
  tally.skipped(
    share.id,
    `the folder ${share.root} is empty but ${seen.known} of its files are indexed: nothing was removed. Check that it is mounted; to drop the share, take it out of the configuration`,
  );
  return true;
}

/** Gathers files until it is worth asking for their permissions at once. */
class Window {
  readonly #deps: PassDeps;
  readonly #pass: SharePass;
  readonly #options: ReconcileOptions;
  readonly #tally: Tally;
  readonly #settler: DocumentSettler;
  readonly #scopes: ScopeReader;
  #files: ListedFile[] = [];

  constructor(
    deps: PassDeps,
    pass: SharePass,
    options: ReconcileOptions,
    tally: Tally,
    settler: DocumentSettler,
  ) {
    this.#deps = deps;
    this.#pass = pass;
    this.#options = options;
    this.#tally = tally;
    this.#settler = settler;
    this.#scopes = new ScopeReader(deps.catalog, pass.acl);
  }

  async add(file: ListedFile): Promise<void> {
    this.#files.push(file);
    if (this.#files.length >= WINDOW) await this.flush();
  }

  async flush(): Promise<void> {
    const files = this.#files;
    this.#files = [];
    if (files.length === 0) return;
    const { catalog, now, turn } = this.#deps;
    const { share, acl } = this.#pass;
    const { priority } = this.#options;
    const seen = await Promise.all(files.map((file) => this.#scopes.resolve(file)));
    // Before anything of it can be answered: what was read counts no longer than its source says.
    await catalog.setPermissionsUntil(share.id, acl.believedUntil());
    const plan = await turn.run(async () => {
      // Rows may have changed since the walk passed them: what is read in this turn holds to its end.
      const rows = await catalog.documentsAt(
        share.id,
        files.map(({ path }) => path),
      );
      const pairs = seen.map((one) => ({ document: rows.get(one.file.path) ?? null, seen: one }));
      const found = planFiles(pairs, this.#options);
      await catalog.work.add(
        found.read.map(({ seen: { file } }) => ({ share: share.id, file, priority, attempts: 0, due: 0 })),
        now(),
      );
      await this.#settler.withhold(found.withhold);
      await this.#settler.hide(found.hide);
      await this.#settler.refuse(found.refuse);
      await this.#settler.relabel(found.relabel);
      return found;
    });
    this.#tally.toRead(plan.read.length);
    for (const { outcome, path, reason, detail } of plan.unchanged) {
      if (outcome === 'quarantined' && reason !== null)
        this.#tally.stillQuarantined(share.id, path, reason, detail ?? '');
      else this.#tally.unchanged();
    }
  }
}

/** Documents at a path and below it, in the order of their paths. */
async function* knownDocuments(
  catalog: Catalog,
  share: Share,
  under: string,
): AsyncGenerator<CatalogDocument> {
  if (under !== '') {
    const own = await catalog.documentAt(share.id, under);
    if (own !== null) yield own;
  }
  for (let after = ''; ; ) {
    const page = await catalog.listDocuments({ share: share.id, under, after, limit: KNOWN_PAGE });
    yield* page;
    if (page.length < KNOWN_PAGE) return;
    after = page.at(-1)?.path ?? '';
  }
}
