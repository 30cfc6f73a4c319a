import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { openAnswering, openCore } from '../../src/compose/index.ts';
import { loadConfig } from '../../src/config/index.ts';
import { functionDoor } from '../support/doors.ts';
import { extent } from './faults/extent.ts';
import { type IndexState, indexState } from './faults/index-state.ts';
import { TINY_MODEL } from './faults/model.ts';
import { ntk, startNtk, stepsIn } from './faults/ntk.ts';
import { expected, newReading, type Reading, readOnce, shown } from './faults/reader.ts';
import { type Fact, makeScene, type Scene } from './faults/scene.ts';

const AT_ONCE = 2;
const READ_EVERY_MS = 100;
const TIMEOUT = 3_600_000;

/** Opens an index in this process, as another that only reads, and closes it again. */
async function withDoor<T>(
  config: string,
  work: (door: ReturnType<typeof functionDoor>) => Promise<T>,
): Promise<T> {
  const core = await openCore(await loadConfig(config));
  const answering = await openAnswering(core, { publicUrl: 'http://documents.example', onFault: () => {} });
  try {
    return await work(functionDoor(answering));
  } finally {
    await answering.close();
    await core.close();
  }
}

/** Asks again and again while a process lives, as people do who know nothing of passes. */
async function readWhile(
  config: string,
  process: Promise<unknown>,
  states: readonly (readonly Fact[])[],
): Promise<Reading> {
  const reading = newReading();
  let over = false;
  void process.finally(() => {
    over = true;
  });
  await withDoor(config, async (door) => {
    while (!over) {
      await readOnce(door, states, reading);
      await sleep(READ_EVERY_MS);
    }
    await readOnce(door, states, reading);
  });
  return reading;
}

