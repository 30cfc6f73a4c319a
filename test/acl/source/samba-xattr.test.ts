import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  decide,
  declaredShare,
  descriptorHash,
  EVERYONE,
  GetfaclReader,
  GetfattrReader,
  principalId,
  SambaXattrSource,
  shareId,
} from '../../../acl/index.ts';
import { fromMode } from '../../../acl/posix/posix-acl.ts';
import { posixListHash } from '../../../acl/samba/list-hash.ts';
import type { SambaShareSource } from '../../../acl/samba/share.ts';
import type { SambaXattrOptions } from '../../../acl/source/samba-xattr.ts';
import { descriptorSourceContract } from '../../contracts/descriptor-source.ts';
import { entries, tokenOf } from '../../support/access.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { descriptorOf, type NtAclText, ntAcl } from '../samba/write-ntacl.ts';
import { hasAttributes } from '../xattr/has-attributes.ts';

const attribute = 'user.ntk.ntacl';
const ANNA = 'S-1-5-21-1-2-3-1001';
const BOB = 'S-1-5-21-1-2-3-1002';
const EVE = 'S-1-5-21-1-2-3-1003';
const DIRECTORY = {
  users: ['anna', 'bob'],
  aliases: { anna: [ANNA, 'uid:4001'], bob: [BOB, 'uid:4002'] },
};
const KNOWN: ReadonlySet<string> = new Set([ANNA, BOB, 'uid:4001', 'uid:4002', `gid:${process.getgid?.()}`]);
const OPEN = 'O:BAD:(A;;FA;;;WD)';
const FOR_ANNA = `O:BAD:(A;;FA;;;${ANNA})`;
const NO_LIST = 'D:(A;;FA;;;WD)';

/** What Samba writes beside the list that a file has now. */
function sealed(path: string): NtAclText {
  const { mode, uid, gid } = lstatSync(path);
  const list = fromMode(mode, uid, gid);
  if (!list.ok) throw new Error(list.error);
  return { version: 4, hash: posixListHash(list.acl, mode) };
}

function put(root: string, path: string, sddl: string | null, text?: NtAclText): void {
  const at = join(root, path);
  mkdirSync(join(at, '..'), { recursive: true });
  writeFileSync(at, path);
  chmodSync(at, 0o644);
  if (sddl !== null) store(at, ntAcl(text ?? sealed(at), descriptorOf(sddl)));
}

function store(at: string, value: Buffer): void {
  execFileSync('setfattr', ['-n', attribute, '-v', `0x${value.toString('hex')}`, '--', at]);
}

const told = (withoutDescriptor: 'mode' | 'unknown', list = NO_LIST): SambaShareSource => ({
  ...declaredShare(descriptorOf(list)),
  read: async () => ({ ok: true, value: { shareLevel: descriptorOf(list), withoutDescriptor } }),
});

function sourceOf(root: string, changed: Partial<SambaXattrOptions> = {}): SambaXattrSource {
  chmodSync(root, 0o755);
  return new SambaXattrSource({
    share: shareId('docs'),
    root,
    shareEntries: entries('allow everyone'),
    knows: (principal) => KNOWN.has(principal),
    reader: new GetfaclReader({ fileSystems: { has: () => true } }),
    attributes: new GetfattrReader({ attribute, kind: 'listed' }),
    systemAcls: 'enforced',
    samba: declaredShare(descriptorOf(NO_LIST)),
    ...changed,
  });
}

async function readers(source: SambaXattrSource, path: string): Promise<string> {
  const reading = await source.descriptorOf(path);
  if (!reading.ok) return `${reading.reason}: ${reading.detail}`;
  const { descriptor } = reading;
  return DIRECTORY.users.filter((user) => decide(descriptor, tokenOf(user, DIRECTORY)).read).join(' ');
}

/** Who reads `a.txt` of a share made for the occasion. */
async function readersOfOne(
  sddl: string | null,
  text?: NtAclText,
  changed: Partial<SambaXattrOptions> = {},
): Promise<string> {
  const root = tempFolder();
  put(root, 'a.txt', sddl, text);
  return readers(sourceOf(root, changed), 'a.txt');
}

