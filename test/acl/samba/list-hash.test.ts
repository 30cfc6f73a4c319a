import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Perm, PosixAcl } from '../../../acl/posix/posix-acl.ts';
import { posixListHash } from '../../../acl/samba/list-hash.ts';

const hash = (acl: PosixAcl, mode: number): string => Buffer.from(posixListHash(acl, mode)).toString('hex');

/** A file that smbd 4.17 made: user::rwx user:1005:rwx group::r-x group:65534:r-x mask::rwx other::r-x. */
const MADE: PosixAcl = {
  owner: 1005,
  group: 65_534,
  userObj: 7,
  users: [{ uid: 1005, perm: 7 }],
  groupObj: 5,
  groups: [{ gid: 65_534, perm: 5 }],
  mask: 7,
  other: 5,
};

describe('posixListHash', () => {
  it('is the hash that smbd stored beside the list', () => {
    expect(hash(MADE, 0o100775)).toBe('189f61a1bf189466c2233ddcdbcaffd33514b14592c5b28d9c17169658391238');
  });

  it.each<readonly [string, PosixAcl, number]>([
    ['owner', { ...MADE, owner: 1006 }, 0o100775],
    ['group', { ...MADE, group: 0 }, 0o100775],
    ['mode', MADE, 0o100774],
    ['setuid bit', MADE, 0o104775],
    ['mask', { ...MADE, mask: 4 }, 0o100775],
    ['no mask', { ...MADE, mask: null }, 0o100775],
    ['named user', { ...MADE, users: [{ uid: 1006, perm: 7 }] }, 0o100775],
    ['named user gone', { ...MADE, users: [] }, 0o100775],
    ['right of a named group', { ...MADE, groups: [{ gid: 65_534, perm: 4 }] }, 0o100775],
    ['right of others', { ...MADE, other: 4 }, 0o100775],
  ])('is another for another %s', (_, acl, mode) => {
    expect(hash(acl, mode)).not.toBe(hash(MADE, 0o100775));
  });

  it('is another for every other list', () => {
    const perm = fc.nat(7).map((bits) => bits as Perm);
    const list = fc.record({ userObj: perm, groupObj: perm, mask: fc.option(perm), other: perm });
    fc.assert(
      fc.property(list, list, (a, b) => {
        const same = JSON.stringify(a) === JSON.stringify(b);
        return (hash({ ...MADE, ...a }, 0) === hash({ ...MADE, ...b }, 0)) === same;
      }),
    );
  });
});
