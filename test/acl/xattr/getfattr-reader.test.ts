import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AttributeReading } from '../../../acl/xattr/attribute-reader.ts';
import { GetfattrReader } from '../../../acl/xattr/getfattr-reader.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { hasAttributes } from './has-attributes.ts';

const attribute = 'user.ntk.test';
const reader = new GetfattrReader({ attribute, kind: 'listed' });
const hidden = new GetfattrReader({ attribute, kind: 'hidden' });

function put(path: string, hex: string, name = attribute): void {
  execFileSync('setfattr', ['-h', '-n', name, '-v', `0x${hex}`, '--', path]);
}

const shown = (reading: AttributeReading | undefined): string => {
  if (reading === undefined) return 'no answer';
  if (!reading.ok) return 'error';
  return reading.value === null ? 'none' : Buffer.from(reading.value).toString('hex');
};

const HOSTILE = [
  '-a',
  '--',
  'a\nb',
  'a\n\n# file: b\nuser.ntk.test=0xff',
  'a\\012b',
  'a\\',
  'é 日本\t#',
  '\'"$(x)`',
  ' ',
  '\r',
  '=0x00',
];

describe.runIf(hasAttributes)('GetfattrReader', () => {
  it('reads paths with line ends, dashes, backslashes, quotes and other alphabets', async () => {
    const root = tempFolder();
    const paths = HOSTILE.map((name) => join(root, name));
    for (const [at, path] of paths.entries()) {
      writeFileSync(path, '');
      if (at % 2 === 0) put(path, `0${at.toString(16)}`.slice(-2));
    }
    const readings = await reader.read(paths);
    expect(paths.map((path) => shown(readings.get(path)))).toEqual(
      paths.map((_, at) => (at % 2 === 0 ? `0${at.toString(16)}`.slice(-2) : 'none')),
    );
  });

  it('answers for every path, in more than one call of getfattr', async () => {
    const root = tempFolder();
    const paths = Array.from({ length: 1_100 }, (_, at) => join(root, String(at)));
    for (const path of paths) writeFileSync(path, '');
    put(paths.at(-1) ?? '', '2a');
    const readings = await reader.read([...paths, ...paths]);
    expect(readings.size).toBe(paths.length);
    expect(paths.map((path) => shown(readings.get(path)))).toEqual(
      paths.map((_, at) => (at === 1_099 ? '2a' : 'none')),
    );
  });

  it('gives the mode of the file, its kind included', async () => {
    const path = join(tempFolder(), 'a');
    writeFileSync(path, '');
    chmodSync(path, 0o4640);
    expect((await reader.read([path])).get(path)).toEqual({ ok: true, value: null, mode: 0o104640 });
  });

  it('tells an empty value from none', async () => {
    const path = join(tempFolder(), 'a');
    writeFileSync(path, '');
    put(path, '');
    expect(shown((await reader.read([path])).get(path))).not.toBe('none');
  });

  it('is not led by another attribute whose name is alike', async () => {
    const path = join(tempFolder(), 'a');
    writeFileSync(path, '');
    put(path, '01', 'user.ntkxtest');
    put(path, '02', 'user.ntk.test2');
    expect(shown((await reader.read([path])).get(path))).toBe('none');
  });

  it('gives each path its own trouble', async () => {
    const root = tempFolder();
    const [good, bare, link, gone] = ['good', 'bare', 'link', 'gone'].map((name) => join(root, name));
    for (const path of [good, bare]) writeFileSync(path ?? '', '');
    put(good ?? '', '01');
    symlinkSync(good ?? '', link ?? '');
    const paths = [good, bare, link, gone, 'relative', `${root}/nul\0`, `${root}/\ud800`].map(String);
    const readings = await reader.read(paths);
    expect(paths.map((path) => shown(readings.get(path)))).toEqual([
      ...['01', 'none', 'error', 'error', 'error', 'error', 'error'],
    ]);
  });

  it('takes an attribute that does not come by name for trouble, never for an absence', async () => {
    const root = tempFolder();
    const [good, bare] = ['good', 'bare'].map((name) => join(root, name));
    for (const path of [good, bare]) writeFileSync(path ?? '', '');
    put(good ?? '', '01');
    const readings = await hidden.read([String(good), String(bare)]);
    expect(shown(readings.get(String(good)))).toBe('01');
    expect(readings.get(String(bare))).toMatchObject({
      ok: false,
      error: expect.stringContaining('cifsacl'),
    });
  });

  it('does not ask about no path', async () => {
    expect((await reader.read([])).size).toBe(0);
  });
});

