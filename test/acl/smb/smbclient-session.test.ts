import { describe, expect, it } from 'vitest';
import { askingTrouble, parseShown, showCommands } from '../../../acl/smb/smbclient-session.ts';
import { printSddl } from '../../../acl/windows/sddl.ts';

const MARK = 'need-to-know-0011';
const LIST =
  'revision: 1\ntype: 0x8004: SEC_DESC_DACL_PRESENT SEC_DESC_SELF_RELATIVE \nDACL\n\tACL\tNum ACEs:\t1\trevision:\t2\n\t---\n\tACE\n\t\ttype: ACCESS ALLOWED (0) flags: 0x00 \n\t\tSpecific bits: 0x89\n\t\tPermissions: 0x120089: SYNCHRONIZE_ACCESS READ_CONTROL_ACCESS \n\t\tSID: S-1-1-0\n\n\tOwner SID:\tS-1-22-1-0\n\tGroup SID:\tS-1-22-2-0\n';
const STATS = 'MODE:N\nSIZE:3\nMTIME:Sat Nov 21 13:12:02 2026\n';
const SPACE = '\n\t\t264212084 blocks of size 1024. 81447948 blocks available\n';
const shown = (name: string, list = LIST): string => `FILENAME:${name}\n${STATS}${list}${SPACE}`;

const start = `Try "help" to get a list of possible commands.\n${MARK}-start: command not found\n`;
const answers = (...parts: readonly string[]): string =>
  start + parts.map((part, at) => `${part}${MARK}-${at}: command not found\n`).join('');

function read(output: string, ...paths: readonly string[]): string[] {
  return [...parseShown(output, paths, MARK).values()].map((reading) =>
    reading.ok ? printSddl(reading.descriptor) : `${reading.reason}: ${reading.error}`,
  );
}
const SDDL = 'O:S-1-22-1-0G:S-1-22-2-0D:(A;;FR;;;WD)';

describe('a session with smbclient', () => {
  it('asks for each path between two marks', () => {
    expect(showCommands(['a.txt', 'b c/d.txt'], MARK)).toBe(
      `showacls\n${MARK}-start\nls "\\a.txt"\n${MARK}-0\nls "\\b c\\d.txt"\n${MARK}-1\n`,
    );
  });

  it('gives the descriptor of each path', () => {
    expect(read(answers(shown('a.txt'), shown('d.txt')), 'a.txt', 'b c/d.txt')).toEqual([SDDL, SDDL]);
  });

  it.each(['NO_SUCH_FILE', 'OBJECT_NAME_NOT_FOUND', 'OBJECT_PATH_NOT_FOUND'])(
    'takes %s for a file that is not there',
    (status) => {
      const [one] = read(answers(`NT_STATUS_${status} listing \\a.txt\n`), 'a.txt');
      expect(one).toMatch(/^missing: /);
    },
  );

  it.each([
    ['a folder that is closed to the account', 'NT_STATUS_ACCESS_DENIED listing \\a.txt\n', /ACCESS_DENIED/],
    ['a list that is closed to the account', shown('a.txt', ''), /acl\.user/],
    ['a name in other letters', shown('A.TXT'), /another name/],
    ['two files', shown('a.txt') + shown('a.txt'), /not understood/],
    ['a list of another file behind it', shown('a.txt', '') + shown('b.txt'), /not understood/],
    ['no stats', `FILENAME:a.txt\n${LIST}`, /not understood/],
    ['no owner', shown('a.txt', LIST.replace(/\tOwner SID.*\n/, '')), /no owner/],
    ['nothing', '', /another name/],
  ])('refuses a path for %s', (_, part, says) => {
    const [one, two] = read(answers(part, shown('b.txt')), 'a.txt', 'b.txt');
    expect(one).toMatch(/^unreadable: /);
    expect(one).toMatch(says);
    expect(two).toBe(SDDL);
  });

  it('refuses what was not answered when the connection ended', () => {
    const output = answers(shown('a.txt'), shown('b.txt'), shown('c.txt'));
    const cut = output.indexOf('FILENAME:b.txt') + 200;
    const [one, ...rest] = read(output.slice(0, cut), 'a.txt', 'b.txt', 'c.txt');
    expect(one).toBe(SDDL);
    expect(rest).toEqual(
      Array(2).fill('unreadable: the connection to the server ended before it was answered'),
    );
  });

  it('refuses everything when the session never began', () => {
    expect(read('session setup failed: NT_STATUS_LOGON_FAILURE\n', 'a.txt')[0]).toMatch(/^unreadable/);
  });

  it.each([
    'a"b',
    'a\nls "b',
    'a*',
    'a?',
    'a<b',
    'a|b',
    'a:b',
    'a\\b',
    '../a',
    './a',
    'a//b',
    'a./b',
    'a /b',
    'a.',
    'a ',
    '\ud800',
    `${'x'.repeat(4_001)}`,
  ])('does not ask for %j', (path) => {
    expect(askingTrouble(path)).toMatch(/\w+ \w+/);
  });

  it.each(['a.txt', '.hidden', 'b c/ü €.txt', 'a;b', "o'clock", '-a', '$(x)`y`', '%s', '!x', '日本/語.txt'])(
    'asks for %j',
    (path) => {
      expect(askingTrouble(path)).toBeNull();
    },
  );
});