/** Takes numbers from a list, several at once. */
async function each(numbers: readonly number[], work: (number: number) => Promise<void>): Promise<void> {
  const left = [...numbers];
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

const boundaries = (writes: number): number[] =>
  Array.from({ length: writes }, (_, at) => at + 1).filter((at) => at % extent.every === 1 % extent.every);

describe('a pass killed before any of its writes', () => {
  let scene: Scene;
  let fresh: IndexState;
  let before: IndexState;
  let writes = 0;

  beforeAll(async () => {
    scene = makeScene();
    expect(await ntk(['ingest', '-c', scene.config('before')])).toMatchObject({ code: 0 });
    before = await indexState(scene.config('before'));
    scene.change();
    expect(await ntk(['ingest', '-c', scene.config('fresh')])).toMatchObject({ code: 0 });
    fresh = await indexState(scene.config('fresh'));
    const countStepsIn = join(scene.folder, 'steps');
    scene.copy('before', 'counted');
    await ntk(['ingest', '-c', scene.config('counted')], { countStepsIn });
    writes = stepsIn(countStepsIn).write;
  });

  it('is made good by the next, and shows nobody a text that is not his or not whole', {
    timeout: TIMEOUT,
  }, async () => {
    expect(writes).toBeGreaterThan(40);
    let answers = 0;
    await each(boundaries(writes), async (at) => {
      const data = `killed-${at}`;
      const config = scene.config(data);
      scene.copy('before', data);
      const killed = startNtk(['ingest', '-c', config], {
        at: { kind: 'write', step: at, signal: 'SIGKILL' },
      });
      const reading = await readWhile(config, killed.ended, [scene.before, scene.after]);
      expect(await killed.ended, `before write ${at}`).toMatchObject({ signal: 'SIGKILL' });
      await killed.childrenGone();

      const next = await ntk(['ingest', '-c', config]);
      expect(next, `after a kill before write ${at}`).toMatchObject({ code: 0 });
      expect(reading.wrong, `before write ${at}`).toEqual([]);
      answers += reading.answers;

      const state = await indexState(config);
      expect(state.documents, `before write ${at}`).toEqual(fresh.documents);
      expect(state, `before write ${at}`).toMatchObject({ orphans: 0, waiting: 0 });
      for (const [now, then] of [
        ['keep.md', 'keep.md'],
        ['edit.md', 'edit.md'],
        ['list/moved.md', 'move.md'],
        ['renamed/a.md', 'folder/a.md'],
      ] as const)
        expect(state.ids[now], `${now} killed before write ${at}`).toBe(before.ids[then]);
      expect(await withDoor(config, shown), `before write ${at}`).toEqual(expected(scene.after));
    });
    expect(answers).toBeGreaterThan(boundaries(writes).length);
  });

  it('is made good by the next when it was the very first', { timeout: TIMEOUT }, async () => {
    const countStepsIn = join(scene.folder, 'first-steps');
    await ntk(['ingest', '-c', scene.config('first')], { countStepsIn });
    const firstWrites = stepsIn(countStepsIn).write;
    expect(firstWrites).toBeGreaterThan(40);
    await each(boundaries(firstWrites), async (at) => {
      const config = scene.config(`first-${at}`);
      const killed = startNtk(['ingest', '-c', config], {
        at: { kind: 'write', step: at, signal: 'SIGKILL' },
      });
      expect(await killed.ended, `before write ${at}`).toMatchObject({ signal: 'SIGKILL' });
      await killed.childrenGone();
      const next = await ntk(['ingest', '-c', config]);
      expect(next, `after a kill before write ${at}`).toMatchObject({ code: 0 });
      const state = await indexState(config);
      expect(state.documents, `before write ${at}`).toEqual(fresh.documents);
      expect(state, `before write ${at}`).toMatchObject({ orphans: 0, waiting: 0 });
      expect(await withDoor(config, shown), `before write ${at}`).toEqual(expected(scene.after));
    });
  });
});

describe('a process killed from outside at any moment', () => {
  let scene: Scene;
  let fresh: IndexState;
  let milliseconds = 0;

  beforeAll(async () => {
    scene = makeScene();
    expect(await ntk(['ingest', '-c', scene.config('before', TINY_MODEL)])).toMatchObject({ code: 0 });
    scene.change();
    expect(await ntk(['ingest', '-c', scene.config('fresh', TINY_MODEL)])).toMatchObject({ code: 0 });
    fresh = await indexState(scene.config('fresh', TINY_MODEL));
    scene.copy('before', 'timed');
    const started = performance.now();
    await ntk(['ingest', '-c', scene.config('timed', TINY_MODEL)]);
    milliseconds = performance.now() - started;
  });

  // Spread over the length of a pass, starting and closing included.
  const moments = Array.from({ length: extent.kills }, (_, at) => (at + Math.random()) / extent.kills);

  it.concurrent.each(['ingest', 'serve'])(
    '%s leaves nothing running and an index that the next makes whole',
    {
      timeout: TIMEOUT,
    },
    async (command) => {
      for (const [at, moment] of moments.entries()) {
        const data = `${command}-${at}`;
        const config = scene.config(data, TINY_MODEL);
        scene.copy('before', data);
        const args = command === 'serve' ? ['serve', '--port', '0', '-c', config] : ['ingest', '-c', config];
        const killed = startNtk(args);
        const wait = sleep(moment * milliseconds).then(() => killed.kill('SIGKILL'));
        const reading = await readWhile(config, killed.ended, [scene.before, scene.after]);
        await wait;
        await killed.childrenGone();
        expect(reading.wrong, `after ${moment} of a pass`).toEqual([]);

        const next = startNtk(args);
        if (command === 'serve') {
          await next.saying('compared ');
          next.kill('SIGTERM');
        }
        expect(await next.ended, `after ${moment} of a pass`).toMatchObject({ code: 0 });
        await next.childrenGone();
        const state = await indexState(config);
        expect(state.documents, `after ${moment} of a pass`).toEqual(fresh.documents);
        expect(state, `after ${moment} of a pass`).toMatchObject({ orphans: 0, waiting: 0 });
        expect(await withDoor(config, shown)).toEqual(expected(scene.after));
      }
    },
  );
});
