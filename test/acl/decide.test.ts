import { describe, expect, it } from 'vitest';
import { decide } from '../../acl/index.ts';
import { descriptor, tokenOf } from '../support/access.ts';

/** bob is in staff, staff in company; anna is in finance only; guest is in nothing. */
const DIRECTORY = {
  users: ['bob', 'anna', 'guest'],
  groups: { staff: ['user:bob'], company: ['group:staff'], finance: ['user:anna'] },
};

interface Case {
  readonly name: string;
  readonly share?: readonly string[];
  readonly file: readonly string[];
  readonly reads: readonly string[];
}

const MATRIX: readonly Case[] = [
  { name: 'an empty file list denies everyone', file: [], reads: [] },
  { name: 'an empty share list denies everyone', share: [], file: ['allow everyone'], reads: [] },
  { name: 'everyone is everyone', file: ['allow everyone'], reads: ['bob', 'anna', 'guest'] },
  {
    name: 'authenticated is every known user',
    file: ['allow authenticated'],
    reads: ['bob', 'anna', 'guest'],
  },
  {
    name: 'deny everyone first denies the user allowed after',
    file: ['deny everyone', 'allow user:bob'],
    reads: [],
  },
  { name: 'case 1: deny user before allow group', file: ['deny user:bob', 'allow group:staff'], reads: [] },
  {
    name: 'case 2: deny of a nested group before allow user',
    file: ['deny group:company', 'allow user:bob'],
    reads: [],
  },
  {
    name: 'case 3: explicit allow before inherited deny',
    file: ['allow everyone', 'deny user:bob'],
    reads: ['bob', 'anna', 'guest'],
  },
  {
    name: 'case 3: allow user before deny of their group',
    file: ['allow user:bob', 'deny group:staff'],
    reads: ['bob'],
  },
  {
    name: 'case 4: a list out of canonical order is not sorted',
    file: ['allow group:finance', 'deny user:anna', 'allow everyone'],
    reads: ['bob', 'anna', 'guest'],
  },
  {
    name: 'case 4: the same entries in the other order decide the other way',
    file: ['deny user:anna', 'allow group:finance', 'allow everyone'],
    reads: ['bob', 'guest'],
  },
  {
    name: 'case 11: the share denies what the file allows',
    share: ['deny user:bob', 'allow everyone'],
    file: ['allow everyone'],
    reads: ['anna', 'guest'],
  },
  {
    name: 'the file denies what the share allows',
    share: ['allow everyone'],
    file: ['deny user:bob', 'allow everyone'],
    reads: ['anna', 'guest'],
  },
  {
    name: 'the share list does not grant by itself',
    share: ['allow user:bob'],
    file: ['allow user:anna'],
    reads: [],
  },
  {
    name: 'an entry of another kind with the same id does not match',
    file: ['allow group:bob', 'allow user:staff'],
    reads: [],
  },
  { name: 'ids are compared with case', file: ['allow user:Bob'], reads: [] },
  {
    name: 'an id that begins with another id does not match',
    file: ['allow user:bobby', 'allow user:bo'],
    reads: [],
  },
  { name: 'a group that nobody is in grants nothing', file: ['allow group:ghosts'], reads: [] },
  {
    name: 'a repeated entry changes nothing',
    file: ['deny user:bob', 'allow user:bob', 'allow user:bob'],
    reads: [],
  },
  { name: 'no matching entry is a no', file: ['allow group:finance'], reads: ['anna'] },
];

describe('decide', () => {
  it.each(MATRIX)('$name', ({ share, file, reads }) => {
    const readers = DIRECTORY.users.filter(
      (user) => decide(descriptor(file, share), tokenOf(user, DIRECTORY)).read,
    );
    expect(readers).toEqual(reads);
  });

  it('denies without a descriptor and says why', () => {
    expect(decide(null, tokenOf('bob', DIRECTORY))).toEqual({
      read: false,
      because: { kind: 'no-descriptor', detail: 'no access-control list could be read' },
    });
  });

  it('names the entry that decided, in its stored place', () => {
    const decision = decide(
      descriptor(['allow group:finance', 'deny group:company']),
      tokenOf('bob', DIRECTORY),
    );
    expect(decision.because).toMatchObject({
      kind: 'entry',
      part: 'file',
      index: 1,
      entry: { effect: 'deny' },
    });
  });

  it('names the share part when the share refuses', () => {
    const decision = decide(
      descriptor(['allow everyone'], ['allow group:finance']),
      tokenOf('bob', DIRECTORY),
    );
    expect(decision.because).toEqual({ kind: 'no-entry-matched', part: 'share' });
  });
});
