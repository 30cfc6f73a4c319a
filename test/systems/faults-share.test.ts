import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { extent } from './faults/extent.ts';
import { expectFresh, expectFreshByNextPass, type IndexState, indexState } from './faults/index-state.ts';
import { bind } from './faults/mounts.ts';
import { ntk, startNtk, stepsIn } from './faults/ntk.ts';
import { expected, newReading, readOnce, shown } from './faults/reader.ts';
import { LOGINS, makeScene, type Scene } from './faults/scene.ts';
import { startServing, until } from './faults/serving.ts';

/** Where a share is shown, and what lies there when it is away. */
interface Standing {
  /** What makes it vanish while it is in use. */
  away(): void;
  back(): void;
}

const WAYS = {
  'is unmounted': (scene: Scene): Standing => {
    const kept = join(scene.folder, 'kept');
    renameSync(scene.root, kept);
    let mounted = bind(kept, scene.root);
    return {
      away: () => mounted.away(),
      back: () => {
        mounted = bind(kept, scene.root);
      },
    };
  },
  'is moved away': (scene: Scene): Standing => {
    const aside = join(scene.folder, 'aside');
    return {
      away: () => renameSync(scene.root, aside),
      back: () => renameSync(aside, scene.root),
    };
  },
  'is moved away and an empty folder stands in its place': (scene: Scene): Standing => {
    const aside = join(scene.folder, 'aside');
    return {
      away: () => {
        renameSync(scene.root, aside);
        mkdirSync(scene.root);
      },
      back: () => renameSync(aside, scene.root),
    };
  },
} as const;

/** Moments of a pass, from the first question to the share to the last but one. */
function momentsOf(looks: number): number[] {
  return Array.from({ length: extent.kills }, (_, at) =>
    Math.min(looks - 1, 2 + Math.floor((at * looks) / extent.kills)),
  );
}

/** What must stay of documents of a share that is away: texts and lists; what is known of its bytes may be forgotten. */
function kept({ documents }: IndexState): unknown {
  return Object.entries(documents).map(([path, { chunks, permissions, outcome }]) => [
    path,
    { chunks, permissions, outcome },
  ]);
}

describe.concurrent.each(Object.entries(WAYS))('a share that %s', (_, stand) => {
  async function prepare() {
    const scene = makeScene();
    const standing = stand(scene);
    const config = scene.config('data');
    expect(await ntk(['ingest', '-c', config])).toMatchObject({ code: 0 });
    return { scene, standing, config, before: await indexState(config) };
  }

  it('loses no document and opens none when that happens between any two steps of a pass, and says so', async () => {
    const { scene, standing, config, before } = await prepare();
    const countStepsIn = join(scene.folder, 'steps');
    const args = ['ingest', '--rebuild', '--json', '-c', config];
    const looksBelow = scene.root;
    expect(await ntk(args, { countStepsIn, looksBelow })).toMatchObject({ code: 0 });
    const { look } = stepsIn(countStepsIn);
    expect(look).toBeGreaterThan(50);
    for (const step of momentsOf(look)) {
      const pass = startNtk(args, { at: { kind: 'look', step, signal: 'SIGSTOP' }, looksBelow });
      await pass.stopped();
      standing.away();
      pass.kill('SIGCONT');
      const { code, out } = await pass.ended;
      standing.back();
      expect({ step, code }).toEqual({ step, code: 3 });
      expect(JSON.parse(out).skippedShares, `at look ${step} of ${look}`).toHaveLength(1);
      const state = await indexState(config);
      expect(state.ids, `at look ${step} of ${look}`).toEqual(before.ids);
      expect(kept(state), `at look ${step} of ${look}`).toEqual(kept(before));
    }
    scene.change();
    expect(await ntk(['ingest', '-c', config])).toMatchObject({ code: 0 });
    await expectFresh(scene, 'data');
  });

  it('shows nobody anything else while a server runs, which finds it when it is back', async () => {
    const { scene, standing, config, before } = await prepare();
    const server = await startServing(config, LOGINS);
    await server.saying('compared ');
    const reading = newReading();
    standing.away();
    for (let times = 0; times < 5; times += 1) {
      await readOnce(server.door, [scene.before], reading);
      await sleep(300);
    }
    standing.back();
    scene.change();
    const all = JSON.stringify(expected(scene.after));
    await until(async () => {
      await readOnce(server.door, [scene.before, scene.after], reading);
      return JSON.stringify(await shown(server.door)) === all;
    });
    server.kill('SIGTERM');
    await server.ended;
    expect(reading.wrong).toEqual([]);
    const state = await indexState(config);
    expect(state.ids['keep.md']).toBe(before.ids['keep.md']);
    await expectFreshByNextPass(scene, 'data');
  });
});
