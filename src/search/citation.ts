import {
  type CatalogDocument,
  type DocumentId,
  documentId,
  type RevisionId,
  revisionId,
} from '../../index/index.ts';

/**
 * Names a passage, or a document when `passage` is null. Its text form is the `id` of results and links:
 * `DOCUMENT` or `DOCUMENT.REVISION.ORDINAL`.
 */
export interface Reference {
  readonly document: DocumentId;
  readonly passage: { readonly revision: RevisionId; readonly ordinal: number } | null;
}

const DOCUMENT_REF = /^([a-z2-7]{16})$/;
const PASSAGE_REF = /^([a-z2-7]{16})\.([0-9a-f]{16})\.(\d{1,7})$/;

/** Reads the text form; null for anything else. */
export function parseReference(id: string): Reference | null {
  const whole = DOCUMENT_REF.exec(id);
  if (whole?.[1] !== undefined) return { document: documentId(whole[1]), passage: null };
  const [, document, revision, ordinal] = PASSAGE_REF.exec(id) ?? [];
  if (document === undefined || revision === undefined || ordinal === undefined) return null;
  return {
    document: documentId(document),
    passage: { revision: revisionId(revision), ordinal: Number(ordinal) },
  };
}

export function passageReference(chunk: {
  readonly document: DocumentId;
  readonly revision: RevisionId;
  readonly ordinal: number;
}): string {
  return `${chunk.document}.${chunk.revision}.${chunk.ordinal}`;
}

/** Where a reader opens the source. */
export function citationUrl(publicUrl: string, id: string): string {
  return `${publicUrl}/d/${id}`;
}

/** The document's own title, or its file name. */
export function titleOf({ title, path }: Pick<CatalogDocument, 'title' | 'path'>): string {
  return title ?? path.slice(path.lastIndexOf('/') + 1);
}