/** A stand-in for getfattr that does what real ones did or might do. */
function scripted(body: string, kind: 'listed' | 'hidden' = 'listed', timeoutMs = 10_000): GetfattrReader {
  const command = join(tempFolder(), 'getfattr');
  writeFileSync(command, `#!/bin/sh\n${body}\n`);
  chmodSync(command, 0o755);
  return new GetfattrReader({ attribute, kind, command, timeoutMs });
}

const LAST = 'for last; do :; done';

describe('GetfattrReader in trouble', () => {
  const root = tempFolder();
  const paths = ['a', 'b', 'c'].map((name) => join(root, name));
  for (const path of paths) writeFileSync(path, '');
  const all = async (reader: GetfattrReader): Promise<string[]> => {
    const readings = await reader.read(paths);
    return paths.map((path) => shown(readings.get(path)));
  };

  it('says what to install where getfattr is missing', async () => {
    const missing = new GetfattrReader({ attribute, kind: 'listed', command: join(root, 'nowhere') });
    expect((await missing.read(paths)).get(paths[0] ?? '')).toMatchObject({
      error: expect.stringContaining('package attr'),
    });
  });

  it.each([
    ['fails', 'exit 2'],
    ['is killed', 'kill -9 $$'],
    ['says that something could not be read', 'exit 1'],
    ['names another path', `printf '# file: /other\\n${attribute}=0x01\\n\\n'`],
    ['prints something else', 'echo hello'],
    ['is cut short', `${LAST}; printf '# file: %s\\n${attribute}=0x01' "$last"`],
  ])('answers every path with an error where getfattr %s', async (_, body) => {
    expect(await all(scripted(body))).toEqual(['error', 'error', 'error']);
  });

  it('gives an error where getfattr hangs', async () => {
    expect(await all(scripted('exec sleep 60', 'listed', 200))).toEqual(['error', 'error', 'error']);
  });

  it('finds the one path that cannot be read among others', async () => {
    const one = scripted(`for last; do case "$last" in */b) failed=1;; esac; done; exit \${failed:-0}`);
    expect(await all(one)).toEqual(['none', 'error', 'none']);
  });

  it('does not take silence for an absence where an attribute comes by name alone', async () => {
    expect(await all(scripted('exit 0', 'hidden'))).toEqual(['error', 'error', 'error']);
  });

  it('does not ask again and again about what never comes by name', async () => {
    const calls = join(root, 'calls');
    expect(await all(scripted(`echo x >> '${calls}'; exit 1`, 'hidden'))).toEqual([
      ...['error', 'error', 'error'],
    ]);
    expect(spawnSync('wc', ['-l', calls], { encoding: 'utf8' }).stdout).toMatch(/^1 /);
  });

  it('does not believe a reading of a file that changed meanwhile', async () => {
    const body = `${LAST}; chmod 600 "$last"; chmod 644 "$last"; printf '# file: %s\\n${attribute}=0x01\\n\\n' "$last"`;
    const readings = await scripted(body).read(paths.slice(0, 1));
    expect(readings.get(paths[0] ?? '')).toMatchObject({
      ok: false,
      error: expect.stringContaining('changed'),
    });
  });

  it('refuses what is neither a file nor a folder', async () => {
    const folder = join(root, 'folder');
    mkdirSync(folder);
    const readings = await scripted('exit 0').read([folder, '/dev/null']);
    expect([folder, '/dev/null'].map((path) => shown(readings.get(path)))).toEqual(['none', 'error']);
  });
});
