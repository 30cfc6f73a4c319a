import type { Dirent } from 'node:fs';
import { lstat, readdir, realpath } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import type { ShareId } from '../acl/index.ts';
import type { QuarantineReason } from './document.ts';

/** One configured root folder, as ingestion needs it. */
export interface Share {
  readonly id: ShareId;
  /** Absolute path of the folder. */
  readonly root: string;
  /** Absolute folders inside the root that are not part of the share, such as our own data. */
  readonly exclude: readonly string[];
}

/** What a listing says about one file. Times are milliseconds since the epoch. */
export interface ListedFile {
  readonly path: string;
  /** Device and file number: survives a rename and a move inside one file system. */
  readonly fileId: string;
  readonly size: number;
  readonly modified: number;
  readonly changed: number;
}

/** An entry that is there but cannot become a document. */
export interface ListedTrouble {
  readonly path: string;
  readonly reason: QuarantineReason;
  readonly detail: string;
}

export type Listed =
  | { readonly kind: 'file'; readonly file: ListedFile }
  | { readonly kind: 'trouble'; readonly trouble: ListedTrouble };

/** Thrown when the root itself cannot be listed: nothing may be concluded about its files. */
export class ShareUnavailable extends Error {
  readonly code = 'share-unavailable';
}

/** Files that programs leave behind and nobody means to share. */
const IGNORED = /^(~\$.*|\.~lock\..*#|.*\.tmp|Thumbs\.db|desktop\.ini|\.DS_Store|\.git|\.svn|@eaDir)$/i;
const STAT_AT_ONCE = 64;

/**
 * Lists a share depth first, each folder in the order of its names.
 *
 * Symbolic links are not followed: one that leads to a place inside the share is passed over (its target is
 * listed itself), one that leads out is named. A folder that cannot be listed is named and the walk goes on.
 * @throws {ShareUnavailable} when the root is missing or cannot be listed
 */
export async function* listShare(share: Share): AsyncGenerator<Listed> {
  let root: string;
  try {
    root = await realpath(share.root);
    await readdir(root);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new ShareUnavailable(
      `share ${share.id}: ${share.root} cannot be listed (${code}): check that it is mounted and readable`,
      { cause: error },
    );
  }
  // The root is compared by its real path, so what is left out has to be as well.
  const exclude = share.exclude.map((folder) => realpath(folder).catch(() => resolve(folder)));
  yield* listFolder(root, '', new Set(await Promise.all(exclude)));
}

async function* listFolder(
  root: string,
  folder: string,
  exclude: ReadonlySet<string>,
): AsyncGenerator<Listed> {
  let entries: Dirent<Buffer>[];
  try {
    entries = await readdir(join(root, folder), { withFileTypes: true, encoding: 'buffer' });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    yield trouble(
      folder,
      'unreadable',
      `the folder cannot be listed (${code}): grant the service account read access`,
    );
    return;
  }
  const named = entries.map((entry) => ({ entry, name: utf8(entry.name) }));
  named.sort((a, b) => Buffer.compare(a.entry.name, b.entry.name));
  for (let at = 0; at < named.length; at += STAT_AT_ONCE) {
    const batch = named.slice(at, at + STAT_AT_ONCE);
    const listed = await Promise.all(batch.map(({ entry, name }) => listEntry(root, folder, entry, name)));
    for (const item of listed) {
      if (item === null) continue;
      if (item.kind !== 'folder') yield item;
      else if (!exclude.has(join(root, item.path))) yield* listFolder(root, item.path, exclude);
    }
  }
}

async function listEntry(
  root: string,
  folder: string,
  entry: Dirent<Buffer>,
  name: string | null,
): Promise<Listed | { readonly kind: 'folder'; readonly path: string } | null> {
  if (name === null) {
    const shown = `${folder === '' ? '' : `${folder}/`}${escaped(entry.name)}`;
    return trouble(shown, 'path-not-utf8', 'the name is not valid UTF-8: rename the file');
  }
  if (IGNORED.test(name)) return null;
  const path = folder === '' ? name : `${folder}/${name}`;
  if (entry.isDirectory()) return { kind: 'folder', path };
  if (entry.isSymbolicLink()) return listLink(root, path);
  if (!entry.isFile()) return null;
  try {
    const stats = await lstat(join(root, path));
    const fileId = `${stats.dev}:${stats.ino}`;
    const { size, mtimeMs: modified, ctimeMs: changed } = stats;
    return { kind: 'file', file: { path, fileId, size, modified, changed } };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code === 'ENOENT' ? null : trouble(path, 'unreadable', `it cannot be examined (${code})`);
  }
}

async function listLink(root: string, path: string): Promise<Listed | null> {
  try {
    const target = await realpath(join(root, path));
    if (target === root || target.startsWith(root + sep)) return null;
    return trouble(path, 'outside-share', 'a link that leads out of the share is not followed');
  } catch {
    return trouble(path, 'unreadable', 'a link whose target does not exist');
  }
}

function trouble(path: string, reason: QuarantineReason, detail: string): Listed {
  return { kind: 'trouble', trouble: { path, reason, detail } };
}

function utf8(name: Buffer): string | null {
  const text = name.toString('utf8');
  return Buffer.from(text, 'utf8').equals(name) ? text : null;
}

/** A name that is not text, readable and unlike any name that is: `caf\xe9.txt`. */
function escaped(name: Buffer): string {
  return [...name]
    .map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : `\\x${byte.toString(16)}`))
    .join('');
}
