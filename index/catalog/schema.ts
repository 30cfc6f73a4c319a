import type { Generated } from 'kysely';

/** Tables of the catalog. Times are milliseconds since the epoch; booleans are 0 and 1; lists are JSON text. */
export interface CatalogTables {
  meta: { key: string; value: string };
  lease: { name: string; holder: string; pid: number; host: string; expires: number };
  scopes: { id: Generated<number>; hash: string; share: string; descriptor: string };
  documents: DocumentTable;
  directory_syncs: {
    id: Generated<number>;
    source: string;
    at: number;
    outcome: string;
    fingerprint: string | null;
    detail: string | null;
  };
  directory_snapshot: {
    only: number;
    version: number;
    confirmed_at: number;
    fingerprint: string | null;
    users: string;
    groups: string;
    groups_of: string;
  };
  access_tokens: {
    id: string;
    hash: string;
    user: string;
    scopes: string;
    label: string | null;
    created: number;
    expires: number;
    revoked: number | null;
  };
  languages: { language: string };
  passes: { id: Generated<number>; started: number; finished: number | null; summary: string | null };
}

export interface DocumentTable {
  id: string;
  share: string;
  path: string;
  file_id: string;
  size: number;
  modified: number;
  changed: number;
  /** SHA-256 of the content; null for a file that gave no revision. */
  hash: string | null;
  /** Current revision; null means that no passage of the document may be answered. */
  revision: string | null;
  scope: number | null;
  /** Scope and path that the chunks carry; differ from `scope` and `path` until relabelled. */
  labelled_scope: number | null;
  labelled_path: string | null;
  outcome: string;
  reason: string | null;
  detail: string | null;
  type: string | null;
  title: string | null;
  language: string | null;
  pages: number | null;
  chunks: number;
  characters: number;
  warnings: string;
  indexed_at: number;
}
