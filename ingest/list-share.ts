import type { Dirent, Stats } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import type { QuarantineReason } from './document.ts';
import { type IgnoreRules, ignoreRules } from './ignore.ts';
import { type Listed, type ListedFile, type Share, ShareUnavailable } from './share.ts';

const STAT_AT_ONCE = 64;
const SLASH = Buffer.from('/');
const USUAL = ignoreRules([]);

/**
 * Lists a share, or one file or folder of it, in the order of whole paths by their bytes: the order of the catalog.
 *
 * Symbolic links are not followed: one that leads to a place inside the share is passed over (its target is
 * listed itself), one that leads out is named. A folder that cannot be listed is named and the walk goes on.
 * @throws {ShareUnavailable} when the root is missing or cannot be listed
 */
export async function* listShare(share: Share, under = ''): AsyncGenerator<Listed> {
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
  const walk: Walk = {
    root,
    exclude: new Set(await Promise.all(exclude)),
    ignores: share.ignores ?? USUAL,
  };
  if (under === '') yield* listFolder(walk, '');
  else yield* listUnder(walk, under);
}

/**
 * Which folder stands at the root of a share just now: another one does when the share was unmounted or moved away.
 * @throws {ShareUnavailable} when none does
 */
export async function rootOf({ id, root }: Share): Promise<string> {
  try {
    const { dev, ino } = await stat(root);
    return `${dev}:${ino}`;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ShareUnavailable(
      `share ${id}: ${root} cannot be listed (${code}): check that it is mounted and readable`,
      { cause: error },
    );
  }
}

/** @throws {ShareUnavailable} unless the folder at the root is the one that `rootOf` gave */
export async function stillAt(share: Share, root: string): Promise<void> {
  if ((await rootOf(share)) === root) return;
  throw new ShareUnavailable(
    `share ${share.id}: ${share.root} went away while it was read: check that it is mounted`,
  );
}

/** The stats of one file as a listing gives them; null when a listing would not give it (any more). */
export async function lookAt(share: Share, path: string): Promise<ListedFile | null> {
  const { root, exclude, ignores = USUAL } = share;
  if (ignores(path, 'file')) return null;
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
    if (ignores(folder, 'folder') || exclude.includes(join(root, folder))) return null;
  }
  const stats = await lstat(join(root, path)).catch(() => null);
  return stats?.isFile() === true ? toFile(path, stats) : null;
}

function toFile(path: string, stats: Stats): ListedFile {
  const { dev, ino, size, mtimeMs: modified, ctimeMs: changed } = stats;
  return { path, fileId: `${dev}:${ino}`, size, modified, changed };
}

interface Walk {
  readonly root: string;
  readonly exclude: ReadonlySet<string>;
  readonly ignores: IgnoreRules;
}

/** One file or folder by its path: what a walk from the root would give of it. */
async function* listUnder(walk: Walk, under: string): AsyncGenerator<Listed> {
  for (let folder = dirname(under); folder !== '.'; folder = dirname(folder)) {
    if (walk.ignores(folder, 'folder') || walk.exclude.has(join(walk.root, folder))) return;
    const stats = await lstat(join(walk.root, folder)).catch(() => null);
    if (stats?.isDirectory() !== true) return;
  }
  const stats = await lstat(join(walk.root, under)).catch(() => null);
  if (stats === null || walk.ignores(under, stats.isDirectory() ? 'folder' : 'file')) return;
  if (!stats.isDirectory()) {
    const item = await listEntry(walk, under, stats);
    if (item !== null && item.kind !== 'folder') yield item;
  } else if (!walk.exclude.has(join(walk.root, under))) yield* listFolder(walk, under);
}

async function* listFolder(walk: Walk, folder: string): AsyncGenerator<Listed> {
  let entries: Dirent<Buffer>[];
  try {
    entries = await readdir(join(walk.root, folder), { withFileTypes: true, encoding: 'buffer' });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    yield trouble(
      folder,
      'unreadable',
      `the folder cannot be listed (${code}): grant the service account read access`,
    );
    return;
  }
  const named = entries
    .map((entry) => ({ entry, name: utf8(entry.name), key: sortKey(entry) }))
    .sort((a, b) => Buffer.compare(a.key, b.key));
  for (let at = 0; at < named.length; at += STAT_AT_ONCE) {
    const batch = named.slice(at, at + STAT_AT_ONCE);
    const listed = await Promise.all(batch.map(({ entry, name }) => listNamed(walk, folder, entry, name)));
    for (const item of listed) {
      if (item === null) continue;
      if (item.kind !== 'folder') yield item;
      else if (!walk.exclude.has(join(walk.root, item.path))) yield* listFolder(walk, item.path);
    }
  }
}

/** A folder stands where the paths below it stand: `a b` before `a/b`, though `a` comes before `a b`. */
function sortKey(entry: Dirent<Buffer>): Buffer {
  return entry.isDirectory() ? Buffer.concat([entry.name, SLASH]) : entry.name;
}

type Entry = Pick<Dirent<Buffer>, 'isDirectory' | 'isSymbolicLink' | 'isFile'>;
type Found = Listed | { readonly kind: 'folder'; readonly path: string };

async function listNamed(
  walk: Walk,
  folder: string,
  entry: Dirent<Buffer>,
  name: string | null,
): Promise<Found | null> {
  const above = folder === '' ? '' : `${folder}/`;
  if (name === null) {
    const shown = `${above}${escaped(entry.name)}`;
    return trouble(shown, 'path-not-utf8', 'the name is not valid UTF-8: rename the file');
  }
  const path = `${above}${name}`;
  if (walk.ignores(path, entry.isDirectory() ? 'folder' : 'file')) return null;
  return listEntry(walk, path, entry);
}

async function listEntry({ root }: Walk, path: string, entry: Entry): Promise<Found | null> {
  if (entry.isDirectory()) return { kind: 'folder', path };
  if (entry.isSymbolicLink()) return listLink(root, path);
  if (!entry.isFile()) return null;
  try {
    return { kind: 'file', file: toFile(path, await lstat(join(root, path))) };
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
