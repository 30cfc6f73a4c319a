import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  linkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Embedder, EmbedderError } from '../../../index/index.ts';
import { createFakeEmbedder } from '../../fakes/fake-embedder.ts';
import { words } from '../../support/chunks.ts';
import { EVERYONE_READS, HR_READS, PassBench } from '../../support/company-pass.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const SHARE = {
  '.acl.yaml': EVERYONE_READS,
  'a.txt': 'The first file of the share.\n',
  'hr/.acl.yaml': HR_READS,
  'hr/salaries.md': '# Salaries\n\nAnna earns a lot.\n\n## Bob\n\nBob earns less.\n',
  'empty.txt': '',
};

async function ingested(files: Readonly<Record<string, string>> = SHARE): Promise<PassBench> {
  const bench = await PassBench.open(files);
  await bench.pass();
  return bench;
}

describe('runPass', () => {
  it('indexes a share: outcome, readers and chunks of each file', async () => {
    const bench = await PassBench.open(SHARE);
    const summary = await bench.pass();
    expect(summary).toMatchObject({ files: 3, indexed: 2, noText: 1, quarantined: [], skippedShares: [] });
    const state = await bench.state();
    expect(Object.keys(state)).toEqual(['a.txt', 'empty.txt', 'hr/salaries.md']);
    expect(state['a.txt']).toMatchObject({ outcome: 'indexed', readers: 'anna bob' });
    expect(state['empty.txt']).toMatchObject({ outcome: 'no-text', chunks: [] });
    expect(state['hr/salaries.md']).toMatchObject({
      readers: 'anna',
      chunks: [expect.stringContaining('Anna earns'), expect.stringContaining('Bob earns')],
    });
  });

  it('changes nothing at a second pass', async () => {
    const bench = await ingested({ ...SHARE, 'bad.pdf': '%PDF-1.7 not really' });
    const before = await bench.state();
    const summary = await bench.pass();
    expect(summary).toMatchObject({
      indexed: 0,
      noText: 0,
      moved: 0,
      relabelled: 0,
      removed: 0,
      chunks: 0,
      unchanged: 3,
    });
    expect(await bench.state()).toEqual(before);
  });

  it('replaces an edited file and keeps its id', async () => {
    const bench = await ingested();
    const { id, revision } = await bench.document('a.txt');
    bench.write({ 'a.txt': 'Other words.\n' });
    await bench.pass();
    const after = await bench.document('a.txt');
    expect(after.id).toBe(id);
    expect(after.revision).not.toBe(revision);
    expect((await bench.state())['a.txt']?.chunks).toEqual(['0 a.txt Other words.']);
    expect(await bench.orphans()).toBe(0);
  });

  it('notices an edit that kept size and modification time', async () => {
    const bench = await ingested();
    const { atime, mtime } = statSync(bench.at('a.txt'));
    writeFileSync(bench.at('a.txt'), 'The other file of the share.\n');
    utimesSync(bench.at('a.txt'), atime, mtime);
    await bench.pass();
    expect((await bench.state())['a.txt']?.chunks[0]).toContain('The other file');
  });

  it('counts a touched or chmodded file as unchanged without reading it anew', async () => {
    const bench = await ingested();
    const { revision } = await bench.document('a.txt');
    chmodSync(bench.at('a.txt'), 0o600);
    utimesSync(bench.at('empty.txt'), 1, 1);
    expect(await bench.pass()).toMatchObject({ indexed: 0, unchanged: 3, noText: 0 });
    expect((await bench.document('a.txt')).revision).toBe(revision);
  });

  it('keeps id and revision of a moved file and counts it as moved', async () => {
    const bench = await ingested();
    const { id, revision } = await bench.document('a.txt');
    renameSync(bench.at('a.txt'), bench.at('b.txt'));
    expect(await bench.pass()).toMatchObject({ moved: 1, indexed: 0, removed: 0 });
    expect(await bench.document('b.txt')).toMatchObject({ id, revision });
    expect((await bench.state())['b.txt']?.chunks[0]).toMatch(/^0 b\.txt /);
  });

  it('gives a file moved into another folder the readers of that folder', async () => {
    const bench = await ingested();
    renameSync(bench.at('a.txt'), bench.at('hr/a.txt'));
    await bench.pass();
    expect(await bench.readers('hr/a.txt')).toBe('anna');
  });

  it('keeps the documents of a renamed folder', async () => {
    const bench = await ingested();
    const { id } = await bench.document('hr/salaries.md');
    renameSync(bench.at('hr'), bench.at('people'));
    expect(await bench.pass()).toMatchObject({ moved: 1, indexed: 0 });
    expect((await bench.document('people/salaries.md')).id).toBe(id);
  });

  it('does not take a new file for a deleted one whose number, size and time it has', async () => {
    const bench = await ingested();
    const { id } = await bench.document('hr/salaries.md');
    const { size, ino } = statSync(bench.at('hr/salaries.md'));
    const times = join(tempFolder(), 'times');
    execFileSync('touch', ['-r', bench.at('hr/salaries.md'), times]);
    // The same inode with other bytes is what a reused number looks like.
    renameSync(bench.at('hr/salaries.md'), bench.at('mine.md'));
    writeFileSync(bench.at('mine.md'), 'x'.repeat(size));
    execFileSync('touch', ['-r', times, bench.at('mine.md')]);
    expect(statSync(bench.at('mine.md')).ino).toBe(ino);
    await bench.pass();
    const state = await bench.state();
    expect(state['mine.md']).toMatchObject({ readers: 'anna bob' });
    expect(state['mine.md']?.chunks.join()).not.toContain('earns');
    expect((await bench.document('mine.md')).id).toBe(id);
  });

  it('removes a deleted file with its chunks', async () => {
    const bench = await ingested();
    rmSync(bench.at('a.txt'));
    expect(await bench.pass()).toMatchObject({ removed: 1 });
    expect(Object.keys(await bench.state())).toEqual(['empty.txt', 'hr/salaries.md']);
    expect(await bench.orphans()).toBe(0);
  });

  it('removes both names of a deleted hard link in one pass', async () => {
    const bench = await PassBench.open(SHARE);
    linkSync(bench.at('a.txt'), bench.at('link.txt'));
    await bench.pass();
    rmSync(bench.at('a.txt'));
    rmSync(bench.at('link.txt'));
    expect(await bench.pass()).toMatchObject({ removed: 2 });
    expect(Object.keys(await bench.state())).toEqual(['empty.txt', 'hr/salaries.md']);
  });

  it('follows an edited list, both ways, without new revisions', async () => {
    const bench = await ingested();
    const { revision } = await bench.document('a.txt');
    bench.write({ '.acl.yaml': HR_READS });
    expect(await bench.pass()).toMatchObject({ relabelled: 2, indexed: 0 });
    expect(await bench.readers('a.txt')).toBe('anna');
    bench.write({ '.acl.yaml': EVERYONE_READS });
    await bench.pass();
    expect(await bench.readers('a.txt')).toBe('anna bob');
    expect((await bench.document('a.txt')).revision).toBe(revision);
  });

  it('hides what stands under a broken list and shows it again when the list is mended', async () => {
    const bench = await ingested();
    bench.write({ 'hr/.acl.yaml': 'entries: [' });
    const summary = await bench.pass();
    expect(summary.quarantined).toMatchObject([{ path: 'hr/salaries.md', reason: 'acl-unreadable' }]);
    expect(await bench.readers('hr/salaries.md')).toBe('nobody');
    expect(await bench.orphans()).toBe(0);
    bench.write({ 'hr/.acl.yaml': HR_READS });
    await bench.pass();
    expect(await bench.readers('hr/salaries.md')).toBe('anna');
    expect((await bench.state())['hr/salaries.md']?.chunks).toHaveLength(2);
  });

  it('hides everything when the list of the root is deleted', async () => {
    const bench = await ingested();
    rmSync(bench.at('.acl.yaml'));
    await bench.pass();
    expect(await bench.readers('a.txt')).toBe('nobody');
    expect(await bench.readers('hr/salaries.md')).toBe('anna');
  });

  it('does not double the chunks of a content that is read again, and brings their labels up to date', async () => {
    const bench = await ingested();
    const before = await bench.state();
    // As left by a rebuild that died before it raised the generation.
    await bench.catalog.forgetHashes();
    await bench.pass();
    expect(await bench.state()).toEqual(before);
    await bench.catalog.forgetHashes();
    bench.write({ '.acl.yaml': HR_READS });
    await bench.pass();
    await bench.pass();
    const fresh = await bench.afresh();
    await fresh.pass();
    expect(await bench.state()).toEqual(await fresh.state());
    const { scope } = await bench.document('a.txt');
    const found = await bench.store.lexical(words('share'), { scopes: scope === null ? [] : [scope] }, 10);
    expect(found.map(({ path }) => path)).toEqual(['a.txt']);
  });

  it('never indexes a permissions file', async () => {
    const bench = await ingested({ ...SHARE, 'x/.ACL.yaml': EVERYONE_READS });
    expect(Object.keys(await bench.state()).filter((path) => /acl/i.test(path))).toEqual([]);
  });

  it('keeps everything of a share that looks empty, and names it', async () => {
    const bench = await ingested();
    const before = await bench.state();
    renameSync(bench.at(''), `${bench.at('')}-away`);
    bench.write({});
    expect((await bench.pass()).skippedShares[0]?.detail).toContain('cannot be listed');
    execFileSync('mkdir', ['-p', bench.at('')]);
    expect((await bench.pass()).skippedShares[0]?.detail).toContain('nothing was removed');
    expect(await bench.state()).toEqual(before);
  });

  it('drops the documents of a share that the configuration no longer names', async () => {
    const bench = await PassBench.open(SHARE);
    bench.write(SHARE, 'other');
    await bench.pass({ shares: ['docs', 'other'] });
    expect(Object.keys(await bench.state('other'))).toHaveLength(3);
    await bench.pass({ shares: ['docs'] });
    expect(await bench.state('other')).toEqual({});
    expect(Object.keys(await bench.state('docs'))).toHaveLength(3);
    expect(await bench.orphans()).toBe(0);
  });

  it('goes on with the other shares when one cannot be listed', async () => {
    const bench = await PassBench.open(SHARE);
    const summary = await bench.pass({ shares: ['missing', 'docs'] });
    expect(summary.skippedShares).toMatchObject([{ share: 'missing' }]);
    expect(summary.indexed).toBe(2);
  });

  it('names each file that gives no document and indexes the rest', async () => {
    const bench = await PassBench.open({ ...SHARE, 'bad.pdf': '%PDF-1.7 no', 'x.bin': '\0\x01\x02' });
    symlinkSync(tempFolder(), bench.at('out'));
    symlinkSync('/nonexistent', bench.at('nowhere'));
    const { quarantined, indexed } = await bench.pass();
    expect(Object.fromEntries(quarantined.map(({ path, reason }) => [path, reason]))).toMatchObject({
      'bad.pdf': 'corrupt',
      out: 'outside-share',
      nowhere: 'unreadable',
    });
    expect(indexed).toBe(2);
    expect((await bench.pass()).quarantined.map(({ path }) => path).sort()).toEqual([
      'bad.pdf',
      'nowhere',
      'out',
      'x.bin',
    ]);
  });

  it('takes a name that is not UTF-8 beside the file whose name it looks like', async () => {
    const bench = await PassBench.open({ ...SHARE, 'caf\u00e9.txt': 'Coffee is free.\n' });
    writeFileSync(
      Buffer.concat([Buffer.from(`${bench.at('caf')}`), Buffer.from([0xe9]), Buffer.from('.txt')]),
      'other',
    );
    for (const pass of [1, 2, 3]) {
      const { quarantined } = await bench.pass();
      expect(quarantined, `pass ${pass}`).toMatchObject([{ reason: 'path-not-utf8' }]);
      expect(await bench.readers('caf\u00e9.txt'), `pass ${pass}`).toBe('anna bob');
    }
  });

  it('withholds a file whose list and text changed until it was read', async () => {
    const bench = await ingested();
    bench.write({ '.acl.yaml': HR_READS });
    appendFileSync(bench.at('a.txt'), 'More.\n');
    const stop = new AbortController();
    const { store } = bench;
    const embedder: Embedder = {
      ...createFakeEmbedder(),
      embed: () => Promise.reject(new EmbedderError('embedder-crashed', 'x')),
    };
    await expect(bench.pass({ embedder, store, signal: stop.signal })).rejects.toThrow(EmbedderError);
    expect(await bench.readers('a.txt')).toBe('nobody');
    await bench.pass();
    expect(await bench.readers('a.txt')).toBe('anna');
  });
});

it('a file name with any odd character is indexed under that name', async () => {
  const names = [
    'it\'s "odd".txt',
    'two\nlines.txt',
    '🔒 emoji.txt',
    'a%b_c.txt',
    'back\\slash.txt',
    ' lead.txt',
    "x' OR '1'='1.txt",
    'cafe\u0301.txt',
  ];
  const bench = await ingested({
    '.acl.yaml': EVERYONE_READS,
    ...Object.fromEntries(names.map((name) => [name, `I am ${names.indexOf(name)}.\n`])),
  });
  const state = await bench.state();
  expect(Object.keys(state).sort()).toEqual([...names].sort());
  expect(
    Object.values(state).every(({ outcome, chunks }) => outcome === 'indexed' && chunks.length === 1),
  ).toBe(true);
  rmSync(join(bench.at(''), "x' OR '1'='1.txt"));
  expect(await bench.pass()).toMatchObject({ removed: 1, unchanged: names.length - 1 });
});
