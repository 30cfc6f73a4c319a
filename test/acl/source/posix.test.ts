import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  decide,
  descriptorHash,
  EVERYONE,
  FileDirectory,
  GetfaclReader,
  makeToken,
  PosixSource,
  principalId,
  shareId,
} from '../../../acl/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'ntk-posix-'));
const root = join(folder, 'share');

/** `getfacl` and the right to give files away: without them only refusals can be seen. */
const able = process.getuid?.() === 0 && installed();

function installed(): boolean {
  try {
    execFileSync('getfacl', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function source(command = 'getfacl'): PosixSource {
  const shareEntries = [{ effect: 'allow', principal: EVERYONE, origin: 'share' }] as const;
  const reader = new GetfaclReader({ command, fileSystems: { has: () => true } });
  return new PosixSource({ share: shareId('docs'), root, shareEntries, knows: () => true, reader });
}

function file(path: string, mode: number, uid: number, gid: number): void {
  writeFileSync(join(root, path), path);
  chownSync(join(root, path), uid, gid);
  chmodSync(join(root, path), mode);
}

async function mayRead(path: string, login: string): Promise<boolean> {
  const reading = await source().descriptorOf(path);
  const directory = await new FileDirectory(join(folder, 'directory.yaml')).read(0);
  if (directory.kind !== 'complete') throw new Error(directory.detail);
  const { snapshot } = directory;
  const made = makeToken({ user: principalId(`user:${login}`), snapshot, now: 0, maxStalenessSeconds: 9 });
  return reading.ok && made.ok && decide(reading.descriptor, made.token).read;
}

beforeAll(() => {
  mkdirSync(join(root, 'hr'), { recursive: true });
  writeFileSync(
    join(folder, 'directory.yaml'),
    `users:
  - { id: ann, uid: 4001 }
  - { id: bob, uid: 4002 }
  - { id: eve }
groups:
  - { id: hr, gid: 4100, users: [ann] }
  - { id: all, gid: 4200, users: [bob], groups: [hr] }
`,
  );
  if (!able) return;
  chmodSync(root, 0o755);
  file('open.txt', 0o644, 0, 0);
  file('own.txt', 0o600, 4001, 4200);
  file('group.txt', 0o640, 0, 4200);
  file('not-the-group.txt', 0o604, 0, 4200);
  file('hr/plan.txt', 0o644, 0, 0);
  chownSync(join(root, 'hr'), 0, 4100);
  chmodSync(join(root, 'hr'), 0o750);
  file('named.txt', 0o600, 0, 0);
  execFileSync('setfacl', ['-m', 'u:4002:r', join(root, 'named.txt')]);
  symlinkSync('open.txt', join(root, 'link.txt'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!able)('a share with POSIX permissions', () => {
  it.each([
    ['open.txt', 'ann bob'],
    ['own.txt', 'ann'],
    ['group.txt', 'ann bob'],
    ['not-the-group.txt', ''],
    ['hr/plan.txt', 'ann'],
    ['named.txt', 'bob'],
  ])('lets read %s: %s', async (path, readers) => {
    const can: string[] = [];
    for (const login of ['ann', 'bob', 'eve']) if (await mayRead(path, login)) can.push(login);
    expect(can.join(' ')).toBe(readers);
  });

  it('gives files with equal lists below equal folders one scope', async () => {
    file('twin.txt', 0o644, 0, 0);
    const [one, two, below] = await Promise.all(
      ['open.txt', 'twin.txt', 'hr/plan.txt'].map((path) => source().descriptorOf(path)),
    );
    if (!one?.ok || !two?.ok || !below?.ok) throw new Error('unreadable');
    expect(descriptorHash(one.descriptor)).toBe(descriptorHash(two.descriptor));
    expect(descriptorHash(below.descriptor)).not.toBe(descriptorHash(one.descriptor));
  });

  it('sees a change after refresh', async () => {
    const own = source();
    file('later.txt', 0o644, 0, 0);
    const before = await own.descriptorOf('later.txt');
    chmodSync(join(root, 'later.txt'), 0o600);
    own.refresh();
    expect(await own.descriptorOf('later.txt')).not.toEqual(before);
  });
});

describe.skipIf(!able)('a group that the directory does not know', () => {
  it.each([
    ['that is shut out while others are let in', 0o604, false],
    ['that is let in like the others', 0o644, true],
    ['that is shut out like the others', 0o600, true],
  ])('%s leaves the list readable: mode %o, %s', async (_name, mode, ok) => {
    file('unknown-group.txt', mode, 0, 4999);
    const shareEntries = [{ effect: 'allow', principal: EVERYONE, origin: 'share' }] as const;
    const reader = new GetfaclReader({ fileSystems: { has: () => true } });
    const own = new PosixSource({ share: shareId('docs'), root, shareEntries, knows: () => false, reader });
    expect(await own.descriptorOf('unknown-group.txt')).toMatchObject({ ok });
  });
});

describe('POSIX permissions that cannot be read', () => {
  it.each(['none.txt', 'link.txt', '../outside'])('refuse %s', async (path) => {
    expect(await source().descriptorOf(path)).toMatchObject({ ok: false, reason: 'acl-unreadable' });
  });

  it('refuse every file where the program is missing', async () => {
    writeFileSync(join(root, 'a.txt'), 'a');
    expect(await source('no-such-program').descriptorOf('a.txt')).toMatchObject({ ok: false });
  });
});

describe('the directory file', () => {
  it.each([
    ['a uid that is nobody', 'users:\n  - { id: a, uid: 4294967295 }\n'],
    ['a SID that is none', 'users:\n  - { id: a, sid: S-1-x }\n'],
  ])('with %s is incomplete', async (_name, text) => {
    const path = join(folder, 'bad.yaml');
    writeFileSync(path, text);
    expect((await new FileDirectory(path).read(0)).kind).toBe('incomplete');
  });

  it('gives the token the ids of other systems, groups included, and how they were reached', async () => {
    const path = join(folder, 'ids.yaml');
    writeFileSync(
      path,
      'users:\n  - { id: a, uid: 7, sid: S-1-5-21-1-2-3-1001 }\ngroups:\n  - { id: g, gid: 8, users: [a] }\n',
    );
    const reading = await new FileDirectory(path).read(0);
    if (reading.kind !== 'complete') throw new Error(reading.detail);
    const { snapshot } = reading;
    const made = makeToken({ user: principalId('user:a'), snapshot, now: 0, maxStalenessSeconds: 9 });
    if (!made.ok) throw new Error(made.refusal.kind);
    for (const id of ['uid:7', 'gid:8', 'S-1-5-21-1-2-3-1001', 'S-1-1-0', 'S-1-5-11']) {
      expect(made.token.principals.has(principalId(id)), id).toBe(true);
    }
    expect(made.token.via.get(principalId('gid:8'))).toBe('group:g');
  });
});
