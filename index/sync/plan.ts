import type { DescriptorReading, ScopeId } from '../../acl/index.ts';
import type { ListedFile, ListedTrouble, QuarantineReason } from '../../ingest/index.ts';
import type { CatalogDocument } from '../catalog/catalog.ts';

/** What the share says of one file: its stats and the scope its permissions fall into, or why there is none. */
export interface SeenFile {
  readonly file: ListedFile;
  readonly scope: ScopeId | null;
  readonly aclTrouble: Extract<DescriptorReading, { ok: false }> | null;
}

/** What a pass will do with one share. A value, so that it can be read before anything is touched. */
export interface Plan {
  readonly remove: readonly CatalogDocument[];
  /** Known documents whose path, scope or file times changed while their content may stand. */
  readonly relabel: readonly { readonly document: CatalogDocument; readonly seen: SeenFile }[];
  /**
   * Known documents that will be read again and whose permissions changed: nobody reads them until then, for old
   * content must not be seen with new permissions nor new content with old ones.
   */
  readonly withhold: readonly CatalogDocument[];
  /** Files to open: new ones (`document` null) and changed ones. */
  readonly read: readonly { readonly document: CatalogDocument | null; readonly seen: SeenFile }[];
  /**
   * Known documents whose permissions or folder cannot be read: nobody reads them, but their passages are kept,
   * for a server that was away comes back.
   */
  readonly hide: readonly {
    readonly document: CatalogDocument;
    readonly path: string;
    readonly reason: QuarantineReason;
    readonly detail: string;
  }[];
  /** Entries that give no document, with the document that stood there before, if any. */
  readonly refuse: readonly {
    readonly document: CatalogDocument | null;
    readonly path: string;
    readonly file: ListedFile | null;
    readonly reason: QuarantineReason;
    readonly detail: string;
  }[];
  /** Files as they were: answered as before, or still in quarantine. */
  readonly unchanged: readonly CatalogDocument[];
}

/** Troubles that lie outside the content: they are looked at again at every pass. */
const CURABLE: ReadonlySet<QuarantineReason> = new Set([
  'acl-missing',
  'acl-unreadable',
  'unreadable',
  'outside-share',
  'path-not-utf8',
]);

/**
 * Compares a listing with what the catalog knows of the share.
 *
 * A file at a new path with the file number, size and modification time of a document that is no longer where
 * it was is that document, moved. When its status changed as well its bytes are looked at, for a file number may
 * have been given to another file. A document below a folder that could not be listed is hidden,
 * not removed. Where a trouble and a file have one name, the file counts.
 */
export function planShare(
  known: readonly CatalogDocument[],
  seen: readonly SeenFile[],
  troubles: readonly ListedTrouble[],
  options: { readonly retryQuarantined: boolean },
): Plan {
  const byPath = new Map(known.map((document) => [document.path, document]));
  const seenPaths = new Set(seen.map(({ file }) => file.path));
  const troubled = new Map(
    troubles.filter(({ path }) => !seenPaths.has(path)).map((trouble) => [trouble.path, trouble]),
  );
  // Several documents may have one file number: hard links, and entries that never had a file.
  const gone = new Map<string, CatalogDocument[]>();
  for (const document of known) {
    if (seenPaths.has(document.path) || troubled.has(document.path)) continue;
    gone.set(document.fileId, [...(gone.get(document.fileId) ?? []), document]);
  }

  const relabel: Plan['relabel'][number][] = [];
  const read: Plan['read'][number][] = [];
  const withhold: CatalogDocument[] = [];
  const refuse: Plan['refuse'][number][] = [];
  const hide: Plan['hide'][number][] = [];
  const unchanged: CatalogDocument[] = [];

  for (const { path, reason, detail } of troubled.values()) {
    refuse.push({ document: byPath.get(path) ?? null, path, file: null, reason, detail });
  }
  for (const item of seen) {
    const { file, aclTrouble } = item;
    const document = byPath.get(file.path) ?? takeMoved(gone, file);
    if (aclTrouble !== null) {
      const { reason, detail } = aclTrouble;
      if (document === null || document.revision === null)
        refuse.push({ document, path: file.path, file, reason, detail });
      else hide.push({ document, path: file.path, reason, detail });
    } else if (document === null || contentMayDiffer(document, file, options.retryQuarantined)) {
      read.push({ document, seen: item });
      if (document !== null && document.scope !== null && document.scope !== item.scope)
        withhold.push(document);
    } else if (needsLabel(document, item)) {
      relabel.push({ document, seen: item });
    } else {
      unchanged.push(document);
    }
  }

  const unlisted = troubles.filter(({ reason }) => reason === 'unreadable');
  const remove: CatalogDocument[] = [];
  for (const document of [...gone.values()].flat()) {
    const above = unlisted.find(({ path }) => path === '' || document.path.startsWith(`${path}/`));
    const { path } = document;
    if (above === undefined) remove.push(document);
    else if (document.revision !== null)
      hide.push({ document, path, reason: above.reason, detail: above.detail });
    else refuse.push({ document, path, file: null, reason: above.reason, detail: above.detail });
  }
  return { remove, relabel, withhold, hide, read, refuse, unchanged };
}

function takeMoved(gone: Map<string, CatalogDocument[]>, file: ListedFile): CatalogDocument | null {
  const candidates = gone.get(file.fileId) ?? [];
  const at = candidates.findIndex(({ size, modified }) => size === file.size && modified === file.modified);
  return at < 0 ? null : (candidates.splice(at, 1)[0] ?? null);
}

function contentMayDiffer(document: CatalogDocument, file: ListedFile, retry: boolean): boolean {
  const { outcome, reason } = document;
  // A document that was only hidden has what a reading gave: its content is as known as that of any other.
  if (
    outcome === 'quarantined' &&
    document.revision === null &&
    (retry || reason === null || CURABLE.has(reason))
  )
    return true;
  return (
    document.size !== file.size ||
    document.modified !== file.modified ||
    document.fileId !== file.fileId ||
    // A change of status alone (permissions, owner, name) may also hide a restored content: look at the bytes.
    document.changed !== file.changed
  );
}

function needsLabel(document: CatalogDocument, { file, scope }: SeenFile): boolean {
  if (document.path !== file.path) return true;
  // What answers nothing needs no permissions.
  if (document.revision === null) return false;
  return (
    document.scope !== scope ||
    document.labelledScope !== document.scope ||
    document.labelledPath !== document.path
  );
}
