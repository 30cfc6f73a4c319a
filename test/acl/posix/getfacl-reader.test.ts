import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseGetfacl } from '../../../acl/posix/getfacl-output.ts';
import { GetfaclReader } from '../../../acl/posix/getfacl-reader.ts';
import { modeOf, type PosixReading } from '../../../acl/posix/posix-acl.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const TWO = `# file: /srv/a\\012b\\\\c
# owner: 1001
# group: 100
# flags: -s-
user::rw-
user:1002:rw-	#effective:r--
group::r--
mask::r--
other::---

# file: /srv/plain
# owner: 0
# group: 0
user::rw-
group::r--
other::r--

`;

describe('parseGetfacl', () => {
  it('takes blocks apart and undoes the quoting of names', () => {
    const readings = parseGetfacl(TWO);
    expect([...readings.keys()]).toEqual(['/srv/a\nb\\c', '/srv/plain']);
    expect(readings.get('/srv/a\nb\\c')).toMatchObject({
      ok: true,
      acl: { owner: 1001, users: [{ uid: 1002, perm: 6 }], mask: 4 },
    });
  });

  it.each([
    { name: 'cut off within an entry', output: TWO.slice(0, TWO.indexOf('mask::r') + 6) },
    { name: 'cut off between entries', output: TWO.slice(0, TWO.indexOf('other')) },
    { name: 'with names for numbers', output: TWO.replace('# owner: 1001', '# owner: anna') },
    { name: 'without a group', output: TWO.replace('# group: 100\n', '') },
    { name: 'with one path twice', output: TWO + TWO },
  ])('gives an error for a block $name', ({ output }) => {
    expect(parseGetfacl(output).get('/srv/a\nb\\c')?.ok).toBe(false);
  });
});

const hasGetfacl = works('getfacl');

/** Where lists cannot be read, every path is an error; both are said by the same names below. */
describe.runIf(hasGetfacl)('GetfaclReader', () => {
  // Any file system may be under the temporary folder of a test machine.
  const anywhere = new GetfaclReader({ fileSystems: { has: () => true } });

  it('reads paths with line ends, dashes, backslashes, quotes and other alphabets', async () => {
    const root = tempFolder();
    const names = [
      '-a',
      '--',
      'a\nb',
      'a\n\n# file: b',
      'a\\012b',
      'a\\',
      'é 日本\t#',
      '\'"$(x)`',
      ' ',
      '\r',
    ];
    const paths = names.map((name) => join(root, name));
    for (const [index, path] of paths.entries()) {
      writeFileSync(path, '');
      chmodSync(path, 0o600 + index);
    }
    const readings = await anywhere.read([root, ...paths]);
    expect(paths.map((path) => mode(readings.get(path)))).toEqual(names.map((_, index) => 0o600 + index));
    expect(readings.size).toBe(names.length + 1);
  });

  it('answers for every path, in more than one call of getfacl', async () => {
    const root = tempFolder();
    const paths = Array.from({ length: 1_200 }, (_, index) => join(root, String(index)));
    for (const path of paths) writeFileSync(path, '');
    const readings = await anywhere.read([...paths, ...paths]);
    expect(readings.size).toBe(paths.length);
    expect([...readings.values()].every(({ ok }) => ok)).toBe(true);
  });

  it('gives each path its own trouble', async () => {
    const root = tempFolder();
    const file = join(root, 'file');
    writeFileSync(file, '');
    symlinkSync(file, join(root, 'link'));
    mkdirSync(join(root, 'folder'));
    const missing = join(root, 'missing');
    const readings = await anywhere.read([
      file,
      join(root, 'link'),
      missing,
      'relative',
      `${file}\0`,
      `${root}/\ud800`,
      '/dev/null',
      join(root, 'folder'),
    ]);
    expect(Object.fromEntries([...readings].map(([path, reading]) => [path, said(reading)]))).toEqual({
      [file]: 'read',
      [join(root, 'link')]: 'is a symbolic link',
      [missing]: 'could not be read (ENOENT)',
      relative: 'is not an absolute path',
      [`${file}\0`]: 'is not an absolute path',
      [`${root}/\ud800`]: 'is not well-formed text',
      '/dev/null': 'is neither a file nor a folder',
      [join(root, 'folder')]: 'read',
    });
  });
});

describe('GetfaclReader in trouble', () => {
  const trouble = (command: string, timeoutMs?: number): GetfaclReader =>
    new GetfaclReader({
      command,
      fileSystems: { has: () => true },
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });

  it('does not fall back to mode bits where getfacl is missing', async () => {
    const root = tempFolder();
    const readings = await trouble(join(root, 'no-such-program')).read([root]);
    expect(said(readings.get(root))).toContain('is not installed');
  });

  it.each([
    { name: 'prints nothing', script: 'exit 0', error: 'getfacl could not read it' },
    { name: 'fails', script: 'exit 2', error: 'getfacl did not finish (2)' },
    { name: 'dies', script: 'kill -9 $$', error: 'getfacl did not finish (SIGKILL)' },
    { name: 'hangs', script: 'exec sleep 20', error: 'getfacl did not finish (SIGTERM)' },
  ])('gives an error where getfacl $name', async ({ script, error }) => {
    const root = tempFolder();
    expect(said((await trouble(program(script), 500).read([root])).get(root))).toBe(error);
  });

  it.each([
    { name: 'another mode', lines: '# owner: OWNER,# group: GROUP,user::rwx,group::rwx,other::rwx' },
    { name: 'another owner', lines: '# owner: 4242,# group: GROUP,user::rwx,group::---,other::---' },
  ])('gives an error where getfacl tells of $name', async ({ lines }) => {
    const root = tempFolder();
    chmodSync(root, 0o700);
    const script = `for path; do :; done; printf '# file: %s\\n' "$path"
      echo '${lines}' | sed "s/OWNER/$(id -u)/; s/GROUP/$(stat -c %g "$path")/" | tr , '\\n'`;
    expect(said((await trouble(program(script)).read([root])).get(root))).toContain(
      'changed while it was read',
    );
  });

  it('gives an error on a file system whose mode bits do not decide', async () => {
    const root = tempFolder();
    const readings = await new GetfaclReader({ fileSystems: new Set<number>() }).read([root]);
    expect(said(readings.get(root))).toContain('does not decide by POSIX lists alone');
  });

  it('answers nothing when asked for nothing', async () => {
    expect(await new GetfaclReader().read([])).toEqual(new Map());
  });
});

function program(script: string): string {
  const path = join(tempFolder(), 'getfacl');
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}

const said = (reading: PosixReading | undefined): string | undefined =>
  reading === undefined ? undefined : reading.ok ? 'read' : reading.error;

const mode = (reading: PosixReading | undefined): number | string | undefined =>
  reading?.ok ? modeOf(reading.acl) : said(reading);

function works(command: string): boolean {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
