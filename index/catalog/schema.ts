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
    /** Null in snapshots of before this was kept: no source takes them for its own. */
    source: string | null;
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
  /** Permissions as a server told them, see `ReadingStore`. */
  readings: { share: string; path: string; fingerprint: string; read_at: number; text: string };
  /** Users and groups that an identity provider pushed, see `ScimStore`. */
  scim_state: {
    only: number;
    instance: string;
    changes: number;
    contacted: number | null;
    written: number | null;
    settled: number;
  };
  scim_users: ScimUserTable;
  scim_groups: ScimGroupTable;
  scim_members: { group_id: string; member_id: string };
  scim_deleted: { id: string };
  scim_changes: { change: number; id: string };
  languages: { language: string };
  /** Files that wait for being read. */
  work: WorkTable;
  passes: { id: Generated<number>; started: number; finished: number | null; summary: string | null };
}

export interface WorkTable {
  share: string;
  path: string;
  file_id: string;
  size: number;
  modified: number;
  changed: number;
  priority: number;
  attempts: number;
  due: number;
  added: number;
}

interface ScimTable {
  /** Order of creation. */
  seq: Generated<number>;
  id: string;
  external_id: string | null;
  version: number;
  created: number;
  modified: number;
}

export interface ScimUserTable extends ScimTable {
  user_name: string;
  /** As logins are compared. */
  user_name_key: string;
  active: number;
  attributes: string;
}

export interface ScimGroupTable extends ScimTable {
  display_name: string;
  display_name_key: string;
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
