import {
  type CatalogDocument,
  type DocumentId,
  documentId,
  type RevisionId,
  revisionId,
} from '../../index/index.ts';

/**
 * Names a passage, or a document when `passage` is null. Its text form is the `id` of results and links:
 * `DOCUMENT`, `DOCUMENT.REVISION.ORDINAL`, or with `~` behind it to read on from that passage (`onward`).
 */
export interface Reference {
  readonly document: DocumentId;
  readonly passage: {
    readonly revision: RevisionId;
    readonly ordinal: number;
    /** The pages before were shown: nothing in front of the passage is repeated. */
    readonly onward: boolean;
  } | null;
}

const DOCUMENT_REF = /^([a-z2-7]{16})$/;
const PASSAGE_REF = /^([a-z2-7]{16})\.([0-9a-f]{16})\.(\d{1,7})(~?)$/;

/** Reads the text form; null for anything else. */
export function parseReference(id: string): Reference | null {
  const whole = DOCUMENT_REF.exec(id);
  if (whole?.[1] !== undefined) return { document: documentId(whole[1]), passage: null };
  const [, document, revision, ordinal, onward] = PASSAGE_REF.exec(id) ?? [];
  if (document === undefined || revision === undefined || ordinal === undefined) return null;
  return {
    document: documentId(document),
    passage: { revision: revisionId(revision), ordinal: Number(ordinal), onward: onward !== '' },
  };
}

export function passageReference(chunk: {
  readonly document: DocumentId;
  readonly revision: RevisionId;
  readonly ordinal: number;
}): string {
  return `${chunk.document}.${chunk.revision}.${chunk.ordinal}`;
}

/** Reference to read on from a passage that was not shown yet. */
export function onwardReference(chunk: Parameters<typeof passageReference>[0]): string {
  return `${passageReference(chunk)}~`;
}

/** Where a reader opens the source. */
export function citationUrl(publicUrl: string, id: string): string {
  return `${publicUrl}/d/${id}`;
}

/** The document's own title, or its file name. */
export function titleOf({ title, path }: Pick<CatalogDocument, 'title' | 'path'>): string {
  return title ?? path.slice(path.lastIndexOf('/') + 1);
}
