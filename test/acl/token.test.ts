import { describe, expect, it } from 'vitest';
import { groupPath, makeToken, principalId } from '../../acl/index.ts';
import { snapshotOf, tokenOf } from '../support/access.ts';

const BOB = principalId('user:bob');

function ask(confirmedAt: number, now: number, maxStalenessSeconds = 60) {
  return makeToken({
    user: BOB,
    snapshot: snapshotOf({ users: ['bob'], confirmedAt }),
    now,
    maxStalenessSeconds,
  });
}

describe('makeToken', () => {
  it('holds the user, all groups transitively and the well-known principals', () => {
    const token = tokenOf('bob', {
      users: ['bob'],
      groups: { a: ['user:bob'], b: ['group:a'], c: ['group:b'], other: ['group:x'], x: [] },
    });
    expect([...token.principals].sort()).toEqual(
      [
        ...['authenticated', 'everyone', 'S-1-1-0', 'S-1-5-11', 'S-1-5-2'],
        ...['group:a', 'group:b', 'group:c', 'user:bob'],
      ].sort(),
    );
  });

  it.each([
    { name: 'a group in itself', groups: { a: ['user:bob', 'group:a'] }, expected: ['group:a'] },
    {
      name: 'two groups in each other',
      groups: { a: ['user:bob', 'group:b'], b: ['group:a'] },
      expected: ['group:a', 'group:b'],
    },
    {
      name: 'a ring that the user enters in the middle',
      groups: { a: ['group:c'], b: ['group:a', 'user:bob'], c: ['group:b'] },
      expected: ['group:a', 'group:b', 'group:c'],
    },
  ])('walks $name once', ({ groups, expected }) => {
    const token = tokenOf('bob', { users: ['bob'], groups });
    expect([...token.principals].filter((p) => p.startsWith('group:')).sort()).toEqual(expected);
  });

  it('does not give a group the rights of its members', () => {
    const token = tokenOf('anna', {
      users: ['anna', 'bob'],
      groups: { a: ['user:bob', 'group:b'], b: ['user:anna'] },
    });
    expect(token.principals.has(BOB)).toBe(false);
    expect(token.principals.has(principalId('group:a'))).toBe(true);
  });

  it('reaches the end of a chain of 5,000 groups', () => {
    const groups: Record<string, string[]> = { g0: ['user:bob'] };
    for (let n = 1; n < 5_000; n += 1) groups[`g${n}`] = [`group:g${n - 1}`];
    const token = tokenOf('bob', { users: ['bob'], groups });
    expect(token.principals.size).toBe(5_006);
    expect(groupPath(token, principalId('group:g4999'))).toHaveLength(5_001);
  });

  it.each([
    { name: 'no directory', snapshot: null, refusal: { kind: 'no-directory' } },
    {
      name: 'a user who is not in it',
      snapshot: snapshotOf({ users: ['anna'] }),
      refusal: { kind: 'unknown-user' },
    },
    {
      name: 'a user who is only a member of a group',
      snapshot: snapshotOf({ users: [], groups: { a: ['user:bob'] } }),
      refusal: { kind: 'unknown-user' },
    },
    {
      name: 'a disabled user',
      snapshot: snapshotOf({ users: ['bob'], disabled: ['bob'] }),
      refusal: { kind: 'disabled-user' },
    },
  ])('refuses $name', ({ snapshot, refusal }) => {
    expect(makeToken({ user: BOB, snapshot, now: 0, maxStalenessSeconds: 60 })).toEqual({
      ok: false,
      refusal,
    });
  });

  it('refuses the well-known principals as users', () => {
    for (const user of ['everyone', 'authenticated', 'group:a', ''].map(principalId)) {
      const snapshot = snapshotOf({ users: ['bob'], groups: { a: ['user:bob'] } });
      expect(makeToken({ user, snapshot, now: 0, maxStalenessSeconds: 60 }).ok).toBe(false);
    }
  });

  it.each([
    { name: 'just confirmed', age: 0, ok: true },
    { name: 'exactly at the limit', age: 60_000, ok: true },
    { name: 'one second over the limit', age: 61_000, ok: false },
    { name: 'years old', age: 1e11, ok: false },
  ])('a snapshot $name answers: $ok', ({ age, ok }) => {
    expect(ask(1_000_000, 1_000_000 + age).ok).toBe(ok);
  });

  it('says how old a stale snapshot is', () => {
    expect(ask(0, 61_000)).toEqual({ ok: false, refusal: { kind: 'stale-directory', ageSeconds: 61 } });
  });

  it('refuses for staleness before it says anything of the user', () => {
    const result = makeToken({
      user: principalId('user:nobody'),
      snapshot: snapshotOf({ users: [] }),
      now: 61_000,
      maxStalenessSeconds: 60,
    });
    expect(result).toMatchObject({ refusal: { kind: 'stale-directory' } });
  });

  it('refuses a snapshot confirmed further in the future than the limit: a wrong clock must not keep it fresh', () => {
    expect(ask(1e12, 0).ok).toBe(false);
  });

  it('refuses when the clock gives no number', () => {
    expect(ask(0, Number.NaN).ok).toBe(false);
    expect(ask(Number.NaN, 0).ok).toBe(false);
  });
});

describe('groupPath', () => {
  const token = tokenOf('bob', { users: ['bob'], groups: { a: ['user:bob'], b: ['group:a'], c: [] } });

  it('goes from the user to the group', () => {
    expect(groupPath(token, principalId('group:b'))).toEqual(['user:bob', 'group:a', 'group:b']);
  });

  it('is empty for a group the token does not hold', () => {
    expect(groupPath(token, principalId('group:c'))).toEqual([]);
  });

  it('is the principal itself where there is no way to it', () => {
    expect(groupPath(token, principalId('everyone'))).toEqual(['everyone']);
    expect(groupPath(token, BOB)).toEqual(['user:bob']);
  });
});