const able = hasAttributes && spawnSync('getfacl', ['--version']).status === 0;

if (able) {
  descriptorSourceContract('the source of stored Samba descriptors', async () => {
    const root = tempFolder();
    put(root, 'open.txt', OPEN);
    put(root, 'closed/x.txt', FOR_ANNA);
    return {
      source: sourceOf(root),
      directory: DIRECTORY,
      tellsApart: true,
      breakIt: async () => {
        store(join(root, 'closed/x.txt'), Buffer.from('0400040000', 'hex'));
        return true;
      },
    };
  });
}

describe.runIf(able)('descriptors that Samba stored', () => {
  it('let those read whom they name', async () => {
    expect(await readersOfOne(FOR_ANNA)).toBe('anna');
  });

  it('are refused once the mode was changed past Samba', async () => {
    const root = tempFolder();
    put(root, 'a.txt', OPEN);
    const source = sourceOf(root);
    expect(await readers(source, 'a.txt')).toBe('anna bob');
    chmodSync(join(root, 'a.txt'), 0o664);
    source.refresh();
    expect(await readers(source, 'a.txt')).toMatch(/^acl-unreadable: .*past Samba/);
  });

  it('are read again after a refresh, and not before', async () => {
    const root = tempFolder();
    put(root, 'a.txt', OPEN);
    const source = sourceOf(root);
    expect(await readers(source, 'a.txt')).toBe('anna bob');
    store(join(root, 'a.txt'), ntAcl(sealed(join(root, 'a.txt')), descriptorOf(FOR_ANNA)));
    expect(await readers(source, 'a.txt')).toBe('anna bob');
    source.refresh();
    expect(await readers(source, 'a.txt')).toBe('anna');
    store(join(root, 'a.txt'), ntAcl(sealed(join(root, 'a.txt')), descriptorOf(OPEN)));
    source.beginPass();
    expect(await readers(source, 'a.txt')).toBe('anna bob');
  });

  it('count whatever their hash is where Samba ignores POSIX lists', async () => {
    const hash = new Uint8Array(32);
    for (const text of [{ version: 1 }, { version: 2 }, { version: 3 }, { version: 4, hash }] as const) {
      expect(await readersOfOne(FOR_ANNA, text, { systemAcls: 'ignored' })).toBe('anna');
    }
  });

  it.each<readonly [string, NtAclText]>([
    ['version 1', { version: 1 }],
    ['version 2', { version: 2 }],
    ['version 3', { version: 3 }],
    ['a list of another kind', { version: 4, hash: new Uint8Array(32), description: 'nfs4' }],
    ['an unknown kind of hash', { version: 4, hash: new Uint8Array(32), hashType: 7 }],
  ])('are refused where Samba checks them and they carry %s', async (_, text) => {
    expect(await readersOfOne(OPEN, text)).toMatch(/^acl-unreadable: .*cannot be|^acl-unreadable: .*no hash/);
  });

  it('do not open what the mode closes', async () => {
    const root = tempFolder();
    put(root, 'a.txt', OPEN, { version: 3 });
    chmodSync(join(root, 'a.txt'), 0o600);
    expect(await readers(sourceOf(root, { systemAcls: 'ignored' }), 'a.txt')).toBe('');
  });

  it('do not open what a folder above closes', async () => {
    const root = tempFolder();
    put(root, 'in/a.txt', OPEN);
    chmodSync(join(root, 'in'), 0o700);
    expect(await readers(sourceOf(root), 'in/a.txt')).toBe('');
  });

  it('ask nothing of the kernel that lets everybody through', async () => {
    const root = tempFolder();
    put(root, 'a.txt', OPEN);
    const reading = await sourceOf(root).descriptorOf('a.txt');
    expect(reading.ok && Object.keys(reading.descriptor)).not.toContain('kernel');
  });

  it('are other scopes where the kernel decides otherwise', async () => {
    const root = tempFolder();
    put(root, 'a.txt', OPEN, { version: 3 });
    put(root, 'b.txt', OPEN, { version: 3 });
    chmodSync(join(root, 'b.txt'), 0o640);
    const source = sourceOf(root, { systemAcls: 'ignored' });
    const [a, b] = await Promise.all(['a.txt', 'b.txt'].map((path) => source.descriptorOf(path)));
    if (!a?.ok || !b?.ok) throw new Error('not read');
    expect(descriptorHash(a.descriptor)).not.toBe(descriptorHash(b.descriptor));
  });

  it('are refused when they deny somebody the directory does not know', async () => {
    expect(await readersOfOne(`O:BAD:(D;;FR;;;${EVE})(A;;FA;;;WD)`)).toContain(EVE);
  });

  it('are refused when they are absent', async () => {
    expect(await readersOfOne('O:BA')).toMatch(/^acl-unreadable: .*absent/);
  });
});

