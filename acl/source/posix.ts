import type { AclEntry, PosixDescriptor } from '../descriptor.ts';
import { type PrincipalId, principalId, type ShareId } from '../ids.ts';
import type { PosixAclReader } from '../posix/acl-reader.ts';
import { EXECUTE, type Perm, type PosixAcl, type PosixReading, READ } from '../posix/posix-acl.ts';
import { readBelow } from './below-root.ts';
import { foldersAbove } from './folders-above.ts';
import { Gathered } from './gathered.ts';
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
  readonly #lists: Gathered<PosixReading>;

  constructor(options: PosixSourceOptions) {
    this.#options = options;
    this.#lists = new Gathered((paths) => readBelow(options.root, paths, options.reader));
  }

  beginPass(): void {
    this.refresh();
  }

  refresh(): void {
    this.#lists.forget();
  }

  believedUntil(): null {
    return null;
  }

  owns(): boolean {
    return false;
  }

  async descriptorOf(path: string): Promise<DescriptorReading<PosixDescriptor>> {
    const { share, shareEntries, knows } = this.#options;
    const doubt = unknownDeny(shareEntries, knows);
    if (doubt !== null) return { ok: false, reason: 'acl-unreadable', detail: doubt };
    const folders = foldersAbove(path);
    const [file, ...ancestors] = await Promise.all([path, ...folders].map((part) => this.#lists.get(part)));
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
