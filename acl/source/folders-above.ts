import { posix } from 'node:path';

/** Folders of a path inside the share, the root (an empty text) first. */
export function foldersAbove(path: string): string[] {
  const folders: string[] = [];
  for (let folder = posix.dirname(path); folder !== '.' && folder !== '/'; folder = posix.dirname(folder)) {
    folders.unshift(folder);
  }
  return ['', ...folders];
}
