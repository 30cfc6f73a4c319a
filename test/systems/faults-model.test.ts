import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { extent } from './faults/extent.ts';
import { expectFresh, expectFreshByNextPass } from './faults/index-state.ts';
import { embedders, TINY_MODEL } from './faults/model.ts';
import { type Ntk, ntk, startNtk, stepsIn } from './faults/ntk.ts';
import { expected, newReading, readOnce, shown } from './faults/reader.ts';
import { LOGINS, makeScene, type Scene } from './faults/scene.ts';
import { type Serving, startServing, until } from './faults/serving.ts';

interface Prepared {
  readonly scene: Scene;
  /** Configuration of an index of the share before it was changed. */
  readonly config: (data: string) => string;
}

/** A share that has changed, and an index of what it was. */
async function prepare({ changed = true } = {}): Promise<Prepared> {
  const scene = makeScene();
  expect(await ntk(['ingest', '-c', scene.config('before', TINY_MODEL)])).toMatchObject({ code: 0 });
  if (changed) scene.change();
  return {
    scene,
    config(data) {
      scene.copy('before', data);
      return scene.config(data, TINY_MODEL);
    },
  };
}

async function writesOf({ scene, config }: Prepared): Promise<number> {
  const countStepsIn = join(scene.folder, 'steps');
  expect(await ntk(['ingest', '-c', config('counted')], { countStepsIn })).toMatchObject({ code: 0 });
  return stepsIn(countStepsIn).write;
}

/** Signals every model that a process has loaded; gives how many there were. */
function signal(process_: Ntk, name: NodeJS.Signals): readonly number[] {
  const pids = embedders(process_.children());
  for (const pid of pids) process.kill(pid, name);
  return pids;
}

/** Stops a pass before one of its writes and signals its model there. */
async function passWith(config: string, step: number, name: NodeJS.Signals): Promise<Ntk> {
  const pass = startNtk(['ingest', '-c', config], { at: { kind: 'write', step, signal: 'SIGSTOP' } });
  await pass.stopped();
  expect(signal(pass, name), `models before write ${step}`).toHaveLength(1);
  pass.kill('SIGCONT');
  return pass;
}

async function untilShown(server: Serving, scene: Scene): Promise<void> {
  const all = JSON.stringify(expected(scene.after));
  await until(async () => JSON.stringify(await shown(server.door)) === all);
}

// Waiting is most of what they do: side by side they take the time of the longest.
describe.concurrent('a model whose process', () => {
  it('is killed between two writes of a pass is started again, and the pass ends well', async () => {
    const prepared = await prepare();
    const { scene, config } = prepared;
    const writes = await writesOf(prepared);
    const moments = Math.ceil(extent.kills / 2);
    for (let at = 0; at < moments; at += 1) {
      const data = `killed-${at}`;
      // Past what is written before the model is loaded, and before it is let go.
      const step = Math.floor((writes * (at + 1)) / (moments + 2)) + 1;
      const pass = await passWith(config(data), step, 'SIGKILL');
      expect(await pass.ended).toMatchObject({ code: 0 });
      await pass.childrenGone();
      await expectFresh(scene, data, TINY_MODEL);
    }
  });

  it('is killed again and again ends a pass in words, and the next catches up', async () => {
    const { scene, config } = await prepare();
    const file = config('data');
    const pass = startNtk(['ingest', '-c', file]);
    let over = false;
    void pass.ended.then(() => {
      over = true;
    });
    while (!over) {
      signal(pass, 'SIGKILL');
      await sleep(5);
    }
    const { code, err } = await pass.ended;
    expect({ code, err }).toMatchObject({ code: 1 });
    expect(err).toMatch(/The embedding process ended with SIGKILL/);
    expect(err).not.toContain('    at ');
    await pass.childrenGone();
    expect(await ntk(['ingest', '-c', file])).toMatchObject({ code: 0 });
    await expectFresh(scene, 'data', TINY_MODEL);
  });

  it('hangs in a pass is given up after its time, and the pass ends well with another', async () => {
    const prepared = await prepare();
    const { scene, config } = prepared;
    const early = Math.floor((await writesOf(prepared)) / 4);
    const pass = await passWith(config('data'), early, 'SIGSTOP');
    expect(await pass.ended).toMatchObject({ code: 0 });
    await pass.childrenGone();
    await expectFresh(scene, 'data', TINY_MODEL);
  });

  it.each(['SIGKILL', 'SIGSTOP'] as const)(
    'gets %s under a server keeps nothing from being found, nor shows more than before',
    async (name) => {
      const { scene, config } = await prepare({ changed: false });
      const server = await startServing(config('data'), LOGINS);
      await server.saying('compared ');
      expect(signal(server, name)).not.toHaveLength(0);
      scene.change();
      const reading = newReading();
      await readOnce(server.door, [scene.before, scene.after], reading);
      await untilShown(server, scene);
      await readOnce(server.door, [scene.before, scene.after], reading);
      expect(reading.wrong).toEqual([]);
      expect(reading.answers).toBeGreaterThan(0);
      await server.stop();
      await server.childrenGone();
      await expectFreshByNextPass(scene, 'data', TINY_MODEL);
    },
  );
});
