import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Schema steps in order. A step that has shipped is never edited: a change is a new step. */
export const migrations: Record<string, Migration> = {
  '001-start': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`create table meta (key text primary key, value text not null) strict`.execute(db);
      await sql`create table lease (
        name text primary key, holder text not null, pid integer not null, host text not null,
        expires integer not null) strict`.execute(db);
      // AUTOINCREMENT: a number once given is never given again, even when its scope is gone.
      await sql`create table scopes (
        id integer primary key autoincrement, hash text not null unique, share text not null,
        descriptor text not null) strict`.execute(db);
      await sql`create table documents (
        id text primary key, share text not null, path text not null, file_id text not null,
        size integer not null, modified real not null, changed real not null,
        hash text, revision text, scope integer references scopes (id),
        labelled_scope integer, labelled_path text,
        outcome text not null, reason text, detail text, type text, title text, language text,
        pages integer, chunks integer not null, characters integer not null,
        warnings text not null, indexed_at integer not null,
        unique (share, path)) strict`.execute(db);
      await sql`create index documents_scope on documents (scope)`.execute(db);
      await sql`create index documents_file on documents (share, file_id)`.execute(db);
      await sql`create table directory_syncs (
        id integer primary key autoincrement, source text not null, at integer not null,
        outcome text not null, fingerprint text, detail text) strict`.execute(db);
      await sql`create table directory_snapshot (
        only integer primary key check (only = 1), version integer not null,
        confirmed_at integer not null, fingerprint text, users text not null, groups text not null,
        groups_of text not null) strict`.execute(db);
      await sql`create table access_tokens (
        id text primary key, hash text not null unique, user text not null, scopes text not null,
        label text, created integer not null, expires integer not null, revoked integer) strict`.execute(db);
      await sql`create table languages (language text primary key) strict`.execute(db);
      await sql`create table passes (
        id integer primary key autoincrement, started integer not null, finished integer,
        summary text) strict`.execute(db);
    },
  },
  '002-readings': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`create table readings (
        share text not null, path text not null, fingerprint text not null, read_at integer not null,
        text text not null, primary key (share, path)) strict, without rowid`.execute(db);
      await sql`create index readings_read_at on readings (share, read_at)`.execute(db);
    },
  },
  '003-scim': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`create table scim_state (
        only integer primary key check (only = 1), instance text not null, changes integer not null,
        contacted integer, written integer, settled integer not null) strict`.execute(db);
      await sql`insert into scim_state (only, instance, changes, settled)
        values (1, lower(hex(randomblob(8))), 0, 0)`.execute(db);
      await sql`create table scim_users (
        seq integer primary key autoincrement, id text not null unique, user_name text not null,
        user_name_key text not null unique, external_id text, active integer not null,
        attributes text not null, version integer not null, created integer not null,
        modified integer not null) strict`.execute(db);
      await sql`create index scim_users_external on scim_users (external_id)`.execute(db);
      await sql`create table scim_groups (
        seq integer primary key autoincrement, id text not null unique, display_name text not null,
        display_name_key text not null, external_id text, version integer not null,
        created integer not null, modified integer not null) strict`.execute(db);
      await sql`create index scim_groups_name on scim_groups (display_name_key)`.execute(db);
      await sql`create index scim_groups_external on scim_groups (external_id)`.execute(db);
      await sql`create table scim_members (
        group_id text not null, member_id text not null,
        primary key (group_id, member_id)) strict, without rowid`.execute(db);
      await sql`create index scim_members_member on scim_members (member_id, group_id)`.execute(db);
      // Ids that were given once: they name nobody any more, which is not the same as never having named anybody.
      await sql`create table scim_deleted (id text primary key) strict, without rowid`.execute(db);
      await sql`create table scim_changes (
        change integer not null, id text not null, primary key (change, id)) strict, without rowid`.execute(
        db,
      );
    },
  },
  '004-work': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`create table work (
        share text not null, path text not null, file_id text not null, size integer not null,
        modified real not null, changed real not null, priority integer not null,
        attempts integer not null, due integer not null, added integer not null,
        primary key (share, path)) strict, without rowid`.execute(db);
      await sql`create index work_order on work (priority, size, path)`.execute(db);
      await sql`create index work_due on work (due)`.execute(db);
      await sql`create index work_file on work (share, file_id)`.execute(db);
      // Documents whose chunks carry an old scope or path: few, and asked for often.
      await sql`create index documents_unlabelled on documents (id)
        where chunks > 0 and scope is not null
          and (labelled_scope is not scope or labelled_path is not path)`.execute(db);
    },
  },
  '005-snapshot-source': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`alter table directory_snapshot add column source text`.execute(db);
    },
  },
};
