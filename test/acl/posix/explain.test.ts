import { describe, expect, it } from 'vitest';
import { explainPosixEntries } from '../../../acl/posix/explain.ts';
import { parsePosix } from '../../../acl/posix/parse-posix.ts';
import type { PosixAcl } from '../../../acl/posix/posix-acl.ts';
import { principals } from './support.ts';

const FOLDER = '750:0:100';
const FILE = '640:1001:100:user::rw-,user:1002:r--,group::r--,group:200:---,mask::r--,other::---';

/** `*` speaks of the caller, `→` settled its list. */
function shown(ids: readonly string[], ancestors: readonly string[] = [FOLDER]): string[] {
  const chain = { file: acl(FILE), ancestors: ancestors.map(acl) };
  return explainPosixEntries(chain, principals(ids)).map(
    ({ place, principal, text, gives, matched, decisive }) =>
      `${decisive ? '→' : ' '}${matched ? '*' : ' '} ${place.part === 'file' ? 'file' : place.index} ${gives ? 'allow' : 'deny'} ${principal}: ${text}`,
  );
}

describe('explainPosixEntries', () => {
  it('names every entry of every list in the order of evaluation, folders first', () => {
    expect(shown(['uid:1002', 'gid:100'])).toEqual([
      '   0 allow uid:0: user::rwx (owner 0)',
      '→* 0 allow gid:100: group::r-x (group 100)',
      '   0 deny everyone: other::---',
      '   file allow uid:1001: user::rw- (owner 1001)',
      '→* file allow uid:1002: user:1002:r--, mask::r--',
      ' * file allow gid:100: group::r-- (group 100), mask::r--',
      '   file deny gid:200: group:200:---, mask::r--',
      '   file deny everyone: other::---',
    ]);
  });

  it('settles nothing after the list that denied', () => {
    const entries = shown(['uid:1003', 'gid:300']);
    expect(entries.filter((entry) => entry.startsWith('→'))).toEqual(['→* 0 deny everyone: other::---']);
  });

  it('names all entries of groups where none of them gives the right', () => {
    const entries = shown(['uid:1003', 'gid:200'], []);
    expect(entries.filter((entry) => entry.startsWith('→'))).toEqual([
      '→* file deny gid:200: group:200:---, mask::r--',
    ]);
  });

  it('lets no entry speak of somebody without a uid', () => {
    expect(shown(['gid:100']).filter((entry) => /^[→ ]\*|^→/.test(entry))).toEqual([]);
  });
});

function acl(text: string): PosixAcl {
  const reading = parsePosix(text);
  if (!reading.ok) throw new Error(reading.error);
  return reading.acl;
}
