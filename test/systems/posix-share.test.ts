import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answering, type Core, ingest, openAnswering, openCore } from '../../src/compose/index.ts';
import { toConfig } from '../../src/config/index.ts';

const able = process.getuid?.() === 0 && spawnSync('setfacl', ['--version']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'ntk-posix-share-'));
const root = join(folder, 'share');

/** People as the kernel and as the directory know them. */
const PEOPLE = [
  { login: 'ann', uid: 4001, gids: [4000, 4100] },
  { login: 'bob', uid: 4002, gids: [4000, 4200] },
  { login: 'eve', uid: 4003, gids: [4000] },
] as const;

const DIRECTORY = `users:
  - { id: ann, uid: 4001 }
  - { id: bob, uid: 4002 }
  - { id: eve, uid: 4003 }
groups:
  - { id: people, gid: 4000, users: [ann, bob, eve] }
  - { id: hr, gid: 4100, users: [ann] }
  - { id: it, gid: 4200, users: [bob] }
`;

/** Path, mode, owner, group, and what setfacl adds. A path that ends in a slash is a folder. */
const SHARE: readonly (readonly [string, number, number, number, string?])[] = [
  ['open.txt', 0o644, 0, 0],
  ['private.txt', 0o600, 4001, 4000],
  ['not-people.txt', 0o604, 0, 4000],
  ['it-only.txt', 0o640, 0, 4200],
  ['but-eve.txt', 0o644, 0, 0, 'u:4003:---'],
  ['masked.txt', 0o644, 0, 4200, 'u:4001:r--,m::---'],
  ['hr/', 0o750, 0, 4100],
  ['hr/plan.txt', 0o644, 0, 0],
  ['hr/deep/', 0o755, 0, 0],
  ['hr/deep/note.txt', 0o644, 0, 0],
  ['drop/', 0o711, 0, 0],
  ['drop/known.txt', 0o644, 0, 0],
  ['closed/', 0o700, 4002, 4200],
  ['closed/mine.txt', 0o644, 4002, 4200],
];

/** Whom `masked.txt` names: the kernel skips a list whose mask is empty, we hold to it and deny (see the kernel test). */
const MASKED: ReadonlySet<string> = new Set(['ann', 'bob']);

let core: Core;
let answering: Answering;

beforeAll(async () => {
  if (!able) return;
  mkdirSync(root);
  chmodSync(folder, 0o755);
  for (const [path] of SHARE) {
    const place = join(root, path);
    if (path.endsWith('/')) mkdirSync(place, { recursive: true });
    else {
      mkdirSync(dirname(place), { recursive: true });
      writeFileSync(place, `The zebra of ${path} stands here.\n`);
    }
  }
  for (const [path, mode, uid, gid, list] of SHARE) {
    chownSync(join(root, path), uid, gid);
    chmodSync(join(root, path), mode);
    if (list !== undefined) execFileSync('setfacl', ['-n', '-m', list, join(root, path)]);
  }
  writeFileSync(join(folder, 'directory.yaml'), DIRECTORY);
  const config = toConfig(
    join(folder, 'need-to-know.yaml'),
    'shares:\n  - { name: docs, path: ./share, acl: { source: posix } }\ndirectory: { source: file, path: ./directory.yaml }\n',
  );
  core = await openCore(config);
  await ingest(core, { rebuild: false, onEvent: () => {} });
  answering = await openAnswering(core, {
    publicUrl: 'http://127.0.0.1',
    onFault: (tool, error) => {
      throw new Error(tool, { cause: error });
    },
  });
});

afterAll(async () => {
  await answering?.close();
  await core?.close();
  rmSync(folder, { recursive: true, force: true });
});

function kernelOpens({ uid, gids }: (typeof PEOPLE)[number], paths: readonly string[]): string[] {
  const input = JSON.stringify({ uid, gids, paths: paths.map((path) => join(root, path)) });
  const script = join(import.meta.dirname, 'open-as.mjs');
  const answers = JSON.parse(
    execFileSync(process.execPath, [script], { input, encoding: 'utf8' }),
  ) as string[];
  return paths.filter((_, at) => answers[at] === 'open');
}

async function found(login: string): Promise<string[]> {
  const user = await core.userOf(login);
  if (user === null) throw new Error(login);
  const caller = { user, scopes: new Set(['documents:read']), via: 'cli' as const };
  const result = await answering.gate.call(answering.tools.searchDocuments, caller, {
    query: 'zebra',
    limit: 50,
  });
  if (!result.ok) throw new Error(result.refusal.message);
  return result.output.results.map(({ path }) => path);
}

describe.skipIf(!able)('a share with POSIX permissions', () => {
  it.each(PEOPLE)('shows $login just the files that the kernel opens for them', async (person) => {
    const files = SHARE.map(([path]) => path).filter((path) => !path.endsWith('/'));
    const opened = kernelOpens(person, files);
    expect(opened.length).toBeGreaterThan(1);
    expect((await found(person.login)).sort()).toEqual(
      opened.filter((path) => path !== 'masked.txt' || !MASKED.has(person.login)).sort(),
    );
  });

  it('hides a folder from the next pass on when its mode is tightened', async () => {
    expect(await found('bob')).toContain('drop/known.txt');
    chmodSync(join(root, 'drop'), 0o700);
    await ingest(core, { rebuild: false, onEvent: () => {} });
    expect(await found('bob')).not.toContain('drop/known.txt');
  });
});
