import { realpath } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { AclEntry, PosixDescriptor } from '../descriptor.ts';
import { type PrincipalId, principalId, type ShareId } from '../ids.ts';
import type { PosixAclReader } from '../posix/acl-reader.ts';
import { EXECUTE, type Perm, type PosixAcl, type PosixReading, READ } from '../posix/posix-acl.ts';
import type { DescriptorReading, DescriptorSource } from './port.ts';
import { unknownDeny } from './unknown-deny.ts';

export interface PosixSourceOptions {
  readonly share: ShareId;
  readonly root: string;
  readonly shareEntries: readonly AclEntry[];
  readonly knows: (principal: PrincipalId) => boolean;
  readonly reader: PosixAclReader;
}

/**
 * Permissions as the file system has them: mode bits and POSIX.1e lists of the file and of every folder above it
 * up to the share's root, which is where people's paths begin.
 *
 * Folders are read once a pass. Paths asked for in one turn are read in one call of the reader.
 */
export class PosixSource implements DescriptorSource {
  readonly #options: PosixSourceOptions;
  #known = new Map<string, Promise<PosixReading>>();
  #wanted = new Map<string, (reading: PosixReading) => void>();

  constructor(options: PosixSourceOptions) {
    this.#options = options;
  }

  beginPass(): void {
    this.refresh();
  }

  refresh(): void {
    this.#known = new Map();
  }

  believedUntil(): null {
    return null;
  }

  owns(): boolean {
    return false;
  }

  async descriptorOf(path: string): Promise<DescriptorReading> {
    const { share, shareEntries, knows } = this.#options;
    const doubt = unknownDeny(shareEntries, knows);
    if (doubt !== null) return { ok: false, reason: 'acl-unreadable', detail: doubt };
    const folders = foldersAbove(path);
    const [file, ...ancestors] = await Promise.all([path, ...folders].map((part) => this.#read(part)));
    const lists = [];
    for (const [at, reading] of [file, ...ancestors].entries()) {
      if (reading === undefined || !reading.ok) {
        const where = at === 0 ? 'its list' : `the list of the folder ${folders[at - 1] || 'at the root'}`;
        return {
          ok: false,
          reason: 'acl-unreadable',
          detail: `${where} cannot be read: ${reading?.error ?? 'no answer'}`,
        };
      }
      lists.push(reading.acl);
    }
    const unmapped = lists.flatMap((list, at) => unknownBars(list, at === 0 ? READ : EXECUTE, knows));
    if (unmapped[0] !== undefined) {
      return {
        ok: false,
        reason: 'acl-unreadable',
        detail: `the list shuts out ${unmapped[0]}, which the directory does not know: give a group of it that gid`,
      };
    }
    const [own, ...above] = lists;
    if (own === undefined) return { ok: false, reason: 'acl-unreadable', detail: 'its list cannot be read' };
    const descriptor: PosixDescriptor = {
      system: 'posix',
      share,
      shareEntries,
      chain: { file: own, ancestors: above },
    };
    return { ok: true, descriptor };
  }

  #read(path: string): Promise<PosixReading> {
    const known = this.#known.get(path);
    if (known !== undefined) return known;
    const reading = new Promise<PosixReading>((resolve) => {
      if (this.#wanted.size === 0) setImmediate(() => void this.#readWanted());
      this.#wanted.set(path, resolve);
    });
    this.#known.set(path, reading);
    return reading;
  }

  async #readWanted(): Promise<void> {
    const wanted = this.#wanted;
    this.#wanted = new Map();
    // The root may be reached by a link; below it a link is refused by the reader.
    const root = await realpath(this.#options.root).catch(() => this.#options.root);
    const absolute = new Map([...wanted.keys()].map((path) => [path, join(root, path)]));
    const readings = await this.#options.reader.read([...absolute.values()]);
    for (const [path, resolve] of wanted) {
      resolve(readings.get(absolute.get(path) ?? '') ?? { ok: false, error: 'it was not answered' });
    }
  }
}

/**
 * Groups that a list shuts out although it lets others in, and that the directory does not know. Their members
 * could not be told from the others: the doubt is a no.
 */
function unknownBars(
  { group, groupObj, groups, mask, other }: PosixAcl,
  need: Perm,
  knows: (principal: PrincipalId) => boolean,
): PrincipalId[] {
  if ((other & need) === 0) return [];
  return [{ gid: group, perm: groupObj }, ...groups]
    .filter(({ perm }) => (perm & (mask ?? perm) & need) === 0)
    .map(({ gid }) => principalId(`gid:${gid}`))
    .filter((principal) => !knows(principal));
}

/** Folders of a path inside the share, the root (an empty text) first. */
function foldersAbove(path: string): string[] {
  const folders: string[] = [];
  for (let folder = posix.dirname(path); folder !== '.' && folder !== '/'; folder = posix.dirname(folder)) {
    folders.unshift(folder);
  }
  return ['', ...folders];
}
