import type { Language, ListedFile, QuarantineReason, Share } from '../../ingest/index.ts';
import { type CatalogDocument, documentId } from '../catalog/catalog.ts';

/** What a document takes over from the listing of its file. */
export function fileFields(
  file: ListedFile,
): Pick<CatalogDocument, 'path' | 'fileId' | 'size' | 'modified' | 'changed'> {
  const { path, fileId, size, modified, changed } = file;
  return { path, fileId, size, modified, changed };
}

/** Fields of a document that answers nothing. */
export function nothing(reason: QuarantineReason, detail: string) {
  return {
    hash: null,
    revision: null,
    scope: null,
    labelledScope: null,
    labelledPath: null,
    outcome: 'quarantined',
    reason,
    detail,
    pages: null,
    chunks: 0,
    characters: 0,
    warnings: [],
  } as const;
}

/** A document of a path that had none. */
export function blankDocument(
  { newId }: { readonly newId: () => string },
  { id: share }: Share,
  path: string,
): CatalogDocument {
  return {
    id: documentId(newId()),
    share,
    path,
    fileId: '',
    size: 0,
    modified: 0,
    changed: 0,
    language: null,
    title: null,
    type: null,
    indexedAt: 0,
    ...nothing('unreadable', ''),
  };
}

/** Fields of a document that nobody may read for now, while its passages stay as they are. */
export function hidden(reason: QuarantineReason, detail: string) {
  return { scope: null, outcome: 'quarantined', reason, detail } as const;
}

/** Fields of a document with a revision that answers, again or still. */
export function answering({ chunks }: Pick<CatalogDocument, 'chunks'>) {
  return { outcome: chunks > 0 ? 'indexed' : 'no-text', reason: null, detail: null } as const;
}

/** The known language most passages are in; null when none is known. */
export function mainLanguage(chunks: readonly { readonly language: Language }[]): Language | null {
  const counts = new Map<Language, number>();
  for (const { language } of chunks) {
    if (language !== 'und') counts.set(language, (counts.get(language) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}
