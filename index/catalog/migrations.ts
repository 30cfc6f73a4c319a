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
};
