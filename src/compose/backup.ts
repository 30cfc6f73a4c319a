import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openSqliteCatalog } from '../../index/catalog/sqlite-catalog.ts';
import { mendIndex } from '../../index/index.ts';
import type { Config } from '../config/index.ts';
import type { Core } from './core.ts';
import { openStoreIn } from './store.ts';

/** A backup cannot be made or used. The message ends with the mend. */
export class BackupError extends Error {
  readonly code = 'backup-failed';
}

export interface BackupSummary {
  readonly folder: string;
  /** ISO time at which the copy of the catalog was begun. */
  readonly at: string;
  readonly documents: number;
  /** Documents that were being replaced meanwhile: a restored index reads them anew. */
  readonly unfinished: number;
}

const CATALOG = 'catalog.sqlite';
const CHUNKS = 'chunks';
const AUDIT = 'audit';
const LABEL = 'backup.json';
const ATTEMPTS = 3;

/**
 * Copies everything that is kept into an empty folder, while the index goes on being used and written to.
 *
 * The catalog is copied in one moment, the chunks after it; what was replaced in between is noted in the copy as
 * still to be read, so that the copy agrees with itself.
 * @throws {BackupError} when the folder is not empty or the copy cannot be read
 */
export async function backUp(core: Core, folder: string): Promise<BackupSummary> {
  const { config, catalog, now } = core;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length > 0) {
    throw new BackupError(`${folder} is not empty: name a new folder for each backup`);
  }
  const at = new Date(now()).toISOString();
  for (let attempt = 1; ; attempt += 1) {
    try {
      await catalog.copyTo(join(folder, CATALOG));
      await copyIfThere(join(config.data, CHUNKS), join(folder, CHUNKS));
      const { documents, unfinished } = await agree(core, folder);
      await copyIfThere(join(config.data, AUDIT), join(folder, AUDIT));
      const summary: BackupSummary = { folder, at, documents, unfinished };
      await writeFile(
        join(folder, LABEL),
        `${JSON.stringify({ needToKnowBackup: 1, ...summary }, null, 2)}\n`,
      );
      return summary;
    } catch (error) {
      // The store drops files of old versions now and then: one may go while it is copied.
      await Promise.all(
        [CATALOG, CHUNKS].map((name) => rm(join(folder, name), { recursive: true, force: true })),
      );
      if (attempt >= ATTEMPTS) {
        throw new BackupError(
          `the copy in ${folder} cannot be used (${(error as Error).message}): check the free space there and try again`,
          { cause: error },
        );
      }
    }
  }
}

/** Brings the copied catalog in line with the copied chunks. */
async function agree(core: Core, folder: string): Promise<{ documents: number; unfinished: number }> {
  const catalog = await openSqliteCatalog(join(folder, CATALOG));
  try {
    const store = await openStoreIn(core, join(folder, CHUNKS));
    try {
      const { missing, doubled } = await mendIndex({ catalog, store });
      const counts = await catalog.counts();
      const documents = counts.reduce((sum, count) => sum + count.documents, 0);
      return { documents, unfinished: missing.length + doubled.length };
    } finally {
      await store.close();
    }
  } finally {
    await catalog.close();
  }
}

/**
 * Puts a backup in place of an empty or missing data folder. Nobody reads anything of it until the next pass has
 * read the permissions of now.
 * @throws {BackupError} when the folder is no whole backup, or data would be overwritten
 */
export async function restore({ data }: Pick<Config, 'data'>, folder: string): Promise<BackupSummary> {
  const summary = await labelOf(folder);
  if (existsSync(join(data, CATALOG))) {
    throw new BackupError(`${data} holds an index: stop what uses it and move it away first`);
  }
  const incoming = `${data}.restoring`;
  await rm(incoming, { recursive: true, force: true });
  await mkdir(incoming, { recursive: true, mode: 0o700 });
  for (const name of [CATALOG, CHUNKS, AUDIT]) await copyIfThere(join(folder, name), join(incoming, name));
  const catalog = await openSqliteCatalog(join(incoming, CATALOG));
  try {
    await catalog.distrust();
  } finally {
    await catalog.close();
  }
  if (existsSync(data)) {
    if ((await readdir(data)).length > 0) {
      throw new BackupError(`${data} is not empty: move what is in it away first`);
    }
    await rm(data, { recursive: true });
  }
  await rename(incoming, data);
  return summary;
}

async function labelOf(folder: string): Promise<BackupSummary> {
  try {
    const label = JSON.parse(await readFile(join(folder, LABEL), 'utf8')) as BackupSummary & {
      readonly needToKnowBackup?: number;
    };
    if (label.needToKnowBackup !== 1) throw new Error('another version');
    const { at, documents, unfinished } = label;
    return { folder, at, documents, unfinished };
  } catch (error) {
    throw new BackupError(`${folder} is no whole backup: name a folder that \`ntk backup\` has finished`, {
      cause: error,
    });
  }
}

async function copyIfThere(from: string, to: string): Promise<void> {
  if (existsSync(from)) await cp(from, to, { recursive: true, preserveTimestamps: true });
}
