import { scopeId, shareId } from '../../acl/index.ts';
import type { Language, QuarantineReason, Warning } from '../../ingest/index.ts';
import { type CatalogDocument, documentId, type Outcome, revisionId } from './catalog.ts';
import type { DocumentTable } from './schema.ts';

export function toRow(document: CatalogDocument): DocumentTable {
  const { fileId, labelledScope, labelledPath, indexedAt, warnings, ...same } = document;
  return {
    ...same,
    file_id: fileId,
    labelled_scope: labelledScope,
    labelled_path: labelledPath,
    indexed_at: indexedAt,
    warnings: JSON.stringify(warnings),
  };
}

export function fromRow(row: DocumentTable): CatalogDocument {
  const { file_id, labelled_scope, labelled_path, indexed_at, ...same } = row;
  return {
    ...same,
    id: documentId(row.id),
    share: shareId(row.share),
    revision: row.revision === null ? null : revisionId(row.revision),
    scope: row.scope === null ? null : scopeId(row.scope),
    outcome: row.outcome as Outcome,
    reason: row.reason as QuarantineReason | null,
    language: row.language as Language | null,
    warnings: JSON.parse(row.warnings) as Warning[],
    fileId: file_id,
    labelledScope: labelled_scope === null ? null : scopeId(labelled_scope),
    labelledPath: labelled_path,
    indexedAt: indexed_at,
  };
}
