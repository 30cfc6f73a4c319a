import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { shareId } from '../../../acl/index.ts';
import { agreement, type Core, ingest, openAnswering, openCore } from '../../../src/compose/index.ts';
import { toConfig } from '../../../src/config/index.ts';
import { DOCUMENTS_READ } from '../../../src/tools/index.ts';
import { tempFolder, writeFiles } from '../../support/temp-folder.ts';

const open: Core[] = [];
afterEach(async () => {
  for (const core of open.splice(0)) await core.close();
});

const onEvent = (): void => {};

/** A company in a temporary folder: its share, its directory and its configuration. */
function company(): string {
  const folder = tempFolder();
  writeFiles(folder, {
    'share/.acl.yaml': 'entries:\n  - allow: everyone\n',
    'share/a.txt': 'The first file.\n',
    'share/sub/b.md': '# B\n\nThe second file.\n',
    'share/bad.pdf': '%PDF-1.7 no',
    'directory.yaml': 'users: [{id: bob}]\n',
  });
  return folder;
}

async function core(folder: string, more = ''): Promise<Core> {
  const text = `data: share/data
shares: [{ name: docs, path: share, acl: { source: sidecar } }]
directory: { source: file, path: directory.yaml }
ingest: { workers: 1 }
${more}`;
  const made = await openCore(toConfig(join(folder, 'need-to-know.yaml'), text));
  open.push(made);
  return made;
}

async function documents({ catalog }: Core) {
  const found = await catalog.listDocuments({ share: shareId('docs'), under: '', after: '', limit: 100 });
  return new Map(found.map((document) => [document.path, document]));
}

