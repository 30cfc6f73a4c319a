import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decide, principalId, shareId } from '../../acl/index.ts';
import { explain } from '../../src/admin/index.ts';
import { type Core, ingest, openCore } from '../../src/compose/index.ts';
import { toConfig } from '../../src/config/index.ts';
import { ntAclV1 } from '../acl/samba/write-ntacl.ts';
import { hasSmbd, Smbd } from './smbd.ts';

const USERS = ['ann', 'bob', 'cat', 'dan'] as const;
const GROUPS = { staff: ['ann', 'bob'], hr: ['cat'] };
const NOGROUP = 65_534;
const SHARES = ['ignored', 'enforced'] as const;
/** Shares whose smb.conf says something that is not followed here. */
const REFUSED = ['valid', 'plain', 'forced'] as const;
const SEEDS = { ignored: 7, enforced: 11 } as const;
const FILES = 100;

const READ = '0x120089';
const READ_AND_EXECUTE = '0x1200a9';
const CHANGE = '0x1301bf';
const FULL = '0x1f01ff';
/**
 * Writing alone, without READ_CONTROL: smbclient asks for that when it reads, so that denying it would deny reading
 * to this client, though not to one that asks for the data alone.
 */
const WRITE = '0x116';

const folder = mkdtempSync(join(tmpdir(), 'ntk-samba-xattr-'));
let smbd: Smbd;
let core: Core;

/** Numbers from 0 up to 1, the same every time (Numerical Recipes, 7.1). */
function randomOf(seed: number): { below: (n: number) => number; pick: <T>(list: readonly T[]) => T } {
  let state = seed;
  const below = (n: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  return { below, pick: (list) => list[below(list.length)] as (typeof list)[number] };
}

function place(share: string, path: string, mode = 0o666, owner = 0, group = 0): string {
  const at = join(smbd.root(share), path);
  writeFileSync(at, `The zebra of ${path}.\n`);
  chownSync(at, owner, group);
  chmodSync(at, mode);
  return at;
}

function placeFolder(share: string, path: string, mode: number, owner = 0, group = 0): void {
  const at = join(smbd.root(share), path);
  mkdirSync(at);
  chownSync(at, owner, group);
  chmodSync(at, mode);
}

/** Sets permissions through Samba; a busy machine may take longer than its client waits. */
async function store(share: string, path: string, sddl: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await smbd.setSddl(share, path, sddl);
    } catch (error) {
      if (tries === 5 || !String(error).includes('NT_STATUS_IO_TIMEOUT')) throw error;
    }
  }
}

const staff = (): string => `S-1-22-2-${smbd.gid('staff')}`;

/** Who reads each path by our own reading, or why it was refused. */
async function ours(share: string, paths: readonly string[]): Promise<string[]> {
  const source = await core.aclOf(shareId(share));
  if (source === null) throw new Error(share);
  const tokens = await Promise.all(
    USERS.map(async (user) => [user, await core.tokenOf(principalId(`user:${user}`))] as const),
  );
  const readings = await Promise.all(paths.map((path) => source.descriptorOf(path)));
  return readings.map((reading) => {
    if (!reading.ok) return `${reading.reason}: ${reading.detail}`;
    const readers = tokens.filter(([, made]) => made.ok && decide(reading.descriptor, made.token).read);
    return readers.map(([user]) => user).join(' ');
  });
}

/** Whom the server lets open each path. */
async function theirs(share: string, paths: readonly string[]): Promise<string[]> {
  const answers = await Promise.all(
    USERS.map(async (user) => [user, await smbd.canRead(user, share, paths)] as const),
  );
  return paths.map((_, at) =>
    answers
      .filter(([, opened]) => opened[at])
      .map(([user]) => user)
      .join(' '),
  );
}

const named = (paths: readonly string[], readers: readonly string[]): string[] =>
  paths.map((path, at) => `${path}: ${readers[at]}`);

beforeAll(async () => {
  if (!hasSmbd) return;
  const kept = { 'vfs objects': 'acl_xattr' };
  smbd = await Smbd.start({
    shares: {
      ignored: { ...kept, 'acl_xattr:ignore system acls': 'yes' },
      enforced: kept,
      valid: { ...kept, 'valid users': '@nobody-at-all' },
      plain: {},
      forced: { ...kept, 'force group': 'nogroup' },
    },
    users: USERS,
    groups: GROUPS,
  });
  const domain = smbd.sid('ann').replace(/-\d+$/, '');
  const users = USERS.map((user) => `  - { id: ${user}, uid: ${smbd.uid(user)}, sid: ${smbd.sid(user)} }`);
  writeFileSync(
    join(folder, 'directory.yaml'),
    `users:
${users.join('\n')}
groups:
  - { id: staff, gid: ${smbd.gid('staff')}, users: [ann, bob] }
  - { id: hr, gid: ${smbd.gid('hr')}, users: [cat] }
  - { id: nogroup, gid: ${NOGROUP}, users: [${USERS.join(', ')}] }
  - { id: root, gid: 0, users: [] }
  - { id: domain-users, sid: ${domain}-513, users: [${USERS.join(', ')}] }
`,
  );
  const shares = [...SHARES, ...REFUSED].map(
    (name) => `  - name: ${name}
    path: ${smbd.root(name)}
    acl:
      source: windows-xattr
      attribute: security.NTACL
      systemAcls: ${name === 'ignored' ? 'ignored' : 'enforced'}
      sambaShare: ${name}
      sambaConfig: ${smbd.conf}
`,
  );
  core = await openCore(
    toConfig(
      join(folder, 'need-to-know.yaml'),
      `data: ./data\nshares:\n${shares.join('')}directory: { source: file, path: ./directory.yaml }\n`,
    ),
  );
});

