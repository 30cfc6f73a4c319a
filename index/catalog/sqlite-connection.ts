import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';

/** Milliseconds a statement waits for another process's write. */
const BUSY_TIMEOUT = 5_000;

/** Statements that are kept ready; a question asks the same few. */
const KEPT_STATEMENTS = 100;

/**
 * Opens a database of Node's own SQLite in the form that Kysely asks for.
 * @throws the driver's error when the file cannot be opened or is not a database
 */
export function openSqlite(path: string): SqliteDatabase {
  const db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT });
  db.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma foreign_keys = on;');
  const kept = new Map<string, SqliteStatement>();
  return {
    close: () => db.close(),
    prepare: (sql) => {
      // On a full disk SQLite has ended the transaction itself; failing at that would hide why.
      if (sql === 'rollback' && !db.isTransaction) return NOTHING;
      const known = kept.get(sql);
      if (known !== undefined) return known;
      const statement = prepare(db, sql);
      // Those that change tables run once, and change what others give.
      if (!statement.reader) return statement;
      if (kept.size === KEPT_STATEMENTS) kept.clear();
      kept.set(sql, statement);
      return statement;
    },
  };
}

/** Does nothing. */
const NOTHING: SqliteStatement = {
  reader: false,
  all: () => [],
  run: () => ({ changes: 0, lastInsertRowid: 0 }),
  iterate: () => [].values(),
};

function prepare(db: DatabaseSync, sql: string): SqliteStatement {
  const statement = db.prepare(sql);
  const values = (parameters: readonly unknown[]): SQLInputValue[] => parameters as SQLInputValue[];
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...values(parameters)),
    run: (parameters) => statement.run(...values(parameters)),
    // Read row by row, a statement is busy until its end: another reader needs its own.
    iterate: (parameters) => db.prepare(sql).iterate(...values(parameters)),
  };
}
