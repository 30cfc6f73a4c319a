import { execFileSync, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { runCli } from './support/run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'ntk-bad-'));
const share = join(folder, 'share');
const outside = join(folder, 'outside.txt');
const tiny = join(import.meta.dirname, 'models', 'tiny-embedder');

/** Writes a configuration beside the share; `over` replaces whole keys. */
function configure(name: string, over: Record<string, unknown> = {}): string {
  const file = join(folder, `${name}.yaml`);
  const text = {
    data: `./data-${name}`,
    shares: [{ name: 'company', path: './share', acl: { source: 'sidecar' } }],
    directory: { source: 'file', path: './directory.yaml' },
    ...over,
  };
  writeFileSync(file, stringify(text));
  return file;
}

let config: string;
const run = (...args: readonly string[]) => runCli(...args, '--config', config);

beforeAll(async () => {
  mkdirSync(join(share, 'secret'), { recursive: true });
  writeFileSync(
    join(folder, 'directory.yaml'),
    'users:\n  - id: ann\n  - id: bob\ngroups:\n  - id: all\n    users: [ann, bob]\n',
  );
  writeFileSync(join(share, '.acl.yaml'), 'entries:\n  - allow: group:all\n');
  writeFileSync(join(share, 'secret', '.acl.yaml'), 'inherit: false\nentries:\n  - allow: user:ann\n');
  writeFileSync(join(share, 'open.md'), '# Open\n\nThe canteen opens at noon.\n');
  writeFileSync(join(share, 'secret', 'plan.md'), '# Plan\n\nThe plant in Trieste closes in May.\n');
  writeFileSync(outside, 'The launch code is 4711.');
  symlinkSync(outside, join(share, 'link.txt'));
  symlinkSync(folder, join(share, 'linked folder'));
  config = configure('plain');
  await run('ingest');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a question', () => {
  it.each([
    ['empty', '', 2, 'empty'],
    ['of blanks', '   ', 2, 'empty'],
    ['of 10,000 characters', 'x'.repeat(10_000), 2, 'over 2000 characters'],
    ['of punctuation', '?!… --- ((( ]]] "', 0, ''],
    ['in another script', 'Когда открывается столовая?', 0, ''],
    ['of emoji', '🍝🍷', 0, ''],
    ['of full-text operators', 'canteen AND (NOT plant) "noon~2^', 0, ''],
    ['of SQL', "'; DROP TABLE chunks; --", 0, ''],
    ['with control characters', 'canteen\u0000\u0007\u001b[2J noon', 0, ''],
  ])('%s gets a clear answer', async (_name, query, code, message) => {
    const answer = await runCli('search', '--as', 'bob', '--config', config, '--', query);
    expect(answer.code).toBe(code);
    expect(answer.err).toContain(message);
    expect(answer.out).not.toContain('Trieste');
  });

  it('by an unknown user names the mend', async () => {
    const { code, err } = await run('search', 'canteen', '--as', 'nobody');
    expect(code).toBe(2);
    expect(err).toContain('ntk groups list --users');
  });

  it('in an unknown share reads like one in a share without anything readable', async () => {
    const { code, err } = await run('search', 'canteen', '--as', 'bob', '--share', 'nowhere');
    expect(code).toBe(1);
    expect(err).toContain('No such share, or nothing in it that you may read.');
  });

  it.each(['../share', 'a/../../b', './x', '/..'])('under the path %s is refused', async (path) => {
    const { code, err } = await run('search', 'canteen', '--as', 'bob', '--path', path);
    expect(code).toBe(2);
    expect(err).toContain('path');
  });

  it.each([
    [['--limit', '0'], 'whole number'],
    [['--limit', '-1'], 'whole number'],
    [['--limit', '1000000000'], 'limit'],
    [['--limit', 'many'], 'whole number'],
    [['--language', 'xx'], 'language'],
    [['--from', 'yesterday'], 'modified_from'],
  ])('with %j is wrong use', async (options, message) => {
    const { code, err } = await run('search', 'canteen', '--as', 'bob', ...options);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});

describe('an id', () => {
  it('of a document of others reads like one that does not exist and like one that is none', async () => {
    const { out } = await run('documents', 'show', 'secret/plan.md', '--json');
    const { id } = JSON.parse(out) as { id: string };
    const hidden = await run('fetch', id, '--as', 'bob');
    expect(hidden).toEqual(await run('fetch', 'aaaaaaaaaaaaaaaa', '--as', 'bob'));
    expect(hidden).toEqual(await run('fetch', '../../etc/passwd', '--as', 'bob'));
    expect(hidden.code).toBe(1);
    expect((await run('fetch', id, '--as', 'ann')).out).toContain('Trieste');
  });
});

describe('a link that leaves the share', () => {
  it('is named in quarantine and never read', async () => {
    const { out } = await run('quarantine', 'list', '--json');
    const listed = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { path: string; reason: string });
    expect(listed.map(({ path, reason }) => [path, reason])).toEqual([
      ['link.txt', 'outside-share'],
      ['linked folder', 'outside-share'],
    ]);
    expect((await run('search', 'launch code 4711', '--as', 'ann')).out).not.toContain('4711');
  });
});

describe('the configuration', () => {
  it('with an unknown key names file, line and key', async () => {
    const file = configure('key', { shards: [] });
    const { code, err } = await runCli('status', '--config', file);
    expect(code).toBe(2);
    expect(err).toMatch(/key\.yaml:\d+: shards: no such key/);
  });

  it('that is not there names the command that makes one', async () => {
    const { code, err } = await runCli('status', '--config', join(folder, 'none.yaml'));
    expect(code).toBe(2);
    expect(err).toContain('ntk init');
  });

  const LDAP = {
    source: 'ldap',
    url: 'ldap://127.0.0.1:9',
    schema: 'openldap',
    baseDn: 'dc=example,dc=com',
    bindDn: 'cn=reader,dc=example,dc=com',
  };

  it('of an LDAP directory without its password names the variable', async () => {
    const { code, err } = await runCli('status', '--config', configure('ldap', { directory: LDAP }));
    expect(code).toBe(2);
    expect(err).toContain('NTK_LDAP_PASSWORD');
  });

  it('of an LDAP server that is down stops a sync, answers nobody and tells no password', async () => {
    const file = configure('ldap', { directory: LDAP });
    vi.stubEnv('NTK_LDAP_PASSWORD', 'very-secret');
    const sync = await runCli('groups', 'sync', '--config', file);
    const search = await runCli('search', 'canteen', '--as', 'bob', '--config', file);
    vi.unstubAllEnvs();
    expect(sync.code).toBe(1);
    expect(search.code).toBe(2);
    expect(search.err).toContain('ntk groups sync');
    expect(sync.err + search.err).not.toContain('very-secret');
  });

  it('with a model folder that is missing stops ingestion and leaves search by words', async () => {
    const embedding = { model: 'tiny', path: './no-model', dimensions: 48, pooling: 'mean', download: false };
    const file = configure('model', { embedding });
    const { code, err } = await runCli('ingest', '--config', file);
    expect(code).toBe(1);
    expect(err).toContain('no-model');
    expect(err).toContain('ntk models pull');
    const answer = await runCli('search', 'canteen', '--as', 'bob', '--config', file);
    expect(answer.code).toBe(0);
    expect(answer.err).toContain('searching by words only');
  });

  it('that changes the model of an index leaves search by words until it has been moved', async () => {
    const embedding = { model: 'tiny', path: tiny, dimensions: 48, pooling: 'mean', download: false };
    const file = configure('plain', { embedding });
    const before = await runCli('search', 'canteen', '--as', 'bob', '--json', '--config', file);
    expect(before.err).toContain('searching by words only. The index is of the model none');
    expect(JSON.parse(before.out)).toMatchObject({ mode: 'lexical', results: [{ path: 'open.md' }] });
    expect((await runCli('ingest', '--json', '--config', file)).code).toBe(3);
    const { out } = await runCli('search', 'canteen', '--as', 'bob', '--json', '--config', file);
    expect(JSON.parse(out)).toMatchObject({ mode: 'hybrid', results: [{ path: 'open.md' }] });
    configure('plain');
    expect((await runCli('ingest', '--rebuild', '--json', '--config', file)).code).toBe(3);
  });
});

describe('the data folder', () => {
  it('that cannot be made is a clear failure', async () => {
    const file = configure('file', { data: './directory.yaml/data' });
    const { code, err } = await runCli('ingest', '--config', file);
    expect(code).toBe(1);
    expect(err).toContain('check that the data folder exists, is writable');
  });

  it('on a full disk loses nothing, and a pass with room again completes', async (context) => {
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=400k', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      context.skip('no small file system can be mounted here');
    }
    try {
      const wide = join(folder, 'wide');
      mkdirSync(wide, { recursive: true });
      writeFileSync(join(wide, '.acl.yaml'), 'entries:\n  - allow: group:all\n');
      for (let at = 0; at < 300; at += 1) {
        const words = Array.from(
          { length: 400 },
          (_, word) => `word${(at * 7_919 + word * 104_729) % 65_521}`,
        );
        writeFileSync(join(wide, `${at}.txt`), words.join(' '));
      }
      const shares = [{ name: 'company', path: './wide', acl: { source: 'sidecar' } }];
      const file = configure('full', { data: './disk/data', shares });
      const full = await runCli('ingest', '--config', file);
      expect(full.code).toBe(1);
      expect(full.err).toMatch(/full|free space/);
      execFileSync('mount', ['-o', 'remount,size=64m', disk]);
      const { out, code } = await runCli('ingest', '--json', '--config', file);
      expect(code).toBe(0);
      const { indexed, unchanged } = JSON.parse(out) as { indexed: number; unchanged: number };
      expect(indexed + unchanged).toBe(300);

      execFileSync('mount', ['-o', 'remount,ro', disk]);
      const readOnly = await runCli('search', 'word7919', '--as', 'bob', '--config', file);
      expect(readOnly.code).toBe(1);
      expect(readOnly.err).toContain('writable');
    } finally {
      execFileSync('umount', ['-l', disk]);
    }
  });
});

describe('two writers at once', () => {
  it('are one writer and one clear refusal', async () => {
    const script = join(folder, 'hold.ts');
    const root = join(import.meta.dirname, '..');
    writeFileSync(
      script,
      `import { openSqliteCatalog } from ${JSON.stringify(join(root, 'index/catalog/sqlite-catalog.ts'))};
       import { withWriterLease } from ${JSON.stringify(join(root, 'index/index.ts'))};
       const catalog = await openSqliteCatalog(${JSON.stringify(join(folder, 'data-plain', 'catalog.sqlite'))});
       await withWriterLease({ store: catalog.lease, now: Date.now, holder: 'other' }, async () => {
         process.send?.('held');
         await new Promise((resolve) => process.once('message', resolve));
       });
       process.exit(0);`,
    );
    const other = fork(script);
    await new Promise((resolve) => other.once('message', resolve));
    const { code, err } = await run('ingest');
    expect(code).toBe(1);
    expect(err).toContain('another process writes this index');
    other.send('go');
    await new Promise((resolve) => other.once('exit', resolve));
    expect((await run('ingest')).code).toBe(3);
  });
});

describe('a command line', () => {
  it.each([[['fly']], [['search']], [['search', 'x']], [['ingest', '--fast']], [['acl', 'explain', 'x']]])(
    '%j is wrong use with a hint',
    async (args) => {
      const { code, err } = await runCli(...args);
      expect(code).toBe(2);
      expect(err).toContain('--help');
    },
  );
});
