import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromAclText, printAclText, printPosix } from '../../../acl/posix/acl-text.ts';
import { parsePosix } from '../../../acl/posix/parse-posix.ts';
import { fromMode, modeOf } from '../../../acl/posix/posix-acl.ts';
import { anyAcl } from './support.ts';

const TEXT = 'user::rw-,user:1002:r--,group::r--,mask::r--,other::---';
const NAMED = {
  owner: 1001,
  group: 100,
  userObj: 6,
  users: [{ uid: 1002, perm: 4 }],
  groupObj: 4,
  groups: [],
  mask: 4,
  other: 0,
};
const IDS = [0, 1, 1000, 65534, 4294967294];

describe('fromAclText', () => {
  it.each([
    { name: 'commas', text: TEXT },
    { name: 'line ends', text: TEXT.replaceAll(',', '\n') },
    { name: 'line ends of DOS and empty lines', text: `\r\n${TEXT.replaceAll(',', '\r\n\r\n')}\r\n` },
    { name: 'any order', text: TEXT.split(',').reverse().join(',') },
    { name: 'spaces around', text: TEXT.replaceAll(',', ' , ') },
    { name: 'one-letter tags', text: 'u::rw-,u:1002:r--,g::r--,m::r--,o::---' },
    {
      name: 'default entries',
      text: `${TEXT},default:user::rwx,default:group::r-x,d:user:7:rwx,default:other::r-x`,
    },
    { name: 'comments', text: `# file: x\n# owner: 5\n${TEXT.replaceAll(',', '\t#effective:---\n')}` },
  ])('reads entries with $name', ({ text }) => {
    expect(fromAclText(text, 1001, 100)).toEqual({ ok: true, acl: NAMED });
  });

  it.each([
    { text: '', error: 'user:: is missing' },
    { text: 'user::rw-', error: 'group:: is missing' },
    { text: 'user::rw-,group::r--', error: 'other:: is missing' },
    { text: 'user::rw-,user:7:r--,group::r--,other::---', error: 'mask:: is missing: a list that names' },
    { text: `${TEXT},user:1002:rwx`, error: 'user 1002 stands twice' },
    { text: `${TEXT},other::r--`, error: 'other:: stands twice' },
    { text: `${TEXT},mask::rwx`, error: 'mask:: stands twice' },
    { text: `${TEXT},user:anna:r--`, error: '"user:anna:r--": has no numeric id' },
    { text: `${TEXT},user:01:r--`, error: 'has no numeric id' },
    { text: `${TEXT},user:4294967295:r--`, error: 'has no numeric id' },
    { text: `${TEXT},user:99999999999:r--`, error: 'has no numeric id' },
    { text: `${TEXT},group:5:r-`, error: 'ends in none of rwx' },
    { text: `${TEXT},group:5:rw-x`, error: 'ends in none of rwx' },
    { text: `${TEXT},group:5:wr-`, error: 'ends in none of rwx' },
    { text: `${TEXT},group:5:4`, error: 'ends in none of rwx' },
    { text: `${TEXT},other:5:r--`, error: 'other takes no id' },
    { text: `${TEXT},everyone::r--`, error: 'begins with none of user' },
    { text: `${TEXT},constructor::r--`, error: 'begins with none of user' },
    { text: `${TEXT},User:5:r--`, error: 'begins with none of user' },
    { text: `${TEXT},user:5`, error: 'write TAG:ID:rwx' },
    { text: `${TEXT},user:5:r--:x`, error: 'write TAG:ID:rwx' },
    { text: `${TEXT},default:nonsense`, error: 'write TAG:ID:rwx' },
    { text: `${TEXT} user:5:r--`, error: 'write TAG:ID:rwx' },
    { text: 'x'.repeat(400_001), error: 'the list is too long' },
  ])('refuses $text', ({ text, error }) => {
    const reading = fromAclText(text, 1001, 100);
    expect(reading.ok ? 'read' : reading.error).toContain(error);
  });

  it('refuses a list longer than any file system keeps', () => {
    const many = Array.from({ length: 10_001 }, (_, uid) => `user:${uid}:r--`).join(',');
    expect(fromAclText(`${TEXT},${many}`, 1, 1)).toEqual({ ok: false, error: 'more than 10000 entries' });
  });

  it('reads back what is printed', () => {
    fc.assert(
      fc.property(anyAcl(IDS, IDS), (acl) => {
        expect(fromAclText(printAclText(acl), acl.owner, acl.group)).toEqual({ ok: true, acl });
      }),
    );
  });

  it('never throws and never reads half of a list', () => {
    const piece = fc.constantFrom(
      'user',
      'group',
      'mask',
      'other',
      ':',
      '::',
      ',',
      '\n',
      'r--',
      'rwx',
      '7',
      '#',
      'd:',
      '\0',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(piece).map((p) => p.join('')),
        ),
        (text) => {
          const reading = fromAclText(text, 1, 1);
          if (reading.ok) expect(fromAclText(printAclText(reading.acl), 1, 1)).toEqual(reading);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('fromMode', () => {
  it('is nine bits, without a mask', () => {
    expect(fromMode(0o100754, 5, 6)).toEqual({
      ok: true,
      acl: { owner: 5, group: 6, userObj: 7, users: [], groupObj: 5, groups: [], mask: null, other: 4 },
    });
  });

  it.each([
    { mode: 0o644, uid: -1, gid: 0 },
    { mode: 0o644, uid: 0, gid: 4294967295 },
    { mode: 0o644, uid: 0.5, gid: 0 },
    { mode: Number.NaN, uid: 0, gid: 0 },
    { mode: -1, uid: 0, gid: 0 },
  ])('refuses $mode of $uid and $gid', ({ mode, uid, gid }) => {
    expect(fromMode(mode, uid, gid).ok).toBe(false);
  });
});

describe('parsePosix', () => {
  it('reads mode, owner, group and list', () => {
    expect(parsePosix(`640:1001:100:${TEXT}`)).toEqual({ ok: true, acl: NAMED, warnings: [] });
  });

  it.each(['644', '0644', '00644', '2644', '01644'])('reads the mode %s', (mode) => {
    const parsed = parsePosix(`${mode}:1001:100`);
    expect(parsed.ok && modeOf(parsed.acl)).toBe(0o644);
  });

  it.each([
    { text: '', error: 'write MODE:UID:GID' },
    { text: '644', error: 'write MODE:UID:GID' },
    { text: '644:1', error: 'write MODE:UID:GID' },
    { text: '64:1:1', error: 'MODE "64" is not three to five octal digits' },
    { text: '100644:1:1', error: 'MODE "100644" is not' },
    { text: '648:1:1', error: 'MODE "648" is not' },
    { text: 'rw-r--r--:1:1', error: 'MODE "rw-r--r--" is not' },
    { text: '644:anna:1', error: 'UID "anna" is not a number' },
    { text: '644:1:-1', error: 'GID "-1" is not a number' },
    { text: '644::1', error: 'UID "" is not a number' },
    { text: '644:1:1:', error: 'ACLTEXT: user:: is missing' },
    { text: '644:1:1:user::rw', error: 'ACLTEXT "user::rw": ends in none of' },
    { text: '644:1:1:user::rw-,group::r--', error: 'ACLTEXT: other:: is missing' },
  ])('refuses $text', ({ text, error }) => {
    const parsed = parsePosix(text);
    expect(parsed.ok ? 'read' : parsed.error).toContain(error);
  });

  it('lets the list decide where the mode says something else, and warns', () => {
    expect(parsePosix(`777:1001:100:${TEXT}`)).toEqual({
      ok: true,
      acl: NAMED,
      warnings: ['ACLTEXT decides: it stands for mode 640, MODE says 777'],
    });
  });

  it('takes a mask that is left out from the group bits of the mode, and warns', () => {
    expect(parsePosix('640:1001:100:user::rw-,user:1002:r--,group::r--,other::---')).toEqual({
      ok: true,
      acl: NAMED,
      warnings: ['ACLTEXT has no mask:: and takes the group bits of MODE'],
    });
  });

  it('reads back what is printed, with the mode of the mask', () => {
    expect(printPosix({ ...NAMED, userObj: 6, users: [], groupObj: 4, mask: 0, other: 0 })).toBe(
      '600:1001:100:user::rw-,group::r--,mask::---,other::---',
    );
    fc.assert(
      fc.property(anyAcl(IDS, IDS), (acl) => {
        expect(parsePosix(printPosix(acl))).toEqual({ ok: true, acl, warnings: [] });
      }),
    );
  });
});
