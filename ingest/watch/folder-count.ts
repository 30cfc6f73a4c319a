import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const LIMIT = '/proc/sys/fs/inotify/max_user_watches';

/** Folders a user may watch at once; null where the system sets no such limit or does not tell. */
export async function watchLimit(): Promise<number | null> {
  const text = await readFile(LIMIT, 'utf8').catch(() => '');
  const limit = Number.parseInt(text, 10);
  return Number.isNaN(limit) ? null : limit;
}

/** Folders in a folder, itself included, counted up to `most`. What cannot be listed counts as empty. */
export async function countFolders(root: string, most: number): Promise<number> {
  let count = 0;
  for (const waiting = [root]; waiting.length > 0 && count < most; ) {
    const folder = waiting.pop();
    if (folder === undefined) break;
    count += 1;
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) if (entry.isDirectory()) waiting.push(join(folder, entry.name));
  }
  return count;
}
