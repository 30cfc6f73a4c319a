import fc from 'fast-check';
import { expect, it } from 'vitest';
import { evaluatePosix } from '../../../acl/posix/access.ts';
import { printAclText } from '../../../acl/posix/acl-text.ts';
import type { PosixAcl } from '../../../acl/posix/posix-acl.ts';
import { anyAcl, principals } from './support.ts';

const UIDS = [0, 1, 2, 3];
const GIDS = [0, 10, 11, 12];

/**
 * The access check written a second way, on text: every entry becomes a line with the rank of its class; of the
 * lines that speak of the caller the best rank alone counts, and any line of it that says yes is a yes.
 */
function referenceAllows(acl: PosixAcl, uid: number, gids: readonly number[], letter: string): boolean {
  const lines = printAclText(acl).split(',');
  const mask = lines.find((line) => line.startsWith('mask'))?.split(':')[2] ?? 'rwx';
  const heard = lines.flatMap((line) => {
    const [tag, id, rights = ''] = line.split(':');
    const rank =
      tag === 'user' && id === '' && uid === acl.owner
        ? 1
        : tag === 'user' && id === String(uid)
          ? 2
          : tag === 'group' && gids.includes(id === '' ? acl.group : Number(id))
            ? 3
            : tag === 'other'
              ? 4
              : null;
    if (rank === null) return [];
    const masked = rank === 2 || rank === 3;
    return [{ rank, yes: rights.includes(letter) && (!masked || mask.includes(letter)) }];
  });
  const best = Math.min(...heard.map(({ rank }) => rank));
  return heard.some(({ rank, yes }) => rank === best && yes);
}

const acl = anyAcl(UIDS, GIDS);

it('decides as an independently written reference does, for random lists, folders and tokens', () => {
  let read = 0;
  const runs = 10_000;
  fc.assert(
    fc.property(
      acl,
      fc.array(acl, { maxLength: 2 }),
      fc.constantFrom(...UIDS),
      fc.subarray(GIDS),
      (file, ancestors, uid, gids) => {
        const expected =
          ancestors.every((folder) => referenceAllows(folder, uid, gids, 'x')) &&
          referenceAllows(file, uid, gids, 'r');
        if (expected) read += 1;
        const token = principals([`uid:${uid}`, ...gids.map((gid) => `gid:${gid}`)]);
        expect(evaluatePosix({ file, ancestors }, token).read).toBe(expected);
      },
    ),
    { numRuns: runs },
  );
  // Both answers must occur often, or the comparison says nothing.
  expect(read).toBeGreaterThan(runs / 20);
  expect(read).toBeLessThan(runs - runs / 20);
});

it('never gives more when a folder is put above', () => {
  fc.assert(
    fc.property(
      acl,
      fc.array(acl, { maxLength: 2 }),
      acl,
      fc.constantFrom(...UIDS),
      (file, ancestors, folder, uid) => {
        const token = principals([`uid:${uid}`, 'gid:10']);
        const without = evaluatePosix({ file, ancestors }, token).read;
        const within = evaluatePosix({ file, ancestors: [folder, ...ancestors] }, token).read;
        expect(within && !without).toBe(false);
      },
    ),
  );
});
