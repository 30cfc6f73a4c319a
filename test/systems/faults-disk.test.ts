import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { expectFresh, expectFreshByNextPass } from './faults/index-state.ts';
import { type Disk, mountDisk } from './faults/mounts.ts';
import { type Ended, ntk } from './faults/ntk.ts';
import { expected, newReading, readOnce, shown } from './faults/reader.ts';
import { type Fact, LOGINS, makeScene, type Scene } from './faults/scene.ts';
import { type Serving, startServing, until } from './faults/serving.ts';

/** Longer than a statement waits for another process's write. */
const LOCKED_MS = 8_000;
const WHOLE = 'what was written before is whole';

/** Many files that arrive at once. */
const ARRIVALS: readonly Fact[] = Array.from({ length: 120 }, (_, at) => ({
  path: `arrivals/${String(at).padStart(3, '0')}.md`,
  mark: `${letters(at)}9`,
  readers: LOGINS,
}));

function letters(at: number): string {
  return `n${String.fromCharCode(97 + Math.floor(at / 26), 97 + (at % 26))}`;
}

/** A share, and an index of it. */
interface Place {
  readonly scene: Scene;
  readonly data: string;
  readonly config: string;
  ingest(): Promise<Ended>;
  search(): Promise<Ended>;
  /** Expects the index to be what a fresh one is. */
  fresh(): Promise<void>;
}

async function indexed(scene = makeScene()): Promise<Place> {
  const data = join(scene.folder, 'data');
  const config = scene.config('data');
  const ingest = (): Promise<Ended> => ntk(['ingest', '-c', config]);
  expect(await ingest()).toMatchObject({ code: 0 });
  return {
    scene,
    data,
    config,
    ingest,
    search: () => ntk(['search', 'zebra', '--as', 'anna', '-n', '50', '-c', config]),
    fresh: () => expectFresh(scene, 'data'),
  };
}

/** The same with its data folder on a disk of its own. */
async function indexedOn(size: string): Promise<Place & { readonly disk: Disk }> {
  const scene = makeScene();
  const disk = mountDisk(join(scene.folder, 'data'), size);
  return { ...(await indexed(scene)), disk };
}

/** While something is wrong: the server lives, and what it shows is right. */
async function expectRight(server: Serving, scene: Scene): Promise<number> {
  const reading = newReading();
  for (let times = 0; times < 3; times += 1)
    await readOnce(server.door, [scene.before, scene.after], reading);
  expect(reading.wrong).toEqual([]);
  expect(await server.get('/healthz')).toBe(200);
  return reading.answers;
}

async function untilShown(server: Serving, scene: Scene): Promise<void> {
  const all = JSON.stringify(expected(scene.after));
  await until(async () => JSON.stringify(await shown(server.door)) === all);
}

function fill(folder: string): () => void {
  const file = join(folder, 'filling');
  try {
    for (;;) appendFileSync(file, Buffer.alloc(4_096));
  } catch {}
  return () => rmSync(file);
}

describe.concurrent('a full disk', () => {
  async function prepare(): Promise<Place & { readonly disk: Disk }> {
    const place = await indexedOn('2m');
    place.scene.change();
    return place;
  }

  it('ends a pass with the name of the folder and the mend, and the next pass catches up', async () => {
    const { disk, scene, data, ingest, search, fresh } = await prepare();
    for (const { path, mark } of ARRIVALS) scene.write(path, mark, 200);
    disk.leave(400_000);
    const { code, err } = await ingest();
    expect({ code, err }).toMatchObject({ code: 1 });
    expect(err).toContain(`the disk of the data folder ${data} is full: make room`);
    expect(err).toContain(WHOLE);
    expect(err).not.toContain('    at ');

    // What was there answers as long as its record can be written.
    disk.leave(64_000);
    const found = await search();
    expect(found, found.err).toMatchObject({ code: 0 });
    expect(found.out).toContain('keep.md');
    const empty = fill(data);
    const refused = await search();
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toContain(data);
    expect(refused.err).toContain('free space');
    empty();

    disk.resize('64m');
    expect(await ingest()).toMatchObject({ code: 0 });
    await fresh();
  });

  it('is told by a server, which answers rightly or not at all and goes on when there is room', async () => {
    const { disk, scene, data, config } = await prepare();
    const server = await startServing(config, LOGINS);
    await untilShown(server, scene);
    const empty = fill(data);
    scene.write('edit.md', 'edit1');
    await server.saying(`fault in ingestion: the disk of the data folder ${data} is full: make room`);
    // Records go on fitting until the last page of their file is full.
    await expectRight(server, scene);
    await server.saying(`fault in search_documents: the disk of the data folder ${data} is full: make room`);
    expect(server.process.exitCode).toBe(null);
    empty();
    disk.resize('64m');
    scene.write('edit.md', 'edit2');
    await untilShown(server, scene);
    await server.stop();
    await server.childrenGone();
    await expectFreshByNextPass(scene, 'data');
  });

  it('is told again when it happens again', async () => {
    const { scene, data, config } = await prepare();
    const server = await startServing(config, LOGINS);
    await untilShown(server, scene);
    const said = `the disk of the data folder ${data} is full`;
    for (const times of [1, 2]) {
      const empty = fill(data);
      scene.write('edit.md', 'edit1');
      await server.saying(said, times);
      empty();
      scene.write('edit.md', 'edit2');
      const compared = server.said().split('compared ').length - 1;
      await server.saying('compared ', compared + 1);
    }
    await server.stop();
  });

  it('under the passages alone ends a pass in the same words, and the next pass catches up', async () => {
    const { disk, scene, data, ingest, fresh } = await prepare();
    const chunks = join(data, 'chunks');
    const copy = join(scene.folder, 'chunks-copy');
    cpSync(chunks, copy, { recursive: true });
    disk.resize('64m');
    const small = mountDisk(chunks, '600k');
    cpSync(copy, chunks, { recursive: true });
    const empty = fill(chunks);
    const { code, err } = await ingest();
    expect({ code, err }).toMatchObject({ code: 1 });
    expect(err).toContain(`the disk of the data folder ${data} is full: make room`);
    empty();
    small.resize('64m');
    expect(await ingest()).toMatchObject({ code: 0 });
    await fresh();
  });
});

