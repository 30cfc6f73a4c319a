import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { scopeId } from '../../../acl/index.ts';
import { openSqliteCatalog } from '../../../index/catalog/sqlite-catalog.ts';
import { CatalogError } from '../../../index/index.ts';
import { catalogContract } from '../../contracts/catalog.ts';
import { catalogKeepingContract } from '../../contracts/catalog-keeping.ts';
import { descriptor } from '../../support/access.ts';
import { documentRow } from '../../support/shelf.ts';
import { tempFolder } from '../../support/temp-folder.ts';

for (const contract of [catalogContract, catalogKeepingContract]) {
  contract('the SQLite catalog', async () => {
    const path = join(tempFolder(), 'data', 'catalog.sqlite');
    return { open: () => openSqliteCatalog(path) };
  });
}

/** The error with which a catalog does not open. */
async function refusal(path: string): Promise<CatalogError> {
  try {
    await (await openSqliteCatalog(path)).close();
  } catch (error) {
    if (error instanceof CatalogError) return error;
    throw error;
  }
  throw new Error('it opened');
}

describe('openSqliteCatalog', () => {
  it('makes the folder and the file', async () => {
    const path = join(tempFolder(), 'deep', 'er', 'catalog.sqlite');
    await (await openSqliteCatalog(path)).close();
    expect(readFileSync(path).subarray(0, 15).toString()).toBe('SQLite format 3');
  });

  it('keeps what was written', async () => {
    const path = join(tempFolder(), 'catalog.sqlite');
    const first = await openSqliteCatalog(path);
    const scope = await first.intern(descriptor(['allow user:bob']));
    await first.put([documentRow(1, { scope })]);
    await first.close();
    const second = await openSqliteCatalog(path);
    expect((await second.documents([documentRow(1).id])).size).toBe(1);
    expect((await second.scopes()).get(scope)?.descriptor).toEqual(descriptor(['allow user:bob']));
    await second.close();
  });

  it('refuses a file that is not a database and leaves it as it is', async () => {
    const path = join(tempFolder(), 'catalog.sqlite');
    writeFileSync(path, 'I am somebody’s notes. '.repeat(100));
    expect(await refusal(path)).toMatchObject({ code: 'catalog-unavailable' });
    expect(readFileSync(path, 'utf8')).toMatch(/^I am somebody’s notes/);
  });

  it('refuses a place where nothing can be made, and names the mend', async () => {
    const file = join(tempFolder(), 'file');
    writeFileSync(file, '');
    for (const path of [join(file, 'catalog.sqlite'), tempFolder()]) {
      const error = await refusal(path);
      expect(error.code).toBe('catalog-unavailable');
      expect(error.message).toMatch(/check that the data folder exists, is writable/);
    }
  });

  it('refuses a catalog of a newer version', async () => {
    const path = join(tempFolder(), 'catalog.sqlite');
    await (await openSqliteCatalog(path)).close();
    const db = new DatabaseSync(path);
    db.exec(`insert into kysely_migration (name, timestamp) values ('999-from-the-future', '2030-01-01')`);
    db.close();
    expect(await refusal(path)).toMatchObject({ code: 'catalog-newer' });
  });

  it('may be opened for the first time by several processes at once', async () => {
    const path = join(tempFolder(), 'catalog.sqlite');
    const module = new URL('../../../index/catalog/sqlite-catalog.ts', import.meta.url);
    const script = `const { openSqliteCatalog } = await import(${JSON.stringify(module.href)});
      await (await openSqliteCatalog(${JSON.stringify(path)})).close();`;
    const run = promisify(execFile);
    await Promise.all(
      Array.from({ length: 4 }, () => run(process.execPath, ['--input-type=module', '-e', script])),
    );
    const catalog = await openSqliteCatalog(path);
    expect(await catalog.lastPass()).toBeNull();
    await catalog.close();
  });

  it('is not harmed by a start that died half-way through the first schema step', async () => {
    const path = join(tempFolder(), 'catalog.sqlite');
    const db = new DatabaseSync(path);
    db.exec('pragma journal_mode = wal; begin immediate; create table meta (key text)');
    // Closed without commit, as by a crash.
    db.close();
    await (await openSqliteCatalog(path)).close();
  });

  it('holds a document in a scope that was never given to be a defect', async () => {
    const catalog = await openSqliteCatalog(join(tempFolder(), 'catalog.sqlite'));
    await expect(catalog.put([documentRow(1, { scope: scopeId(77) })])).rejects.toThrow(/FOREIGN KEY/);
    await catalog.close();
  });
});
