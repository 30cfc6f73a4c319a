import { realpathSync } from 'node:fs';
import { relative, sep } from 'node:path';
import type { FSWatcher } from 'chokidar';
import { ignoreRules } from '../ignore.ts';
import type { Share } from '../share.ts';

export interface FolderWatch {
  close(): Promise<void>;
}

export interface FolderListener {
  /** Something happened to this path relative to the root: a file or folder came, went, or changed in any way. */
  readonly onChange: (path: string) => void;
  /** Watching does not work, or not any more. Changes must be looked for from now on. */
  readonly onFailure: (error: Error) => void;
}

/**
 * Watches a share on a local file system.
 *
 * Only folders are watched, each with all that stands in it, so that a million files need as many watches as they
 * have folders; changes of owner, mode and access lists are told as well. Events may come twice or for nothing:
 * whoever listens looks at the path. Resolves when every folder is watched: what changed before must be found by a
 * listing.
 */
export async function watchFolder(
  share: Share,
  { onChange, onFailure }: FolderListener,
): Promise<FolderWatch> {
  // Loaded here: commands that only ask do not wait for it.
  const { watch } = await import('chokidar');
  const root = realpathSync(share.root);
  const ignores = share.ignores ?? ignoreRules([]);
  const exclude = new Set(share.exclude);
  const inside = (path: string): string => relative(root, path).split(sep).join('/');
  const watcher: FSWatcher = watch(root, {
    ignoreInitial: true,
    followSymlinks: false,
    ignorePermissionErrors: true,
    ignored: (path, stats) => {
      if (stats === undefined || path === root) return false;
      return !stats.isDirectory() || exclude.has(path) || ignores(inside(path), 'folder');
    },
  });
  const told = (path: string): void => {
    const at = inside(path);
    if (at === '..' || at.startsWith('../')) return;
    if (at !== '' && !ignores(at, 'file')) onChange(at);
  };
  watcher.on('addDir', told);
  watcher.on('unlinkDir', (path) => {
    if (inside(path) === '') onFailure(new Error('its folder has gone'));
    else told(path);
  });
  watcher.on('raw', (_event, name, details) => {
    const { watchedPath } = details as { readonly watchedPath?: string };
    if (typeof name !== 'string' || watchedPath === undefined) return;
    told(`${watchedPath}${sep}${name}`);
  });
  watcher.on('error', (error) => onFailure(error instanceof Error ? error : new Error(String(error))));
  await new Promise<void>((resolve) => watcher.once('ready', resolve));
  return { close: () => watcher.close() };
}
