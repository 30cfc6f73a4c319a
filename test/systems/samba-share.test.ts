import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { hasSmbd, Smbd } from './smbd.ts';

const USERS = ['ann', 'bob', 'eve'] as const;
const PATHS = ['open.txt', 'hr/plan.txt', 'hr/deep/note.txt', 'but-bob.txt', 'ann.txt'] as const;
const READ = '0x1200a9';
const FULL = '0x1f01ff';

const folder = mkdtempSync(join(tmpdir(), 'ntk-samba-share-'));
const config = join(folder, 'need-to-know.yaml');
let smbd: Smbd;

/** The owner with all rights, then the entries with `{bob}` and `{hr}` for SIDs. */
function sddl(entries: string): string {
  const text = entries.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    name === 'hr' || name === 'staff' ? `S-1-22-2-${smbd.gid(name)}` : smbd.sid(name),
  );
  return `O:S-1-22-1-0G:S-1-22-2-${smbd.gid('staff')}D:(A;;${FULL};;;S-1-22-1-0)${text}`;
}

beforeAll(async () => {
  if (!hasSmbd) return;
  smbd = await Smbd.start({
    shares: { docs: { 'vfs objects': 'acl_xattr' } },
    users: USERS,
    groups: { staff: USERS, hr: ['ann'] },
  });
  const root = smbd.root('docs');
  for (const path of PATHS) {
    const place = join(root, path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, `The zebra of ${path} stands here.\n`);
    for (let at = place; at.startsWith(root); at = dirname(at)) chmodSync(at, 0o777);
  }
  await smbd.setSddl('docs', 'hr', sddl(`(A;OICI;${READ};;;{hr})`));
  await smbd.setSddl('docs', 'but-bob.txt', sddl(`(D;;${READ};;;{bob})(A;;${READ};;;WD)`));
  await smbd.setSddl('docs', 'ann.txt', sddl(`(A;;${READ};;;{ann})`));
  const user = (name: string) => `  - { id: ${name}, sid: ${smbd.sid(name)}, uid: ${smbd.uid(name)} }\n`;
  writeFileSync(
    join(folder, 'directory.yaml'),
    `users:\n${USERS.map(user).join('')}groups:
  - { id: staff, gid: ${smbd.gid('staff')}, users: [ann, bob, eve] }
  - { id: hr, gid: ${smbd.gid('hr')}, users: [ann] }
`,
  );
  writeFileSync(
    config,
    `shares:
  - name: docs
    path: ${root}
    acl: { source: smb, unc: //${smbd.address}/docs, server: samba, user: ${smbd.superuser} }
    shareAcl: [{ allow: everyone }]
directory: { source: file, path: ./directory.yaml }
`,
  );
  vi.stubEnv('NTK_SMB_PASSWORD', smbd.password);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await smbd?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const run = (...args: readonly string[]) => runCli(...args, '--config', config);

async function found(login: string): Promise<string[]> {
  const { out } = await run('search', 'zebra', '--as', login, '--json');
  return (JSON.parse(out) as { results: { path: string }[] }).results.map(({ path }) => path).sort();
}

async function opened(login: string): Promise<string[]> {
  const answers = await smbd.canRead(login, 'docs', PATHS);
  return PATHS.filter((_, at) => answers[at]).sort();
}

interface Explained {
  readonly read: boolean;
  readonly because: string;
  readonly entries: readonly { part: string; principal: string; decisive: boolean; matched: boolean }[];
}

async function explained(path: string, login: string): Promise<Explained> {
  return JSON.parse((await run('acl', 'explain', path, '--as', login, '--json')).out) as Explained;
}

describe.skipIf(!hasSmbd)('a share whose server is asked over SMB', () => {
  it.each(USERS)('shows %s just the files that the server opens for them', async (login) => {
    if (login === 'ann') expect((await run('ingest')).code).toBe(0);
    const paths = await opened(login);
    expect(paths).toContain('open.txt');
    expect(await found(login)).toEqual(paths);
  });

  it('tells people apart at all', async () => {
    expect(await found('ann')).toEqual([...PATHS].sort());
    expect(await found('bob')).toEqual(['open.txt']);
  });

  it('is explained by the entries of the file', async () => {
    const { read, because, entries } = await explained('but-bob.txt', 'bob');
    expect(read).toBe(false);
    expect(because).toMatch(/denied: entry \d of the file’s list/);
    expect(
      entries.filter(({ decisive, part }) => decisive && part === 'file').map(({ principal }) => principal),
    ).toEqual([smbd.sid('bob')]);
  });

  it('is explained by the folder that somebody may not pass', async () => {
    const { read, because, entries } = await explained('hr/plan.txt', 'bob');
    expect(read).toBe(false);
    expect(because).toContain('the folder hr/');
    expect(
      entries.some(({ part, principal }) => part === 'folder' && principal === `S-1-22-2-${smbd.gid('hr')}`),
    ).toBe(true);
  });

  it('hides a file from the next pass on when its permission is taken away', async () => {
    await smbd.setSddl('docs', 'open.txt', sddl(`(A;;${READ};;;{ann})`));
    expect((await run('ingest')).code).toBe(0);
    expect(await found('bob')).toEqual([]);
    expect(await found('ann')).toContain('open.txt');
    expect(await opened('bob')).toEqual([]);
  });

  it('hides everything below a folder from the next pass on when the folder is closed', async () => {
    await smbd.setSddl('docs', 'hr', sddl(`(A;;${READ};;;{eve})`));
    await run('ingest');
    expect(await found('ann')).toEqual(['ann.txt', 'but-bob.txt', 'open.txt']);
    expect(await opened('ann')).toEqual(['ann.txt', 'but-bob.txt', 'open.txt']);
  });

  it('hides everything from somebody whom the share shuts out', async () => {
    await smbd.setShareSddl('docs', `D:(D;;${FULL};;;${smbd.sid('eve')})(A;;${FULL};;;WD)`);
    await run('ingest');
    expect(await found('eve')).toEqual([]);
    expect(await opened('eve')).toEqual([]);
    expect(await found('ann')).toContain('ann.txt');
  });

  it('is read by nobody when the server cannot be asked', async () => {
    await smbd.kill();
    const { code, out } = await run('ingest', '--json');
    expect(code).toBe(3);
    expect(out).toContain('check acl.unc');
    expect(await found('ann')).toEqual([]);
  });
});