describe.concurrent('a data folder that cannot be written', () => {
  it('is named by every command, and nothing is lost', async () => {
    const { disk, scene, data, config, ingest, fresh } = await indexedOn('16m');
    scene.change();
    disk.readOnly();
    for (const args of [
      ['ingest'],
      ['search', 'zebra', '--as', 'anna'],
      ['status'],
      ['serve', '--port', '0'],
    ]) {
      const { code, out, err } = await ntk([...args, '-c', config]);
      expect({ args, code, out }).toEqual({ args, code: 1, out: '' });
      expect(err).toContain(data);
      expect(err).toContain('is writable');
      expect(err).not.toContain('    at ');
    }
    disk.writable();
    expect(await ingest()).toMatchObject({ code: 0 });
    await fresh();
  });

  it('stops a running server from answering, for nothing could be recorded, until it is mended', async () => {
    const { scene, data, config } = await indexed();
    // Without this right root may write everywhere.
    const under = ['setpriv', '--bounding-set=-dac_override,-dac_read_search'];
    const server = await startServing(config, LOGINS, { under });
    await server.saying('compared ');
    execFileSync('chmod', ['-R', 'a-w', data]);
    scene.change();
    await server.saying(`fault in ingestion: the data folder ${data} cannot be `);
    expect(await expectRight(server, scene)).toBe(0);
    execFileSync('chmod', ['-R', 'u+w', data]);
    await untilShown(server, scene);
    await server.stop();
    await expectFreshByNextPass(scene, 'data');
  });
});

describe.concurrent('a catalog that another process has locked', () => {
  async function prepare(): Promise<Place & { readonly other: DatabaseSync }> {
    const place = await indexed();
    const other = new DatabaseSync(join(place.data, 'catalog.sqlite'));
    place.scene.change();
    return { ...place, other };
  }

  it('ends a pass in words when it stays locked, answers meanwhile, and the next pass catches up', async () => {
    const { other, data, ingest, search, fresh } = await prepare();
    other.exec('begin exclusive');
    const { code, err } = await ingest();
    expect({ code, err }).toMatchObject({ code: 1 });
    expect(err).toContain(`another process keeps the catalog in ${data} locked`);
    expect(err).toContain(WHOLE);
    expect(err).not.toContain('    at ');
    const found = await search();
    expect(found.out).toContain('keep.md');
    other.exec('rollback');
    expect(await ingest()).toMatchObject({ code: 0 });
    other.close();
    await fresh();
  });

  it('is waited for when it is soon given free', async () => {
    const { other, ingest, fresh } = await prepare();
    other.exec('begin exclusive');
    const pass = ingest();
    await sleep(2_000);
    other.exec('rollback');
    expect(await pass).toMatchObject({ code: 0 });
    other.close();
    await fresh();
  });

  it('is told by a server, which goes on when it is free', async () => {
    const { other, scene, data, config } = await prepare();
    const server = await startServing(config, LOGINS);
    await untilShown(server, scene);
    other.exec('begin exclusive');
    scene.write('edit.md', 'edit1');
    await server.saying(`fault in ingestion: another process keeps the catalog in ${data} locked`);
    await expectRight(server, scene);
    await sleep(LOCKED_MS);
    other.exec('rollback');
    scene.write('edit.md', 'edit2');
    await untilShown(server, scene);
    await server.stop();
    other.close();
    await expectFreshByNextPass(scene, 'data');
  });
});

describe.concurrent('passages that cannot be stored', () => {
  const away = ({ data, scene }: Pick<Place, 'data' | 'scene'>): (() => void) => {
    const chunks = join(data, 'chunks');
    const aside = join(scene.folder, 'aside');
    renameSync(chunks, aside);
    writeFileSync(chunks, 'no folder');
    return () => {
      rmSync(chunks);
      renameSync(aside, chunks);
    };
  };

  it('end a pass and a search in words, and the next pass catches up', async () => {
    const { scene, data, ingest, search, fresh } = await indexed();
    scene.change();
    const back = away({ data, scene });
    for (const { code, out, err } of [await ingest(), await search()]) {
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toContain(join(data, 'chunks'));
      expect(err).not.toContain('    at ');
    }
    back();
    expect(await ingest()).toMatchObject({ code: 0 });
    await fresh();
  });

  it('are told by a server, which goes on when they can', async () => {
    const { scene, data, config } = await indexed();
    const server = await startServing(config, LOGINS);
    await server.saying('compared ');
    const back = away({ data, scene });
    scene.change();
    await server.saying('fault in ingestion: ');
    await expectRight(server, scene);
    back();
    await untilShown(server, scene);
    await server.stop();
    await expectFreshByNextPass(scene, 'data');
    expect(statSync(join(data, 'chunks')).isDirectory()).toBe(true);
    expect(readdirSync(join(data, 'chunks'))).toHaveLength(1);
  });
});
