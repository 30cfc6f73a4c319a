import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCli } from '../../support/run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'ntk-evaluate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const BOB = 'S-1-5-21-1-2-3-1001';
const EVERYONE = 'S-1-1-0';

async function evaluate(...options: readonly string[]): Promise<{ read: boolean; because: string }> {
  const { code, out } = await runCli('acl', 'evaluate', '--json', ...options);
  expect(code).toBe(0);
  return JSON.parse(out) as { read: boolean; because: string };
}

describe('ntk acl evaluate', () => {
  it.each([
    ['an allow for everyone', ['--sddl', 'D:(A;;FA;;;WD)', '--token', EVERYONE], true],
    [
      'a deny before it',
      ['--sddl', `D:(D;;FR;;;${BOB})(A;;FA;;;WD)`, '--token', `${BOB},${EVERYONE}`],
      false,
    ],
    [
      'an allow before the deny',
      ['--sddl', `D:(A;;FA;;;WD)(D;;FR;;;${BOB})`, '--token', `${BOB},${EVERYONE}`],
      true,
    ],
    ['a share that denies', ['--sddl', 'D:(A;;FA;;;WD)', '--share-sddl', 'D:', '--token', EVERYONE], false],
    ['a token without Everyone', ['--sddl', 'D:(A;;FA;;;WD)', '--token', BOB], false],
    [
      'an owner put in',
      ['--sddl', 'D:(D;;FR;;;OW)(A;;FA;;;WD)', '--owner-is', BOB, '--token', `${BOB},${EVERYONE}`],
      false,
    ],
    ['a SID in small letters', ['--sddl', `D:(A;;FA;;;${BOB})`, '--token', BOB.toLowerCase()], true],
    [
      'a named user of a POSIX list',
      [
        '--posix',
        '640:1001:100:user::rw-,user:1002:r--,group::r--,mask::r--,other::---',
        '--token',
        'uid:1002,gid:5',
      ],
      true,
    ],
    [
      'a member of a group that is shut out',
      ['--posix', '604:1001:100', '--token', 'uid:1002,gid:100'],
      false,
    ],
    [
      'a folder above without x',
      ['--posix', '644:0:0', '--ancestor', '755:0:0', '750:0:0', '--token', 'uid:1002,gid:100'],
      false,
    ],
  ] as const)('decides %s', async (_name, options, read) => {
    const answer = await evaluate(...options);
    expect(answer.read).toBe(read);
    expect(answer.because).not.toBe('');
  });

  it.each([
    ['a broken descriptor', ['--sddl', 'D:(A;;FA', '--token', EVERYONE], 'never closed'],
    ['a broken mode', ['--posix', '999:0:0', '--token', 'uid:1'], 'octal'],
    ['no token', ['--sddl', 'D:'], '--token'],
    ['neither kind', ['--token', EVERYONE], 'either sddl or posix'],
    ['a batch that is not there', ['--batch', 'none.jsonl'], 'there is no file'],
  ] as const)('refuses %s and says why', async (_name, options, message) => {
    const { code, err } = await runCli('acl', 'evaluate', ...options);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  it('answers a batch line by line, in order, and names what it cannot read', async () => {
    const file = join(folder, 'cases.jsonl');
    const lines = [
      JSON.stringify({ sddl: 'D:(A;;FA;;;WD)', token: [EVERYONE] }),
      'not JSON',
      JSON.stringify({ sddl: 'D:(A;;FA', token: [EVERYONE] }),
      JSON.stringify({ posix: '644:1001:100', ancestors: ['711:0:0'], token: ['uid:7', 'gid:7'] }),
      JSON.stringify({ posix: '644:1001:100', ancestors: ['700:0:0'], token: ['uid:7', 'gid:7'] }),
      JSON.stringify({ sddl: 'D:', posix: '644:0:0', token: [] }),
      JSON.stringify({ sddl: 'D:(A;;FA;;;WD)', token: [EVERYONE], shareSddl: 'D:(A;;FR;;;BA)' }),
      JSON.stringify({ sddl: 'D:(A;;FA;;;WD)', token: 'S-1-1-0' }),
    ];
    writeFileSync(file, lines.join('\n'));
    const { code, out } = await runCli('acl', 'evaluate', '--batch', file);
    expect(code).toBe(0);
    const answers = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { read: boolean; error?: string });
    expect(answers.map(({ read, error }) => (error === undefined ? read : 'error'))).toEqual([
      ...[true, 'error', 'error', true, false, 'error', false, 'error'],
    ]);
    expect(answers.every(({ read, error }) => error === undefined || read === false)).toBe(true);
  });
});
