import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ParsePool, type PoolOptions, type ReadRequest } from '../../ingest/index.ts';
import { tempFolder, writeFiles } from '../support/temp-folder.ts';

const LIMITS = { maxBytes: 200_000_000, maxCharacters: 50_000_000, maxDepth: 3 };
const root = tempFolder();
writeFiles(root, {
  'a.txt': 'The first file.\n',
  'b.md': '# Title\n\nText of b.\n',
  'huge.csv': 'cell,other\n'.repeat(4_000_000),
  'sub/x.txt': 'x\n',
  'secret/key.txt': 'outside\n',
});
const outside = tempFolder();
writeFiles(outside, { 'secret.txt': 'salaries\n' });

const pools: ParsePool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

function pool(options: Partial<PoolOptions> = {}): ParsePool {
  const made = new ParsePool({ size: 1, maxMemoryMegabytes: 512, timeoutMs: 20_000, ...options });
  pools.push(made);
  return made;
}

const request = (path: string, extra: Partial<ReadRequest> = {}): ReadRequest => ({
  root,
  path,
  knownHash: null,
  limits: LIMITS,
  ...extra,
});

/** Process numbers of the parse children of this process, by what the kernel says. */
function children(): number[] {
  const found: number[] = [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const parent = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      const isOurs =
        Number(parent) === process.pid &&
        readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('parse-child');
      if (isOurs) found.push(Number(pid));
    } catch {
      // It ended between the two looks.
    }
  }
  return found;
}

describe('ParsePool', () => {
  it('reads files at once, each with its own outcome', async () => {
    const many = pool({ size: 2 });
    const paths = Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? 'a.txt' : 'b.md'));
    const outcomes = await Promise.all(paths.map((path) => many.read(request(path))));
    for (const [n, outcome] of outcomes.entries()) {
      expect(outcome).toMatchObject({ kind: 'read', type: n % 2 === 0 ? 'txt' : 'md' });
    }
    expect(children()).toHaveLength(2);
    await many.close();
    expect(children()).toEqual([]);
  });

  it('answers in one word for a file whose content is known', async () => {
    const hash = createHash('sha256').update('The first file.\n').digest('hex');
    expect(await pool().read(request('a.txt', { knownHash: hash }))).toEqual({ kind: 'unchanged', hash });
    expect(await pool().read(request('a.txt', { knownHash: hash.toUpperCase() }))).toMatchObject({
      kind: 'read',
    });
  });

  it.each([
    { name: 'a file that is gone', path: 'gone.txt', reason: 'unreadable' },
    { name: 'a folder', path: 'sub', reason: 'unreadable' },
    {
      name: 'a path with dots that leads out',
      path: `../${outside.split('/').at(-1)}/secret.txt`,
      reason: 'outside-share',
    },
    { name: 'a NUL character', path: 'a\0.txt', reason: 'unreadable' },
    { name: 'a file used as a folder', path: 'a.txt/x', reason: 'unreadable' },
  ])('refuses $name', async ({ path, reason }) => {
    expect(await pool().read(request(path))).toMatchObject({ kind: 'refused', reason, hash: null });
  });

  it('refuses a file below a folder that became a link out of the share', async () => {
    symlinkSync(outside, join(root, 'linked'));
    const outcome = await pool().read(request('linked/secret.txt'));
    expect(outcome).toMatchObject({ kind: 'refused', reason: 'outside-share' });
    expect(JSON.stringify(outcome)).not.toContain('salaries');
  });

  it('refuses a file that became a link, out of the share or within', async () => {
    symlinkSync(join(outside, 'secret.txt'), join(root, 'link-out.txt'));
    symlinkSync('a.txt', join(root, 'link-in.txt'));
    expect(await pool().read(request('link-out.txt'))).toMatchObject({ reason: 'outside-share' });
    expect(await pool().read(request('link-in.txt'))).toMatchObject({
      kind: 'refused',
      reason: 'unreadable',
    });
  });

  it('refuses a pipe and does not wait for it', async () => {
    execFileSync('mkfifo', [join(root, 'pipe')]);
    expect(await pool().read(request('pipe'))).toMatchObject({ kind: 'refused', reason: 'unreadable' });
  });

  it('refuses a file over the limit without reading it', async () => {
    const limits = { ...LIMITS, maxBytes: 5 };
    expect(await pool().read(request('a.txt', { limits }))).toMatchObject({
      reason: 'too-large',
      hash: null,
    });
  });

  it('kills a child that takes too long, names the setting, and reads the next file', async () => {
    const quick = pool({ timeoutMs: 1 });
    expect(await quick.read(request('a.txt'))).toMatchObject({
      reason: 'timeout',
      detail: expect.stringContaining('parseTimeoutSeconds'),
    });
    const patient = pool({ timeoutMs: 1_500 });
    expect(await patient.read(request('huge.csv'))).toMatchObject({
      kind: 'refused',
      reason: expect.stringMatching(/timeout|out-of-memory/),
    });
    expect(await patient.read(request('a.txt'))).toMatchObject({ kind: 'read' });
  });

  it('kills a child that needs too much memory, names the setting, and reads the next file', async () => {
    const small = pool({ maxMemoryMegabytes: 160 });
    expect(await small.read(request('huge.csv'))).toMatchObject({
      reason: 'out-of-memory',
      detail: expect.stringContaining('parseMemoryMegabytes'),
    });
    expect(await small.read(request('a.txt'))).toMatchObject({ kind: 'read' });
  });

  it('survives the death of a child at work', async () => {
    const fragile = pool();
    const reading = fragile.read(request('huge.csv'));
    await expect.poll(() => children().length).toBe(1);
    for (const pid of children()) process.kill(pid, 'SIGKILL');
    expect(await reading).toMatchObject({ kind: 'refused', reason: 'parser-crashed' });
    expect(await fragile.read(request('a.txt'))).toMatchObject({ kind: 'read' });
    await fragile.close();
  });

  it('does not blame the next file for a child that died at rest', async () => {
    const fragile = pool();
    await fragile.read(request('a.txt'));
    const before = children();
    expect(before).toHaveLength(1);
    for (const pid of before) process.kill(pid, 'SIGKILL');
    await expect.poll(() => before.some((pid) => existsSync(`/proc/${pid}`))).toBe(false);
    expect(await fragile.read(request('b.md'))).toMatchObject({ kind: 'read' });
    await fragile.close();
  });

  it('ends every call when it is closed, and leaves no process', async () => {
    const closing = pool();
    const calls = [request('huge.csv'), request('a.txt'), request('b.md')].map((given) =>
      closing.read(given),
    );
    await expect.poll(() => children().length).toBe(1);
    await closing.close();
    for (const outcome of await Promise.all(calls)) expect(outcome.kind).toBe('refused');
    expect(await closing.read(request('a.txt'))).toMatchObject({ kind: 'refused' });
    await closing.close();
    expect(children()).toEqual([]);
  });

  it('gives its children no environment', async () => {
    const bare = pool();
    await bare.read(request('a.txt'));
    for (const pid of children()) {
      expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toMatch(/PATH=|HOME=|TOKEN/);
    }
    await bare.close();
  });
});
