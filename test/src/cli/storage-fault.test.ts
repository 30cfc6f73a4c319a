import { writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { connect } from '@lancedb/lancedb';
import { describe, expect, it } from 'vitest';
import { storageFault, storageFaultText } from '../../../src/cli/storage-fault.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const FOLDER = '/srv/ntk';
const FULL = 'the disk of the data folder /srv/ntk is full';
const LOCKED = 'another process keeps the catalog in /srv/ntk locked';
const CLOSED = 'the data folder /srv/ntk cannot be written';
const UNUSABLE = 'the data folder /srv/ntk cannot be used';

/** What real parts throw where it can be had without a disk of one's own. */
const REAL: readonly [string, string, () => unknown][] = [
  ['a file on a full disk', FULL, () => writeFile('/dev/full', 'x')],
  [
    'a database that may not grow',
    FULL,
    () => {
      const db = new DatabaseSync(':memory:');
      db.exec('create table t (x)');
      db.exec('pragma max_page_count = 2');
      db.exec('insert into t values (zeroblob(100000))');
    },
  ],
  [
    'a database that another has locked',
    LOCKED,
    () => {
      const file = join(tempFolder(), 'catalog.sqlite');
      new DatabaseSync(file).exec('begin exclusive');
      new DatabaseSync(file, { timeout: 0 }).exec('begin immediate');
    },
  ],
  [
    'a database that may only be read',
    CLOSED,
    () => {
      const file = join(tempFolder(), 'catalog.sqlite');
      new DatabaseSync(file).exec('create table t (x)');
      new DatabaseSync(file, { readOnly: true }).exec('insert into t values (1)');
    },
  ],
  [
    'a database in a folder that is not there',
    UNUSABLE,
    () => new DatabaseSync(join(tempFolder(), 'no/catalog.sqlite')),
  ],
  ['a folder below a file', UNUSABLE, () => mkdir(join(aFile(), 'below'))],
  [
    'a table of passages below a file',
    UNUSABLE,
    async () => (await connect(join(aFile(), 'below'))).createTable('chunks', [{ x: 1 }]),
  ],
];

/** What was seen on disks that a test in this suite cannot have; `faults-disk` of the systems suite has them. */
const SEEN: readonly [string, string][] = [
  ['ENOSPC: no space left on device, write', FULL],
  ['EDQUOT: disk quota exceeded, write', FULL],
  ['database or disk is full', FULL],
  ['lance error: LanceError(IO): Generic LocalFileSystem error: No space left on device (os error 28)', FULL],
  ['database is locked', LOCKED],
  ['database table is locked: documents', LOCKED],
  ["EROFS: read-only file system, open '/srv/ntk/audit/documents.jsonl'", CLOSED],
  ["EACCES: permission denied, mkdir '/srv/ntk/chunks'", CLOSED],
  ['attempt to write a readonly database', CLOSED],
  ['lance error: LanceError(IO): Generic LocalFileSystem error: Read-only file system (os error 30)', CLOSED],
  ['lance error: LanceError(IO): Generic LocalFileSystem error: Permission denied (os error 13)', CLOSED],
  ['EIO: i/o error, read', UNUSABLE],
  ['disk I/O error', UNUSABLE],
  ['lance error: LanceError(IO): Execution error: Not a directory (os error 20)', UNUSABLE],
];

function aFile(): string {
  const file = join(tempFolder(), 'file');
  writeFileSync(file, 'no folder');
  return file;
}

describe('a fault of the data folder', () => {
  it.each(REAL)('is told in words as %s throws it', async (_, what, fails) => {
    const error = await (async () => fails())().then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(Error);
    expect(storageFault(error, FOLDER)?.what, String(error)).toContain(what);
  });

  it.each(SEEN)('is told in words: %s', (message, what) => {
    expect(storageFault(new Error(message), FOLDER)?.what).toContain(what);
  });

  it('names its mend and says that nothing was lost', () => {
    const fault = storageFault(new Error('database or disk is full'), FOLDER);
    expect(fault === null ? null : storageFaultText(fault)).toBe(
      'the disk of the data folder /srv/ntk is full: make room and run the command again; what was written before is whole',
    );
  });

  it('is told in one line where the message has several', () => {
    const message =
      'lance error: LanceError(IO): Read-only file system (os error 30)\n    at write\n    at commit';
    expect(storageFault(new Error(message), FOLDER)?.what).not.toContain('\n');
  });

  it.each(['the model is broken', 'fetch failed', 'UNIQUE constraint failed: documents.id'])(
    'is not what this is: %s',
    (message) => {
      expect(storageFault(new Error(message), FOLDER)).toBe(null);
    },
  );
});
