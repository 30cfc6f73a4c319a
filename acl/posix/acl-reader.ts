import type { PosixReading } from './posix-acl.ts';

/**
 * Reads the access lists of files and folders by absolute path.
 *
 * Obligations: every path asked for is answered, under the text it was asked by. Trouble of one path is its
 * error and never another's; trouble of all is an error of each. It never throws, and never answers with mode
 * bits where a list may stand beside them. A symbolic link is an error: what it leads to has a path of its own.
 */
export interface PosixAclReader {
  read(paths: readonly string[]): Promise<ReadonlyMap<string, PosixReading>>;
}