afterAll(async () => {
  await core?.close();
  await smbd?.remove();
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!hasSmbd)('a share on the machine of its Samba server', () => {
  it.each(SHARES)('shows each person what the server opens for them, POSIX lists being %s', async (share) => {
    const { below, pick } = randomOf(SEEDS[share]);
    const sids = [
      ...USERS.map((user) => smbd.sid(user)),
      ...[staff(), `S-1-22-2-${smbd.gid('hr')}`, 'S-1-1-0', 'S-1-5-11', 'S-1-3-0', 'S-1-3-4'],
    ];
    const paths = Array.from({ length: FILES }, (_, n) => `random-${n}.txt`);
    for (const path of paths) {
      place(share, path, 0o666, smbd.uid(pick(USERS)), pick([NOGROUP, smbd.gid('staff')]));
      const aces = Array.from({ length: 1 + below(4) }, () => {
        // smbd 4.17 runs in circles over some lists with inherited denials when it makes POSIX lists of them.
        const inherited = share === 'ignored' ? ['ID'] : [];
        const allowed = pick([FULL, READ, READ, READ_AND_EXECUTE, WRITE, CHANGE]);
        return below(3) === 0
          ? `(D;${pick(['', '', 'OIIO', ...inherited])};${pick([FULL, READ, WRITE])};;;${pick(sids)})`
          : `(A;${pick(['', '', 'OIIO', 'ID'])};${allowed};;;${pick(sids)})`;
      });
      const sddl = `O:${smbd.sid(pick(USERS))}G:${staff()}D:${pick(['', 'P', 'AI'])}${aces.join('')}`;
      await store(share, path, sddl);
    }
    const server = await theirs(share, paths);
    expect(new Set(server).size).toBeGreaterThan(8);
    expect(named(paths, await ours(share, paths))).toEqual(named(paths, server));
  });

  it.each(SHARES)('asks the kernel at every folder, POSIX lists being %s', async (share) => {
    const closed = { owner: smbd.uid('ann'), group: smbd.gid('staff') };
    placeFolder(share, 'for-staff', 0o750, closed.owner, closed.group);
    placeFolder(share, 'for-ann', 0o700, closed.owner, closed.group);
    placeFolder(share, 'not-bob', 0o755, closed.owner, NOGROUP);
    execFileSync('setfacl', ['-m', `u:${smbd.uid('bob')}:---`, join(smbd.root(share), 'not-bob')]);
    const paths = ['for-staff/a.txt', 'for-ann/b.txt', 'not-bob/c.txt'];
    for (const path of paths) {
      place(share, path);
      await store(share, path, `O:${smbd.sid('ann')}G:${staff()}D:(A;;${FULL};;;S-1-1-0)`);
    }
    const server = await theirs(share, paths);
    expect(server).toEqual(['ann bob', 'ann', 'ann cat dan']);
    expect(await ours(share, paths)).toEqual(server);
  });

  it.each(SHARES)(
    'shows files that Samba never wrote as the server does, POSIX lists being %s',
    async (share) => {
      const ann = smbd.uid('ann');
      const modes = [0o644, 0o640, 0o604, 0o600, 0o444, 0o000, 0o040, 0o004];
      const paths = modes.map((mode) => `beside-${mode.toString(8)}.txt`);
      for (const [at, path] of paths.entries()) place(share, path, modes[at], ann, smbd.gid('staff'));
      const server = await theirs(share, paths);
      expect(server).toContain('ann cat dan');
      expect(named(paths, await ours(share, paths))).toEqual(named(paths, server));
    },
  );

  it('shows files with a POSIX list that Samba never wrote as the server does', async () => {
    const lists = ['u:UID:r--', 'u:UID:---', 'u:UID:rw-,m::r--', 'g:GID:r--', 'g:GID:---'];
    const paths = lists.map((_, at) => `listed-${at}.txt`);
    for (const [at, path] of paths.entries()) {
      const file = place('enforced', path, at === 0 ? 0o640 : 0o644, smbd.uid('ann'), smbd.gid('staff'));
      const list = (lists[at] ?? '')
        .replace('UID', String(smbd.uid('dan')))
        .replace('GID', String(smbd.gid('hr')));
      execFileSync('setfacl', ['-m', list, file]);
    }
    const server = await theirs('enforced', paths);
    expect(named(paths, await ours('enforced', paths))).toEqual(named(paths, server));
  });

  it('hides a file whose POSIX list the server ignores and that has no descriptor', async () => {
    const file = place('ignored', 'listed.txt', 0o640, smbd.uid('ann'), smbd.gid('staff'));
    execFileSync('setfacl', ['-m', `u:${smbd.uid('dan')}:r--`, file]);
    expect(await theirs('ignored', ['listed.txt'])).toEqual(['ann bob']);
    expect(await ours('ignored', ['listed.txt'])).toEqual([
      expect.stringMatching(/^acl-unreadable: .*no descriptor/),
    ]);
  });

  it('hides a file whose permissions were changed past Samba', async () => {
    const file = place('enforced', 'stale.txt');
    await store('enforced', 'stale.txt', `O:${smbd.sid('ann')}D:(A;;${FULL};;;S-1-1-0)`);
    expect(await ours('enforced', ['stale.txt'])).toEqual(await theirs('enforced', ['stale.txt']));
    chmodSync(file, 0o640);
    // The server now follows the mode; that is never wider than hiding it.
    expect(await ours('enforced', ['stale.txt'])).toEqual([
      expect.stringMatching(/^acl-unreadable: .*past Samba/),
    ]);
  });

  it('follows the mode as well where the server ignores it', async () => {
    const file = place('ignored', 'narrow.txt', 0o666, smbd.uid('ann'), smbd.gid('staff'));
    await store('ignored', 'narrow.txt', `O:${smbd.sid('ann')}D:(A;;${FULL};;;S-1-1-0)`);
    expect(await ours('ignored', ['narrow.txt'])).toEqual(['ann bob cat dan']);
    chmodSync(file, 0o640);
    const server = await theirs('ignored', ['narrow.txt']);
    expect(server).toEqual(['ann bob']);
    expect(await ours('ignored', ['narrow.txt'])).toEqual(server);
  });

  it('follows entries in the order in which they are stored', async () => {
    const lists = [
      `D:(A;;${READ};;;S-1-1-0)(D;ID;${READ};;;${smbd.sid('bob')})`,
      `D:(D;;${READ};;;${smbd.sid('bob')})(A;;${READ};;;S-1-1-0)`,
      `D:(A;;${READ};;;${smbd.sid('cat')})(D;;${READ};;;S-1-1-0)(A;;${FULL};;;${smbd.sid('dan')})`,
      'D:NO_ACCESS_CONTROL',
      'D:',
    ];
    const paths = lists.map((_, at) => `ordered-${at}.txt`);
    for (const [at, path] of paths.entries()) {
      const file = place('ignored', path);
      const value = ntAclV1(`O:${smbd.sid('ann')}${lists[at]}`);
      execFileSync('setfattr', ['-n', 'security.NTACL', '-v', `0x${value.toString('hex')}`, file]);
    }
    const server = await theirs('ignored', paths);
    expect(server.slice(0, 3)).toEqual(['ann bob cat dan', 'ann cat dan', 'cat']);
    expect(named(paths, await ours('ignored', paths))).toEqual(named(paths, server));
  });

  it('hides a file whose descriptor denies somebody the directory does not know', async () => {
    place('ignored', 'unknown.txt');
    const sddl = `O:${smbd.sid('ann')}D:(D;;${READ};;;S-1-22-2-4711)(A;;${FULL};;;S-1-1-0)`;
    await store('ignored', 'unknown.txt', sddl);
    expect(await ours('ignored', ['unknown.txt'])).toEqual([expect.stringContaining('S-1-22-2-4711')]);
  });

  it('asks the list of the share', async () => {
    place('ignored', 'shared.txt');
    await store('ignored', 'shared.txt', `O:${smbd.sid('ann')}D:(A;;${FULL};;;S-1-1-0)`);
    await smbd.setShareSddl('ignored', `D:(D;;${READ};;;${smbd.sid('dan')})(A;;${FULL};;;S-1-1-0)`);
    const server = await theirs('ignored', ['shared.txt']);
    expect(server).toEqual(['ann bob cat']);
    expect(await ours('ignored', ['shared.txt'])).toEqual(server);
    await smbd.setShareSddl('ignored', `D:(A;;${FULL};;;S-1-1-0)`);
  });

  it.each([
    ['valid', 'valid users'],
    ['plain', 'acl_xattr'],
    ['forced', 'force group'],
  ] as const)('refuses share %s, whose smb.conf decides by %s', async (share, why) => {
    place(share, 'a.txt', 0o644);
    expect(await ours(share, ['a.txt'])).toEqual([expect.stringContaining(why)]);
  });

  it('is ingested, and explained entry by entry down to the kernel', async () => {
    await ingest(core, { rebuild: false, onEvent: () => {} });
    const document = await core.catalog.documentAt(shareId('ignored'), 'for-staff/a.txt');
    const cat = await core.tokenOf(principalId('user:cat'));
    if (document === null || !cat.ok) throw new Error('not there');
    const told = await explain(core.catalog, document, cat.token, await core.aclOf(shareId('ignored')));
    expect(told).toMatchObject({ read: false, changed: false });
    expect(told.because).toContain('for-staff');
    expect(told.entries.some(({ principal }) => principal === 'S-1-1-0')).toBe(true);
    expect(told.entries.some(({ part }) => part === 'folder')).toBe(true);
  });
});
