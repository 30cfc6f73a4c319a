import type { ScopeId } from '../../acl/index.ts';
import { type ListedFile, lookAt, type Share } from '../../ingest/index.ts';
import type { CatalogDocument } from '../catalog/catalog.ts';
import type { PassDeps } from './deps.ts';
import { DocumentSettler } from './document-settler.ts';
import type { Tally } from './events.ts';
import type { Plan, SeenFile } from './plan.ts';

/** Reads the permissions of files again, as they are now. */
export type Rescope = (files: readonly ListedFile[]) => Promise<readonly SeenFile[]>;

export interface WriterOptions {
  /** Looked at before each write of a batch: a writer that lost its lease writes no more. */
  readonly signal: AbortSignal;
  readonly rescope: Rescope;
  /** Told which files have left the queue, or got another time in it. */
  readonly settled: (paths: readonly string[]) => void;
}

/** A file that was looked at, and the document that stood at its path then. */
interface LookedAt {
  readonly document: CatalogDocument | null;
  readonly seen: SeenFile;
}

/** An item that holds, the scope it stands in, and the row of its document as it is in this turn. */
interface Kept<Item> {
  readonly item: Item;
  readonly scope: ScopeId;
  readonly row: CatalogDocument | null;
}

/** Milliseconds until a file that changed while it was read is looked at again. */
const AGAIN_AFTER_MS = 2_000;

/**
 * Where what was read meets what is true by now.
 *
 * Whoever closed a folder and then wrote a secret into it must not find the secret under the old list, and whoever
 * took a secret out and then opened the folder must not find it under the new one. So permissions are read again
 * after the content, in one turn with the writing; what was read counts only if the file is the one that was read
 * and either did not change since or has the permissions it had when it was looked at.
 */
export class SettlingDesk {
  readonly #deps: PassDeps;
  readonly #share: Share;
  readonly #settler: DocumentSettler;
  readonly #options: WriterOptions;

  constructor(deps: PassDeps, share: Share, tally: Tally, options: WriterOptions) {
    this.#deps = deps;
    this.#share = share;
    this.#settler = new DocumentSettler(deps, share, tally);
    this.#options = options;
  }

  /**
   * Sorts items by what is true of them now and gives those that hold to `write`, each with its scope, in one turn.
   * The others are hidden, refused, left to a listing (the file is gone) or looked at again.
   */
  async settle<Item extends LookedAt, Result>(
    items: readonly Item[],
    write: (kept: readonly Kept<Item>[]) => Promise<Result>,
  ): Promise<Result> {
    const { catalog, turn, now } = this.#deps;
    const files = items.map(({ seen }) => seen.file);
    const paths = files.map(({ path }) => path);
    const before = turn.taken;
    let readings = await this.#options.rescope(files);
    return turn.run(async () => {
      // Somebody settled something in between: a list may have changed under our reading.
      if (turn.taken !== before + 1) readings = await this.#options.rescope(files);
      const rows = await catalog.documentsAt(this.#share.id, paths);
      const kept: Kept<Item>[] = [];
      const hide: Plan['hide'][number][] = [];
      const refuse: Plan['refuse'][number][] = [];
      const again: string[] = [];
      for (const [at, item] of items.entries()) {
        const { file } = item.seen;
        const { path } = file;
        const document = rows.get(path) ?? null;
        const { scope, aclTrouble } = readings[at] ?? item.seen;
        const current = await lookAt(this.#share, path);
        if (current === null) continue;
        if (document?.id !== item.document?.id || current.fileId !== file.fileId) again.push(path);
        else if (aclTrouble !== null) {
          const { reason, detail } = aclTrouble;
          if (document !== null && document.revision !== null) hide.push({ document, path, reason, detail });
          else refuse.push({ document, path, file: current, reason, detail });
        } else if (scope === null || !(isSame(current, file) || scope === item.seen.scope)) again.push(path);
        else kept.push({ item, scope, row: document });
      }
      const result = await write(kept);
      await this.#settler.hide(hide);
      await this.#settler.refuse(refuse);
      const waiting = new Set(again);
      await catalog.work.done(
        this.#share.id,
        paths.filter((path) => !waiting.has(path)),
      );
      for (const path of again) await catalog.work.postpone(this.#share.id, path, now() + AGAIN_AFTER_MS);
      this.#options.settled(paths);
      return result;
    });
  }
}

function isSame(a: ListedFile, b: ListedFile): boolean {
  return a.size === b.size && a.modified === b.modified && a.changed === b.changed;
}