describe.runIf(able)('files without a stored descriptor', () => {
  it('are left to the kernel where Samba enforces POSIX lists', async () => {
    expect(await readersOfOne(null)).toBe('anna bob');
  });

  it('still ask the list of the share', async () => {
    const samba = told('mode', `D:(A;;FA;;;${BOB})`);
    expect(await readersOfOne(null, undefined, { samba })).toBe('bob');
  });

  it('are left to the mode where Samba ignores lists and makes a descriptor of the mode', async () => {
    expect(await readersOfOne(null, undefined, { systemAcls: 'ignored', samba: told('mode') })).toBe(
      'anna bob',
    );
  });

  it('are refused where Samba ignores lists and what it makes up is not known', async () => {
    const changed = { systemAcls: 'ignored', samba: told('unknown') } as const;
    expect(await readersOfOne(null, undefined, changed)).toMatch(/^acl-missing/);
  });
});

describe.runIf(able)('what decides over the whole share', () => {
  it('must allow as well', async () => {
    const samba = told('mode', `D:(D;;FR;;;${ANNA})(A;;FA;;;WD)`);
    expect(await readersOfOne(OPEN, undefined, { samba })).toBe('bob');
  });

  it('opens nothing when it denies somebody the directory does not know', async () => {
    const samba = told('mode', `D:(D;;FR;;;${EVE})(A;;FA;;;WD)`);
    expect(await readersOfOne(OPEN, undefined, { samba })).toContain('the list of the share denies');
  });

  it('opens nothing when it cannot be read', async () => {
    const samba: SambaShareSource = {
      ...told('mode'),
      read: async () => ({ ok: false, error: 'run as root' }),
    };
    expect(await readersOfOne(OPEN, undefined, { samba })).toMatch(/^acl-unreadable: .*run as root/);
  });

  it('opens nothing when shareAcl denies somebody the directory does not know', async () => {
    const shareEntries = entries('deny user:eev', 'allow everyone');
    expect(await readersOfOne(OPEN, undefined, { shareEntries })).toContain('user:eev');
  });

  it('includes the entries of the configuration', async () => {
    const shareEntries = entries('deny user:bob', 'allow everyone');
    const knows = (principal: string): boolean => KNOWN.has(principal) || principal === 'user:bob';
    expect(await readersOfOne(OPEN, undefined, { shareEntries, knows })).toBe('anna');
  });
});

it('a chain of the kernel alone does not open what the descriptor closes', () => {
  const list = fromMode(0o100644, 0, 0);
  if (!list.ok) throw new Error(list.error);
  const descriptor = {
    system: 'windows',
    share: shareId('docs'),
    shareEntries: entries('allow everyone'),
    file: descriptorOf(FOR_ANNA),
    shareLevel: null,
    kernel: { file: list.acl, ancestors: [] },
  } as const;
  expect(decide(descriptor, tokenOf('anna', DIRECTORY)).read).toBe(true);
  expect(decide(descriptor, tokenOf('bob', DIRECTORY)).read).toBe(false);
  const nobody = { ...tokenOf('anna', DIRECTORY), principals: new Set([EVERYONE, principalId(ANNA)]) };
  expect(decide(descriptor, nobody)).toMatchObject({ read: false, because: { kind: 'posix' } });
});
