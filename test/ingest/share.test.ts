import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shareId } from '../../acl/index.ts';
import { listShare, ShareUnavailable } from '../../ingest/index.ts';
import { tempFolder, writeFiles } from '../support/temp-folder.ts';

/** Files as paths, troubles as `path: reason`, in the order of the listing. */
async function list(root: string, exclude: readonly string[] = []): Promise<string[]> {
  const found: string[] = [];
  for await (const listed of listShare({ id: shareId('docs'), root, exclude })) {
    found.push(
      listed.kind === 'file' ? listed.file.path : `${listed.trouble.path}: ${listed.trouble.reason}`,
    );
  }
  return found;
}

function share(...paths: readonly string[]): string {
  const root = tempFolder();
  writeFiles(root, Object.fromEntries(paths.map((path) => [path, 'x'])));
  return root;
}

describe('listShare', () => {
  it('lists files in the order of the bytes of their whole paths', async () => {
    expect(await list(share('b/2.txt', 'b/1/x.txt', 'a.txt', 'c.txt', 'b.txt'))).toEqual([
      'a.txt',
      'b.txt',
      'b/1/x.txt',
      'b/2.txt',
      'c.txt',
    ]);
  });

  it('tells size, times and a number that survives a rename', async () => {
    const root = share('a.txt');
    const read = async () => {
      for await (const listed of listShare({ id: shareId('docs'), root, exclude: [] }))
        if (listed.kind === 'file') return listed.file;
      throw new Error('no file');
    };
    const before = await read();
    execFileSync('mv', [join(root, 'a.txt'), join(root, 'b.txt')]);
    const after = await read();
    expect(before).toMatchObject({ path: 'a.txt', size: 1 });
    expect(after).toMatchObject({ path: 'b.txt', size: 1, fileId: before.fileId, modified: before.modified });
    expect(after.changed).toBeGreaterThanOrEqual(before.changed);
  });

  it('lists names with spaces, quotes, line ends, backslashes and emoji', async () => {
    const names = [' lead', 'a b.txt', 'back\\slash', 'line\nend.txt', `q'uo"te`, '🔒.txt'];
    expect((await list(share(...names))).sort()).toEqual([...names].sort());
  });

  it('keeps composed and decomposed names apart', async () => {
    expect(await list(share('caf\u00e9', 'cafe\u0301'))).toHaveLength(2);
  });

  it.each([
    '~$open.docx',
    '.~lock.a.odt#',
    'x.tmp',
    'X.TMP',
    'Thumbs.db',
    'desktop.ini',
    '.DS_Store',
    '.git/config',
    '@eaDir/x',
  ])('leaves out %s', async (name) => {
    expect(await list(share(name, 'keep.txt'))).toEqual(['keep.txt']);
  });

  it.each(['a.tmpl', 'my.git', '~notes.txt', '.hidden', '$x.txt'])('keeps %s', async (name) => {
    expect(await list(share(name))).toEqual([name]);
  });

  it('lists a path of 60 folders', async () => {
    const deep = `${'d/'.repeat(60)}x.txt`;
    expect(await list(share(deep))).toEqual([deep]);
  });

  it('lists a folder of 5,000 files once each', async () => {
    const names = Array.from({ length: 5_000 }, (_, n) => `f${n}`);
    expect((await list(share(...names))).sort()).toEqual(names.sort());
  });

  it('passes over a link to a file or folder inside the share', async () => {
    const root = share('real/x.txt');
    symlinkSync(join(root, 'real'), join(root, 'folder'));
    symlinkSync('real/x.txt', join(root, 'file'));
    symlinkSync('.', join(root, 'loop'));
    expect(await list(root)).toEqual(['real/x.txt']);
  });

  it('names a link that leads out, to a file, to a folder, or to a folder beside with a longer name', async () => {
    const root = share('x.txt');
    const outside = share('secret.txt');
    mkdirSync(`${root}-beside`);
    symlinkSync(join(outside, 'secret.txt'), join(root, 'file'));
    symlinkSync(outside, join(root, 'folder'));
    symlinkSync(`${root}-beside`, join(root, 'beside'));
    expect(await list(root)).toEqual([
      'beside: outside-share',
      'file: outside-share',
      'folder: outside-share',
      'x.txt',
    ]);
    rmSync(`${root}-beside`, { recursive: true });
  });

  it('names a broken link and links in a ring', async () => {
    const root = share('x.txt');
    symlinkSync('/nonexistent', join(root, 'broken'));
    symlinkSync('ring-b', join(root, 'ring-a'));
    symlinkSync('ring-a', join(root, 'ring-b'));
    expect(await list(root)).toEqual([
      'broken: unreadable',
      'ring-a: unreadable',
      'ring-b: unreadable',
      'x.txt',
    ]);
  });

  it('gives both names of a hard link one number', async () => {
    const root = share('a');
    linkSync(join(root, 'a'), join(root, 'b'));
    const ids: string[] = [];
    for await (const listed of listShare({ id: shareId('docs'), root, exclude: [] }))
      if (listed.kind === 'file') ids.push(listed.file.fileId);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });

  it('passes over pipes and sockets', async () => {
    const root = share('x.txt');
    execFileSync('mkfifo', [join(root, 'pipe')]);
    expect(await list(root)).toEqual(['x.txt']);
  });

  it('names a file and a folder whose name is not UTF-8, unlike any other name', async () => {
    const root = share('caf\u00e9');
    const bad = Buffer.concat([Buffer.from(`${root}/caf`), Buffer.from([0xe9])]);
    writeFileSync(bad, 'x');
    mkdirSync(Buffer.concat([Buffer.from(`${root}/dir`), Buffer.from([0xff])]));
    expect(await list(root)).toEqual(['caf\u00e9', 'caf\\xe9: path-not-utf8', 'dir\\xff: path-not-utf8']);
  });

  it.each([
    { name: 'as it is', of: (root: string) => `${root}/data` },
    { name: 'with a slash behind', of: (root: string) => `${root}/data/` },
    { name: 'through a link', of: (root: string) => `${root}-link/data` },
    { name: 'with dots', of: (root: string) => `${root}/x/../data` },
  ])('leaves out an excluded folder that is given $name', async ({ of }) => {
    const root = share('data/catalog.sqlite', 'x/data/keep.txt');
    symlinkSync(root, `${root}-link`);
    expect(await list(root, [of(root)])).toEqual(['x/data/keep.txt']);
    expect(await list(`${root}-link`, [of(root)])).toEqual(['x/data/keep.txt']);
    rmSync(`${root}-link`);
  });

  it('takes an excluded folder that does not exist', async () => {
    expect(await list(share('a'), ['/nonexistent/data'])).toEqual(['a']);
  });

  it('names a folder that cannot be listed and goes on', async () => {
    const root = share('a/x.txt', 'b/x.txt', 'c.txt');
    const found: string[] = [];
    for await (const listed of listShare({ id: shareId('docs'), root, exclude: [] })) {
      // Removed while the walk is under way: what a lost mount or a missing right looks like from here.
      rmSync(join(root, 'b'), { recursive: true, force: true });
      found.push(
        listed.kind === 'file' ? listed.file.path : `${listed.trouble.path}: ${listed.trouble.reason}`,
      );
    }
    expect(found).toEqual(['a/x.txt', 'b: unreadable', 'c.txt']);
  });

  it.each(['missing', 'file'])('throws ShareUnavailable for a root that is $0', async (kind) => {
    const root = join(share('file'), kind);
    await expect(list(root)).rejects.toBeInstanceOf(ShareUnavailable);
    await expect(list(root)).rejects.toThrow(/check that it is mounted and readable/);
  });
});
