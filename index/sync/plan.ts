import type { DescriptorReading, ScopeId } from '../../acl/index.ts';
import type { ListedFile, ListedTrouble, QuarantineReason } from '../../ingest/index.ts';
import type { CatalogDocument } from '../catalog/catalog.ts';

/** What the share says of one file: its stats and the scope its permissions fall into, or why there is none. */
export interface SeenFile {
  readonly file: ListedFile;
  readonly scope: ScopeId | null;
  readonly aclTrouble: Extract<DescriptorReading, { ok: false }> | null;
}

/** A file of the share and the document that stands at its path, if any. */
export interface SeenPair {
  readonly document: CatalogDocument | null;
  readonly seen: SeenFile;
}

/** What a pass will do with some files of one share. A value, so that it can be read before anything is touched. */
export interface Plan {
  /** Known documents whose path, scope or file times changed while their content may stand. */
  readonly relabel: readonly { readonly document: CatalogDocument; readonly seen: SeenFile }[];
  /**
   * Known documents that will be read again and whose permissions changed: nobody reads them until then, for old
   * content must not be seen with new permissions nor new content with old ones.
   */
  readonly withhold: readonly CatalogDocument[];
  /** Files to open: new ones (`document` null) and changed ones. */
  readonly read: readonly SeenPair[];
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
export const CURABLE: ReadonlySet<QuarantineReason> = new Set([
  'acl-missing',
  'acl-unreadable',
  'unreadable',
  'outside-share',
  'path-not-utf8',
  'not-scanned',
]);

/** Compares files of a listing with the documents at their paths. */
export function planFiles(pairs: readonly SeenPair[], options: { readonly retryQuarantined: boolean }): Plan {
  const relabel: Plan['relabel'][number][] = [];
  const read: SeenPair[] = [];
  const withhold: CatalogDocument[] = [];
  const refuse: Plan['refuse'][number][] = [];
  const hide: Plan['hide'][number][] = [];
  const unchanged: CatalogDocument[] = [];
  for (const { document, seen } of pairs) {
    const { file, aclTrouble } = seen;
    if (aclTrouble !== null) {
      const { reason, detail } = aclTrouble;
      if (document === null || document.revision === null)
        refuse.push({ document, path: file.path, file, reason, detail });
      else hide.push({ document, path: file.path, reason, detail });
    } else if (document === null || contentMayDiffer(document, file, options.retryQuarantined)) {
      read.push({ document, seen });
      if (document !== null && document.scope !== null && document.scope !== seen.scope)
        withhold.push(document);
    } else if (document.revision !== null && document.scope !== seen.scope) {
      relabel.push({ document, seen });
    } else {
      unchanged.push(document);
    }
  }
  return { relabel, withhold, hide, read, refuse, unchanged };
}

/**
 * What entries that give no document mean for the documents that were not found at their paths (`gone`): one at the
 * path of a trouble is refused, one below a folder that could not be listed is hidden. The others have `left`.
 * `known` are documents at the paths of troubles that a file of the same shown name still holds: the file counts.
 */
export function planTroubles(
  troubles: readonly ListedTrouble[],
  gone: readonly CatalogDocument[],
  held: ReadonlySet<string>,
): Pick<Plan, 'refuse' | 'hide'> & { readonly left: readonly CatalogDocument[] } {
  const troubled = new Map(
    troubles.filter(({ path }) => !held.has(path)).map((trouble) => [trouble.path, trouble]),
  );
  const unlisted = troubles.filter(({ reason }) => reason === 'unreadable');
  const byPath = new Map(gone.map((document) => [document.path, document]));
  const refuse: Plan['refuse'][number][] = [];
  const hide: Plan['hide'][number][] = [];
  const left: CatalogDocument[] = [];
  for (const { path, reason, detail } of troubled.values()) {
    const document = byPath.get(path) ?? null;
    // What cannot be examined just now is what it was before; a link out is another thing.
    if (document !== null && document.revision !== null && reason === 'unreadable')
      hide.push({ document, path, reason, detail });
    else refuse.push({ document, path, file: null, reason, detail });
  }
  for (const document of gone) {
    const { path } = document;
    if (troubled.has(path)) continue;
    const above = unlisted.find((folder) => folder.path === '' || path.startsWith(`${folder.path}/`));
    if (above === undefined) left.push(document);
    else if (document.revision !== null)
      hide.push({ document, path, reason: above.reason, detail: above.detail });
    else refuse.push({ document, path, file: null, reason: above.reason, detail: above.detail });
  }
  return { refuse, hide, left };
}

/** Whether the bytes of a file have to be looked at. */
export function contentMayDiffer(
  document: CatalogDocument,
  file: ListedFile,
  retryQuarantined: boolean,
): boolean {
  const { outcome, reason } = document;
  // A document that was only hidden has what a reading gave: its content is as known as that of any other.
  if (outcome === 'quarantined' && document.revision === null) {
    if (retryQuarantined || reason === null || CURABLE.has(reason)) return true;
  }
  return (
    document.size !== file.size ||
    document.modified !== file.modified ||
    document.fileId !== file.fileId ||
    // A change of status alone (permissions, owner, name) may also hide a restored content: look at the bytes.
    document.changed !== file.changed
  );
}
