import type { Share } from '../../ingest/index.ts';
import type { CatalogDocument } from '../catalog/catalog.ts';
import type { PassDeps } from './deps.ts';
import { answering, blankDocument, fileFields, hidden, nothing } from './document-fields.ts';
import type { Tally } from './events.ts';
import type { Plan, SeenFile } from './plan.ts';

/**
 * Settles all that a plan wants done without reading a file: removals, refusals, other permissions, other paths.
 *
 * INVARIANT: the catalog comes first, for it decides; the chunks follow.
 */
export class DocumentSettler {
  readonly #deps: PassDeps;
  readonly #share: Share;
  readonly #tally: Tally;

  constructor(deps: PassDeps, share: Share, tally: Tally) {
    this.#deps = deps;
    this.#share = share;
    this.#tally = tally;
  }

  async remove(documents: readonly Pick<CatalogDocument, 'id'>[]): Promise<void> {
    if (documents.length === 0) return;
    await this.#deps.catalog.remove(documents.map(({ id }) => id));
    await this.#deps.store.retain(new Map(documents.map(({ id }) => [id, null])));
    this.#tally.removed(documents.length);
  }

  /** Files that give no document: whatever they answered before, they answer nothing from now on. */
  async refuse(items: Plan['refuse']): Promise<void> {
    if (items.length === 0) return;
    const documents = items.map(({ document, path, file, reason, detail }) => ({
      ...(document ?? blankDocument(this.#deps, this.#share, path)),
      ...(file === null ? {} : fileFields(file)),
      ...nothing(reason, detail),
      path,
      indexedAt: this.#deps.now(),
    }));
    await this.#deps.catalog.put(documents);
    const known = items.flatMap(({ document }) => (document?.revision ? [document] : []));
    await this.#deps.store.retain(new Map(known.map(({ id }) => [id, null])));
    for (const { path, reason, detail } of items) {
      this.#tally.quarantined(this.#share.id, path, reason, detail);
    }
  }

  /** Documents that nobody may read until their permissions or their folder can be read again. */
  async hide(items: Plan['hide']): Promise<void> {
    if (items.length === 0) return;
    await this.#deps.catalog.put(
      items.map(({ document, path, reason, detail }) => ({ ...document, path, ...hidden(reason, detail) })),
    );
    for (const { path, reason, detail } of items) {
      this.#tally.quarantined(this.#share.id, path, reason, detail);
    }
  }

  /**
   * New scope at once in the catalog, which decides; the chunks, which only pre-filter, are labelled later. Where a
   * folder was closed nothing but the scope differs for each file below it: that is one statement.
   */
  async relabel(items: Plan['relabel']): Promise<void> {
    if (items.length === 0) return;
    const [rescoped, others] = split(items, ({ document, seen }) => onlyScopeDiffers(document, seen));
    const { catalog } = this.#deps;
    await catalog.repoint(
      rescoped.map(({ document, seen }) => ({ document: document.id, scope: seen.scope })),
    );
    await catalog.put(others.map(pointed));
    for (const _ of items) this.#tally.relabelled();
  }

  /** Documents that nobody may read until they were read again. */
  async withhold(documents: Plan['withhold']): Promise<void> {
    await this.#deps.catalog.repoint(documents.map(({ id }) => ({ document: id, scope: null })));
  }
}

function onlyScopeDiffers(document: CatalogDocument, { file }: SeenFile): boolean {
  const { outcome, path, fileId, size, modified, changed } = document;
  return (
    outcome !== 'quarantined' &&
    path === file.path &&
    fileId === file.fileId &&
    size === file.size &&
    modified === file.modified &&
    changed === file.changed
  );
}

function pointed({ document, seen }: Plan['relabel'][number]): CatalogDocument {
  return { ...document, ...answering(document), ...fileFields(seen.file), scope: seen.scope };
}

function split<T>(items: readonly T[], first: (item: T) => boolean): readonly [readonly T[], readonly T[]] {
  const taken = new Set(items.filter(first));
  return [[...taken], items.filter((item) => !taken.has(item))];
}
