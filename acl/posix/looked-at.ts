import type { BigIntStats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';

/** Linux takes 128 KB for one argument and some 2 MB for all: far below both. */
const MAX_BATCH_BYTES = 200_000;

/** The stats of a file or folder that can be named to a program, or why it cannot be asked for. */
export async function look(path: string): Promise<BigIntStats | string> {
  if (!isAbsolute(path) || path.includes('\0')) return 'is not an absolute path';
  // A lone surrogate would be sent as U+FFFD, which names another file.
  if (!path.isWellFormed()) return 'is not well-formed text';
  try {
    const stats = await lstat(path, { bigint: true });
    if (stats.isFile() || stats.isDirectory()) return stats;
    return stats.isSymbolicLink() ? 'is a symbolic link' : 'is neither a file nor a folder';
  } catch (error) {
    return `could not be read (${(error as NodeJS.ErrnoException).code})`;
  }
}

/** One inode, in one state: every change of mode, owner, list or attribute moves the change time. */
export function isSame(a: BigIntStats, b: BigIntStats): boolean {
  return a.dev === b.dev && a.ino === b.ino && a.ctimeNs === b.ctimeNs;
}

/** A path as programs print it: one character per byte (latin1), since names need not be UTF-8. */
export const toBytes = (path: string): string => Buffer.from(path, 'utf8').toString('latin1');

/** Paths in portions that one call of a program takes as arguments. */
export function* batches(paths: readonly string[], maxPaths: number): Generator<readonly string[]> {
  let batch: string[] = [];
  let bytes = 0;
  for (const path of paths) {
    const length = Buffer.byteLength(path) + 1;
    if (batch.length > 0 && (bytes + length > MAX_BATCH_BYTES || batch.length >= maxPaths)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(path);
    bytes += length;
  }
  if (batch.length > 0) yield batch;
}
