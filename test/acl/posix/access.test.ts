import { describe, expect, it } from 'vitest';
import { evaluatePosix, type PosixDecision } from '../../../acl/posix/access.ts';
import { explainPosix } from '../../../acl/posix/explain.ts';
import { parsePosix } from '../../../acl/posix/parse-posix.ts';
import type { PosixAcl } from '../../../acl/posix/posix-acl.ts';
import { MATRIX, WHO } from './matrix.ts';
import { principals } from './support.ts';

describe('evaluatePosix', () => {
  it.each(MATRIX)('$name', ({ file, ancestors = [], reads }) => {
    const chain = { file: acl(file), ancestors: ancestors.map(acl) };
    const readers = Object.entries(WHO).filter(([, ids]) => evaluatePosix(chain, principals(ids)).read);
    expect(readers.map(([name]) => name)).toEqual(reads);
  });

  it.each([
    { name: 'no uid', ids: ['gid:100', 'user:anna'], doubt: 'no-uid' },
    { name: 'nothing', ids: [], doubt: 'no-uid' },
    { name: 'two uids', ids: ['uid:1001', 'uid:1002'], doubt: 'several-uids' },
    { name: 'a uid that is no number', ids: ['uid:anna'], doubt: 'unreadable-id' },
    { name: 'an empty uid', ids: ['uid:'], doubt: 'unreadable-id' },
    { name: 'a uid with a leading zero', ids: ['uid:01001'], doubt: 'unreadable-id' },
    { name: 'a negative uid', ids: ['uid:-1'], doubt: 'unreadable-id' },
    { name: '(uid_t) -1', ids: ['uid:4294967295'], doubt: 'unreadable-id' },
    { name: 'a gid that is no number', ids: ['uid:1001', 'gid:staff'], doubt: 'unreadable-id' },
  ])('denies everything to a token with $name', ({ ids, doubt }) => {
    const decision = evaluatePosix({ file: acl('777:1001:100'), ancestors: [] }, principals(ids));
    expect(decision).toEqual({ read: false, because: { kind: 'posix-doubt', doubt } });
  });

  it('takes no notice of principals of other kinds', () => {
    const chain = { file: acl('600:1001:100'), ancestors: [] };
    expect(evaluatePosix(chain, principals(['everyone', 'user:1001', 'group:100', 'uid:1002'])).read).toBe(
      false,
    );
  });
});

describe('explainPosix', () => {
  it.each([
    {
      who: 'owner',
      file: '600:1001:100',
      says: 'allowed: on the file user::rw- (owner 1001) gives read (r)',
    },
    { who: 'stranger', file: '640:1001:100', says: 'denied: on the file other::--- does not give read (r)' },
    {
      who: 'named',
      file: '620:1001:100:user::rw-,user:1002:rw-,group::rw-,mask::-w-,other::---',
      says: 'denied: on the file user:1002:rw-, with mask::-w- -w- does not give read (r)',
    },
    {
      who: 'both',
      file: '664:1001:100:user::rw-,group::---,group:200:-w-,mask::rw-,other::r--',
      says: 'denied: on the file no matching group gives read (r): group::--- (group 100), group:200:-w-',
    },
  ] as const)('$who of $file', ({ who, file, says }) => {
    expect(explainPosix(decide(file, WHO[who]))).toBe(says);
  });

  it('names the folder that shuts the way, by its path where known', () => {
    const decision = decide('644:1001:100', WHO.stranger, ['755:0:0', '750:0:0']);
    expect(explainPosix(decision)).toBe('denied: on folder 2 above it other::--- does not give search (x)');
    expect(explainPosix(decision, ['/srv', '/srv/hr'])).toBe(
      'denied: on the folder /srv/hr other::--- does not give search (x)',
    );
  });

  it('names a doubt', () => {
    expect(explainPosix(decide('777:0:0', []))).toBe('denied: the user has no uid in the directory');
  });
});

function decide(file: string, ids: readonly string[], ancestors: readonly string[] = []): PosixDecision {
  return evaluatePosix({ file: acl(file), ancestors: ancestors.map(acl) }, principals(ids));
}

function acl(text: string): PosixAcl {
  const parsed = parsePosix(text);
  if (!parsed.ok) throw new Error(parsed.error);
  expect(parsed.warnings).toEqual([]);
  return parsed.acl;
}
