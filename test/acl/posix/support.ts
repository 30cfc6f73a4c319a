import fc from 'fast-check';
import { type PrincipalId, principalId } from '../../../acl/index.ts';
import { type PosixAcl, perm } from '../../../acl/posix/posix-acl.ts';

export const principals = (ids: readonly string[]): ReadonlySet<PrincipalId> => new Set(ids.map(principalId));

const bits = fc.integer({ min: 0, max: 7 }).map(perm);

/** Any valid list whose ids come from small sets, so that lists and tokens meet. */
export function anyAcl(uids: readonly number[], gids: readonly number[]): fc.Arbitrary<PosixAcl> {
  const users = fc.uniqueArray(fc.record({ uid: fc.constantFrom(...uids), perm: bits }), {
    selector: ({ uid }) => uid,
    maxLength: 3,
  });
  const groups = fc.uniqueArray(fc.record({ gid: fc.constantFrom(...gids), perm: bits }), {
    selector: ({ gid }) => gid,
    maxLength: 3,
  });
  return fc
    .record({
      owner: fc.constantFrom(...uids),
      group: fc.constantFrom(...gids),
      userObj: bits,
      users: users.map((list) => list.sort((a, b) => a.uid - b.uid)),
      groupObj: bits,
      groups: groups.map((list) => list.sort((a, b) => a.gid - b.gid)),
      mask: fc.option(bits),
      other: bits,
    })
    .map((acl) => (acl.mask === null ? { ...acl, users: [], groups: [] } : acl));
}