describe('ingest', () => {
  it('never indexes its own data folder, also inside a share', async () => {
    const folder = company();
    const own = await core(folder);
    await ingest(own, { rebuild: false, onEvent });
    expect([...(await documents(own)).keys()]).toEqual(['a.txt', 'bad.pdf', 'sub/b.md']);
  });

  it('reads everything again with rebuild: new revisions, the same documents', async () => {
    const own = await core(company());
    await ingest(own, { rebuild: false, onEvent });
    const before = await documents(own);
    expect(await ingest(own, { rebuild: true, onEvent })).toMatchObject({ indexed: 2, removed: 0 });
    const after = await documents(own);
    expect([...after.keys()]).toEqual([...before.keys()]);
    for (const [path, document] of after) {
      expect(document).toMatchObject({ id: before.get(path)?.id, chunks: before.get(path)?.chunks });
      if (document.revision !== null) expect(document.revision).not.toBe(before.get(path)?.revision);
    }
    expect(await ingest(own, { rebuild: false, onEvent })).toMatchObject({ indexed: 0, unchanged: 2 });
  });

  it('tries quarantined files again when asked', async () => {
    const folder = company();
    const own = await core(folder);
    await ingest(own, { rebuild: false, onEvent });
    const times: string[] = [];
    const listen = {
      onEvent: (event: { kind: string; path?: string }) =>
        event.kind === 'reading' && times.push(event.path ?? ''),
    };
    await ingest(own, { rebuild: false, ...listen });
    expect(times).toEqual([]);
    await ingest(own, { rebuild: false, retryQuarantined: true, ...listen });
    expect(times).toEqual(['bad.pdf']);
  });

  it('refuses to start while the directory cannot be read whole, and changes nothing', async () => {
    const folder = company();
    const own = await core(folder);
    await ingest(own, { rebuild: false, onEvent });
    const before = await documents(own);
    writeFileSync(join(folder, 'directory.yaml'), 'users: [');
    writeFileSync(join(folder, 'share/new.txt'), 'new\n');
    await expect(ingest(own, { rebuild: false, onEvent })).rejects.toMatchObject({
      code: 'directory-incomplete',
    });
    expect(await documents(own)).toEqual(before);
  });

  it('moves to another model and back without reading a file again, and each table goes with the next pass', async () => {
    const folder = company();
    const plain = await core(folder);
    await ingest(plain, { rebuild: false, onEvent });
    const before = await documents(plain);
    const other = await core(folder, MODEL);
    const read: string[] = [];
    const listen = (event: { kind: string; path?: string }) =>
      event.kind === 'reading' && read.push(event.path ?? '');
    expect(await ingest(other, { rebuild: false, onEvent: listen })).toMatchObject({
      indexed: 0,
      unchanged: 2,
    });
    expect(await other.catalog.meta('embedder')).toContain('ntk/tiny-embedder');
    expect(readdirSync(join(folder, 'share/data/chunks'))).toHaveLength(2);
    await ingest(plain, { rebuild: false, onEvent: listen });
    expect(await plain.catalog.meta('embedder')).toBe('lexical');
    await ingest(plain, { rebuild: false, onEvent: listen });
    expect(readdirSync(join(folder, 'share/data/chunks'))).toHaveLength(1);
    expect(read).toEqual([]);
    expect(await documents(plain)).toEqual(before);
    expect(await agreement(plain)).toEqual({ missing: [], doubled: [], orphans: 0 });
  });

  it('moves to another model under the eyes of who asks, who is answered throughout', async () => {
    const folder = company();
    await ingest(await core(folder), { rebuild: false, onEvent });
    const asking = await core(folder, MODEL);
    const options = { publicUrl: 'http://127.0.0.1', onFault: () => undefined };
    const answering = await openAnswering(asking, options);
    const found = async () => {
      const user = await asking.userOf('bob');
      if (user === null) throw new Error('bob is unknown');
      const caller = { user, scopes: new Set([DOCUMENTS_READ]), via: 'cli' } as const;
      return answering.gate.call(answering.tools.searchDocuments, caller, { query: 'second file' });
    };
    const first = { path: 'sub/b.md' };
    expect(answering.modelTrouble).toContain('The index is of the model none');
    expect(await found()).toMatchObject({ output: { mode: 'lexical', results: [first, {}] } });
    const during: unknown[] = [];
    const onPhase = (event: { kind: string }) => event.kind === 'phase' && during.push(found());
    await ingest(await core(folder, MODEL), { rebuild: false, onEvent: onPhase });
    for (const answer of await Promise.all(during)) {
      expect(answer).toMatchObject({ output: { results: expect.arrayContaining([expect.anything()]) } });
    }
    await vi.waitUntil(() => answering.mode() === 'hybrid', { timeout: 20_000 });
    expect(await found()).toMatchObject({ output: { mode: 'hybrid', results: [first, {}] } });
    await answering.close();
  });

  it('moves to another model with rebuild and leaves nothing of the old index', async () => {
    const folder = company();
    await ingest(await core(folder), { rebuild: false, onEvent });
    const old = readdirSync(join(folder, 'share/data/chunks'));
    const other = await core(folder, MODEL);
    expect(await ingest(other, { rebuild: true, onEvent })).toMatchObject({ indexed: 2 });
    const now = readdirSync(join(folder, 'share/data/chunks'));
    expect(now).toHaveLength(1);
    expect(now).not.toEqual(old);
  });

  it('leaves the index as it was when the new model cannot be loaded', async () => {
    const folder = company();
    const own = await core(folder);
    await ingest(own, { rebuild: false, onEvent });
    const before = await documents(own);
    const other = await core(folder, MODEL.replace(TINY, join(folder, 'no-model')));
    await expect(ingest(other, { rebuild: true, onEvent })).rejects.toMatchObject({ code: 'model-missing' });
    expect(await documents(own)).toEqual(before);
    expect(await ingest(own, { rebuild: false, onEvent })).toMatchObject({ indexed: 0, unchanged: 2 });
  });

  it('is refused while another process writes', async () => {
    const own = await core(company());
    await own.catalog.lease.acquire(
      { holder: 'x', pid: 1, host: 'elsewhere', expires: Date.now() + 60_000 },
      Date.now(),
    );
    await expect(ingest(own, { rebuild: false, onEvent })).rejects.toMatchObject({ code: 'writer-busy' });
  });

  it('stops when told to, and goes on next time', async () => {
    const own = await core(company());
    const stop = new AbortController();
    const onReading = (event: { kind: string }): void => {
      if (event.kind === 'reading') stop.abort(new Error('enough'));
    };
    await expect(ingest(own, { rebuild: false, signal: stop.signal, onEvent: onReading })).rejects.toThrow(
      'enough',
    );
    expect(await ingest(own, { rebuild: false, onEvent })).toMatchObject({
      quarantined: [{ path: 'bad.pdf' }],
    });
    expect([...(await documents(own)).keys()]).toEqual(['a.txt', 'bad.pdf', 'sub/b.md']);
  });

  it('keeps what is known of a share whose folder is away', async () => {
    const folder = company();
    const own = await core(folder);
    await ingest(own, { rebuild: false, onEvent });
    renameSync(join(folder, 'share/a.txt'), join(folder, 'a.txt'));
    renameSync(join(folder, 'share/sub'), join(folder, 'sub'));
    renameSync(join(folder, 'share/bad.pdf'), join(folder, 'bad.pdf'));
    expect((await ingest(own, { rebuild: false, onEvent })).skippedShares).toHaveLength(1);
    expect((await documents(own)).size).toBe(3);
  });
});

/** The small model that stands in the repository for tests. */
const TINY = join(import.meta.dirname, '../../models/tiny-embedder');
const MODEL = `embedding: { model: ntk/tiny-embedder, path: ${JSON.stringify(TINY)}, download: false, dimensions: 48, pooling: mean, threads: 1 }\n`;
