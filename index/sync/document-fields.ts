import type { Language, ListedFile, QuarantineReason } from '../../ingest/index.ts';
import type { CatalogDocument } from '../catalog/catalog.ts';

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

/** The known language most passages are in; null when none is known. */
export function mainLanguage(chunks: readonly { readonly language: Language }[]): Language | null {
  const counts = new Map<Language, number>();
  for (const { language } of chunks) {
    if (language !== 'und') counts.set(language, (counts.get(language) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}
