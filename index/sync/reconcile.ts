import {
  type ListedFile,
  type ListedTrouble,
  listShare,
  rootOf,
  type Share,
  ShareUnavailable,
  stillAt,
} from '../../ingest/index.ts';
import type { Catalog, CatalogDocument } from '../catalog/catalog.ts';
import type { Comparing, ReconcileOptions } from './comparing.ts';
import type { PassDeps } from './deps.ts';
import { DocumentSettler } from './document-settler.ts';
import type { Tally } from './events.ts';
import { settleGone } from './gone.ts';
import { joinByPath } from './join.ts';
import { planFiles, planTroubles } from './plan.ts';
import { ScopeReader, type SharePass } from './scope-reader.ts';

/** Files compared at once. */
const WINDOW = 1_000;
const KNOWN_PAGE = 5_000;

/**
 * Compares a share, or some files and folders of it, with the catalog: settles removals, moves and permissions, and
 * puts what must be read into the queue. Memory does not grow with the number of files.
 *
 * All places are walked before anything counts as gone, for it may have moved from one to another. A share that
 * looks empty, or that misses more than the guard allows, keeps its documents and is named; so does one whose root
 * goes away meanwhile, for then its files and its lists seem to be gone.
 * @param places paths relative to the root; an empty one is the whole share
 * @returns the root as `rootOf` names it
 * @throws {ShareUnavailable} when the root cannot be listed, goes away, or is empty all at once
 */
export async function reconcile(
  deps: PassDeps,
  { share, acl }: SharePass,
  places: readonly string[],
  options: ReconcileOptions,
  tally: Tally,
): Promise<string> {
  const { catalog } = deps;
  const root = await rootOf(share);
  const stillThere = (): Promise<void> => stillAt(share, root);
  const settler = new DocumentSettler(deps, share, tally);
  const window = new Window(deps, { share, acl }, options, { tally, settler, stillThere });
  const walk = new Walked();
  const whole = places.includes('');
  if (whole) acl.beginPass();
  else acl.refresh();
  for (const place of whole ? [''] : places) {
    const known = knownDocuments(catalog, share, place);
    for await (const { file, document } of joinByPath(listShare(share, place), known, walk.trouble)) {
      options.signal.throwIfAborted();
      if (document !== null) walk.known += 1;
      if (file === null || acl.owns(file.path)) {
        if (document !== null) walk.gone.push(document.id);
        continue;
      }
      walk.file(file);
      await window.add(file);
      tally.listed(walk.files + walk.troubles.length);
    }
  }
  await window.flush();
  await stillThere();
  if (whole) await refuseEmpty(catalog, share, walk);
  const missing = await settleTroubles(deps, settler, walk);
  const found = { missing, known: whole ? walk.known : null };
  await settleGone(deps, { share, acl }, found, options, { settler, tally, stillThere });
  return root;
}

/** What a walk over a share has seen. */
class Walked {
  files = 0;
  known = 0;
  readonly troubles: ListedTrouble[] = [];
  readonly gone: CatalogDocument['id'][] = [];
  /** Paths of files that look like a name which is no text, as a trouble shows it. */
  readonly escaped = new Set<string>();
  readonly trouble = (trouble: ListedTrouble): void => {
    this.troubles.push(trouble);
  };

  file({ path }: ListedFile): void {
    this.files += 1;
    if (path.includes('\\x')) this.escaped.add(path);
  }
}

/** Refuses or hides what troubles stand for; gives the ids of the documents that are really missing. */
async function settleTroubles(
  { catalog, turn }: PassDeps,
  settler: DocumentSettler,
  { troubles, gone, escaped }: Walked,
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
      const { refuse, hide, left } = planTroubles(troubles, documents, escaped);
      const named = new Set(here.map(({ path }) => path));
      await settler.hide(hide);
      await settler.refuse(refuse.filter(({ path, document }) => document !== null || named.has(path)));
      missing.push(...left.map(({ id }) => id));
    });
  }
  return missing;
}

/** An empty folder where files are indexed is most likely what a mount stood on: the share is away. */
async function refuseEmpty(
  catalog: Catalog,
  share: Share,
  { files, known, troubles }: Walked,
): Promise<void> {
  if (files > 0 || known === 0 || troubles.length > 0) return;
  const counts = (await catalog.counts()).filter(({ share: id }) => id === share.id);
  if (counts.every(({ outcome }) => outcome === 'quarantined')) return;
  throw new ShareUnavailable(
    `the folder ${share.root} is empty but ${known} of its files are indexed: nothing was removed. Check that it is mounted; to drop the share, take it out of the configuration`,
  );
}

/** Gathers files until it is worth asking for their permissions at once. */
class Window {
  readonly #deps: PassDeps;
  readonly #pass: SharePass;
  readonly #options: ReconcileOptions;
  readonly #tally: Tally;
  readonly #settler: DocumentSettler;
  readonly #stillThere: () => Promise<void>;
  readonly #scopes: ScopeReader;
  #files: ListedFile[] = [];

  constructor(
    deps: PassDeps,
    pass: SharePass,
    options: ReconcileOptions,
    { tally, settler, stillThere }: Comparing,
  ) {
    this.#deps = deps;
    this.#pass = pass;
    this.#options = options;
    this.#tally = tally;
    this.#settler = settler;
    this.#stillThere = stillThere;
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
    // INVARIANT: of a share that went away no list is believed: one that closed a folder would seem to be gone.
    await this.#stillThere();
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
