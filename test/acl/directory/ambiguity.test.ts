import { describe, expect, it } from 'vitest';
import { bearers, bearersText, type DirectorySnapshot, makeToken, principalId } from '../../../acl/index.ts';
import { snapshotOf } from '../../support/access.ts';

interface Names {
  readonly aliases?: readonly string[];
  readonly mapped?: readonly string[];
  readonly login?: string;
}

/** Anna is in `staff`, staff in `company`; bob in `guests`; carla in nothing. */
function company(names: Readonly<Record<string, Names>>): DirectorySnapshot {
  const plain = snapshotOf({
    users: ['anna', 'bob', 'carla'],
    disabled: ['carla'],
    groups: { staff: ['user:anna'], company: ['group:staff'], guests: ['user:bob'], empty: [] },
  });
  const withNames = <T extends { readonly id: string }>(entry: T): T => {
    const { aliases = [], mapped = [], login } = names[entry.id] ?? {};
    return {
      ...entry,
      aliases: aliases.map(principalId),
      mapped: mapped.map(principalId),
      ...(login === undefined ? {} : { login }),
    };
  };
  return {
    ...plain,
    users: new Map([...plain.users].map(([id, user]) => [id, withNames(user)])),
    groups: new Map([...plain.groups].map(([id, group]) => [id, withNames(group)])),
  };
}

function refusalOf(user: string, snapshot: DirectorySnapshot) {
  const made = makeToken({ user: principalId(`user:${user}`), snapshot, now: 0, maxStalenessSeconds: 60 });
  return made.ok ? null : made.refusal;
}

const SID = 'S-1-5-21-1-2-3-7';

/** What is claimed twice, and who of anna and bob is therefore not answered. */
const MATRIX: readonly {
  readonly name: string;
  readonly names: Readonly<Record<string, Names>>;
  readonly refused: readonly string[];
}[] = [
  { name: 'nothing', names: { 'user:anna': { aliases: ['uid:1'] } }, refused: [] },
  {
    name: 'one name given to one entry by directory and file alike',
    names: { 'user:anna': { aliases: [SID], mapped: [SID] } },
    refused: [],
  },
  {
    name: 'a SID of two users in the directory',
    names: { 'user:anna': { aliases: [SID] }, 'user:bob': { aliases: [SID] } },
    refused: ['anna', 'bob'],
  },
  {
    name: 'a SID of one user in the directory and of another in the file',
    names: { 'user:anna': { aliases: [SID] }, 'user:bob': { mapped: [SID] } },
    refused: ['anna', 'bob'],
  },
  {
    name: 'a subject of two users in the file',
    names: { 'user:anna': { mapped: ['sub:https://i#x'] }, 'user:bob': { mapped: ['sub:https://i#x'] } },
    refused: ['anna', 'bob'],
  },
  {
    name: 'a name of a user and of a group that the user is not in',
    names: { 'user:bob': { aliases: [SID] }, 'group:company': { aliases: [SID] } },
    refused: ['anna', 'bob'],
  },
  {
    name: 'a name of a user and of their own group',
    names: { 'user:anna': { aliases: [SID] }, 'group:staff': { aliases: [SID] } },
    refused: ['anna'],
  },
  {
    name: 'a name of two groups that one person is in',
    names: { 'group:staff': { aliases: ['gid:5'] }, 'group:company': { aliases: ['gid:5'] } },
    refused: ['anna'],
  },
  {
    name: 'a name of a group reached through another and of one that nobody is in',
    names: { 'group:company': { aliases: ['gid:5'] }, 'group:empty': { mapped: ['gid:5'] } },
    refused: ['anna'],
  },
  {
    name: 'a name of a disabled user and of another',
    names: { 'user:carla': { aliases: ['uid:7'] }, 'user:bob': { aliases: ['uid:7'] } },
    refused: ['bob'],
  },
  {
    name: 'a Samba SID that follows from the uid of another',
    names: { 'user:anna': { aliases: ['uid:7'] }, 'user:bob': { mapped: ['S-1-22-1-7'] } },
    refused: ['anna', 'bob'],
  },
  {
    name: 'a login of two, in different case',
    names: { 'user:anna': { login: 'BOB' } },
    refused: ['anna', 'bob'],
  },
  {
    name: 'a uid and a gid of one number, which are two names',
    names: { 'user:anna': { aliases: ['uid:5'] }, 'group:guests': { aliases: ['gid:5'] } },
    refused: [],
  },
  {
    name: 'one subject at two issuers, which are two names',
    names: { 'user:anna': { mapped: ['sub:https://i#x'] }, 'user:bob': { mapped: ['sub:https://j#x'] } },
    refused: [],
  },
];

describe('a name that two entries bear', () => {
  it.each(MATRIX)('$name: not answered are $refused', ({ names, refused }) => {
    const snapshot = company(names);
    const kinds = Object.fromEntries(['anna', 'bob'].map((user) => [user, refusalOf(user, snapshot)?.kind]));
    const expected = Object.fromEntries(
      ['anna', 'bob'].map((user) => [user, refused.includes(user) ? 'ambiguous-identity' : undefined]),
    );
    expect(kinds).toEqual(expected);
  });

  it('is said in the refusal with all who bear it', () => {
    const snapshot = company({ 'user:bob': { aliases: [SID] }, 'group:company': { mapped: [SID] } });
    expect(refusalOf('anna', snapshot)).toEqual({
      kind: 'ambiguous-identity',
      name: SID,
      bearers: ['user:bob', 'group:company'],
    });
  });

  it('is worked out once for a snapshot, however often its age is renewed', () => {
    const snapshot = company({ 'user:anna': { aliases: [SID] } });
    const found = bearers(snapshot);
    expect(bearers({ ...snapshot, confirmedAt: 5 })).toBe(found);
    expect(bearers({ ...snapshot, groups: new Map(snapshot.groups) })).not.toBe(found);
    expect(bearers({ ...snapshot, users: new Map(snapshot.users) })).not.toBe(found);
  });

  it.each([
    { ids: ['user:a', 'group:b'], text: 'user:a and group:b' },
    { ids: ['a', 'b', 'c', 'd', 'e', 'f', 'g'], text: 'a, b, c, d, e and 2 more' },
  ])('is told with those who bear it: $text', ({ ids, text }) => {
    expect(bearersText(ids.map(principalId))).toBe(text);
  });

  it('has everybody once who bears it, however many they are', () => {
    const ids = Array.from({ length: 300 }, (_, at) => principalId(`user:u${at}`));
    const users = new Map(
      ids.map((id) => [id, { id, name: id, login: id, enabled: true, aliases: [SID, SID].map(principalId) }]),
    );
    const snapshot = { users, groups: new Map(), groupsOf: new Map(), confirmedAt: 0 };
    expect(bearers(snapshot).ambiguous.get(principalId(SID))).toEqual(ids);
    expect(bearers(snapshot).of(principalId(SID))).toEqual(ids);
  });

  it('counts again as soon as only one has it', () => {
    const both = company({ 'user:anna': { aliases: [SID] }, 'user:bob': { aliases: [SID] } });
    const one = company({ 'user:anna': { aliases: [SID] } });
    expect(refusalOf('anna', both)?.kind).toBe('ambiguous-identity');
    expect(refusalOf('anna', one)).toBeNull();
  });
});
