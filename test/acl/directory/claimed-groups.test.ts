import { describe, expect, it } from 'vitest';
import {
  type DirectorySnapshot,
  type GroupSource,
  groupPath,
  makeToken,
  principalId,
} from '../../../acl/index.ts';
import { snapshotOf } from '../../support/access.ts';

const SID = principalId('S-1-5-21-1-2-3-500');
const SUBJECT = principalId('sub:https://i#finance-team');

/** Bob is in `staff`; `finance` has a SID and a subject and is in `company`; anna has a SID herself. */
function directory(): DirectorySnapshot {
  const plain = snapshotOf({
    users: ['bob', 'anna', 'nina'],
    groups: { staff: ['user:bob'], finance: [], company: ['group:finance'], twin: [] },
  });
  const groups = new Map(plain.groups);
  const finance = principalId('group:finance');
  groups.set(finance, { id: finance, name: 'Finance', aliases: [SID], mapped: [SUBJECT] });
  const users = new Map(plain.users);
  const anna = principalId('user:anna');
  users.set(anna, {
    id: anna,
    name: 'anna',
    login: 'anna',
    enabled: true,
    aliases: [principalId('S-1-5-21-1-2-3-7')],
  });
  return { ...plain, users, groups };
}

function ask(groups: GroupSource, user = 'bob', snapshot = directory()) {
  return makeToken({
    user: principalId(`user:${user}`),
    snapshot,
    groups,
    now: 0,
    maxStalenessSeconds: 60,
  });
}

const claimed = (...groups: string[]): GroupSource => ({
  kind: 'claimed',
  groups: groups.map(principalId),
});

const KNOWN = ['group:staff', 'group:finance', 'group:company'];

const HELD: readonly {
  readonly name: string;
  readonly groups: GroupSource;
  readonly holds: readonly string[];
  readonly lacks: readonly string[];
}[] = [
  {
    name: 'the directory alone',
    groups: { kind: 'directory' },
    holds: ['group:staff'],
    lacks: ['group:finance', SID],
  },
  { name: 'a group by its id', groups: claimed('group:finance'), holds: [...KNOWN, SID, SUBJECT], lacks: [] },
  { name: 'a group by its SID', groups: claimed(SID), holds: [...KNOWN, SID, SUBJECT], lacks: [] },
  { name: 'a group by its subject', groups: claimed(SUBJECT), holds: [...KNOWN, SID, SUBJECT], lacks: [] },
  {
    name: 'a SID that the directory does not know',
    groups: claimed('S-1-5-21-1-2-3-999'),
    holds: ['group:staff', 'S-1-5-21-1-2-3-999'],
    lacks: ['group:finance'],
  },
  {
    name: 'a group that the directory does not know',
    groups: claimed('group:elsewhere'),
    holds: ['group:staff', 'group:elsewhere'],
    lacks: ['group:finance'],
  },
  { name: 'an empty list', groups: claimed(), holds: ['group:staff'], lacks: ['group:finance'] },
  {
    name: 'too many to say, where the directory knows some',
    groups: { kind: 'overage' },
    holds: ['group:staff'],
    lacks: ['group:finance'],
  },
];

describe('a token with groups of the sign-in', () => {
  it.each(HELD)('holds what follows from $name', ({ groups, holds, lacks }) => {
    const made = ask(groups);
    if (!made.ok) throw new Error(made.refusal.kind);
    expect(holds.filter((name) => !made.token.principals.has(principalId(name)))).toEqual([]);
    expect(lacks.filter((name) => made.token.principals.has(principalId(name)))).toEqual([]);
  });

  it.each([
    { name: 'groups that nobody said', groups: { kind: 'unknown' }, user: 'bob', kind: 'groups-unknown' },
    {
      name: 'too many groups to say, where the directory knows none',
      groups: { kind: 'overage' },
      user: 'nina',
      kind: 'groups-unknown',
    },
    {
      name: 'a claimed group that is a person',
      groups: claimed('S-1-5-21-1-2-3-7'),
      user: 'bob',
      kind: 'ambiguous-identity',
    },
    { name: 'a user nobody knows', groups: claimed(SID), user: 'ghost', kind: 'unknown-user' },
  ] as readonly { name: string; groups: GroupSource; user: string; kind: string }[])(
    'is not made with $name',
    ({ groups, user, kind }) => {
      expect(ask(groups, user)).toMatchObject({ ok: false, refusal: { kind } });
    },
  );

  it('is not made with a claimed name that two groups bear', () => {
    const plain = directory();
    const twin = principalId('group:twin');
    const groups = new Map(plain.groups).set(twin, { id: twin, name: 'twin', aliases: [SID] });
    expect(ask(claimed(SID), 'bob', { ...plain, groups })).toMatchObject({
      refusal: { kind: 'ambiguous-identity', name: SID, bearers: ['group:finance', 'group:twin'] },
    });
    expect(ask(claimed(), 'bob', { ...plain, groups }).ok).toBe(true);
  });

  it('says how a claimed group led to others', () => {
    const made = ask(claimed(SUBJECT));
    if (!made.ok) throw new Error(made.refusal.kind);
    expect(groupPath(made.token, principalId('group:company'))).toEqual([
      'user:bob',
      SUBJECT,
      'group:finance',
      'group:company',
    ]);
  });

  it('follows the directory from one moment to the next', () => {
    const plain = directory();
    const held = ask(claimed(SID), 'bob', plain);
    const left = ask(claimed(SID), 'bob', { ...plain, groupsOf: new Map() });
    expect(held.ok && held.token.principals.has(principalId('group:company'))).toBe(true);
    expect(left.ok && left.token.principals.has(principalId('group:company'))).toBe(false);
  });
});
