import type { Block, Warning } from '../../document.ts';
import type { ParseInput, ParserResult } from '../parser.ts';
import { type Part, readParts } from '../parts.ts';
import { cleanLine } from '../tidy.ts';

/** A file in an archive, or why it is not one that can be opened. */
export interface Member {
  /** Path as the archive has it, `/` between parts. */
  readonly path: string;
  readonly packed: number;
  readonly unpacked: number;
  /** Why it is never opened (a link, a password), or null. */
  readonly closed: string | null;
  readonly unpack: Part['unpack'];
}

/** Why a member with a password is not opened. */
export const LOCKED = 'encrypted, it is protected by a password';

/**
 * The document of an archive: the paths of its members as a list, then the members that can be read, each under
 * its path and with its place in the list as part number.
 *
 * Nothing is written to a disk, so a path can lead nowhere; one that tries to, or that comes twice, is named and
 * not opened. An archive whose only trouble is its password is refused as encrypted.
 */
export async function archiveDocument(
  members: readonly Member[],
  input: ParseInput,
  found: readonly Warning[] = [],
): Promise<ParserResult> {
  const list = members.map(({ path }): Block => ({ kind: 'item', text: cleanLine(path), page: null }));
  const pages = members.length;
  if (input.policy.archives === 'list') {
    return { ok: true, document: { title: null, blocks: list, pages, warnings: found } };
  }
  const seen = new Set<string>();
  const parts = members.map((member, i): Part => {
    const { path, packed, unpacked, unpack } = member;
    const closed = member.closed ?? pathTrouble(path, seen);
    seen.add(path.toLowerCase());
    return {
      name: cleanLine(path) || `member ${i + 1}`,
      page: i + 1,
      // A closed member costs nothing of the budget.
      packed: closed === null ? packed : 0,
      unpacked: closed === null ? unpacked : 0,
      unpack: closed === null ? unpack : () => closed,
    };
  });
  const { blocks, warnings } = await readParts(parts, input);
  if (blocks.length === 0 && members.some(({ closed }) => closed === LOCKED)) {
    return { ok: false, reason: 'encrypted', detail: 'the archive is protected by a password' };
  }
  return {
    ok: true,
    document: { title: null, blocks: [...list, ...blocks], pages, warnings: [...found, ...warnings] },
  };
}

function pathTrouble(path: string, seen: ReadonlySet<string>): string | null {
  if (path.split('/').includes('..') || /^([a-z]:|\/)/i.test(path)) {
    return 'its path leads out of the archive: not opened';
  }
  return seen.has(path.toLowerCase()) ? 'a second member of this path: not opened' : null;
}
