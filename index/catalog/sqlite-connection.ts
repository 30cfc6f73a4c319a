import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { SqliteDatabase } from 'kysely';

/** Milliseconds a statement waits for another process's write. */
const BUSY_TIMEOUT = 5_000;

/**
 * Opens a database of Node's own SQLite in the form that Kysely asks for.
 * @throws the driver's error when the file cannot be opened or is not a database
 */
export function openSqlite(path: string): SqliteDatabase {
  const db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT });
  db.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma foreign_keys = on;');
  return {
    close: () => db.close(),
    prepare: (sql) => {
      const statement = db.prepare(sql);
      const values = (parameters: readonly unknown[]): SQLInputValue[] => parameters as SQLInputValue[];
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...values(parameters)),
        run: (parameters) => statement.run(...values(parameters)),
        iterate: (parameters) => statement.iterate(...values(parameters)),
      };
    },
  };
}
