import { chmodSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { EVERYONE_READS, HR_READS, PassBench } from '../../support/company-pass.ts';

const kept: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of kept.splice(0)) await one.stop();
});

async function keep(bench: PassBench, how: Parameters<PassBench['keep']>[0] = {}) {
  const keeping = bench.keep(how);
  kept.push(keeping);
  await keeping.settled();
  return keeping;
}

const SHARE = {
  '.acl.yaml': EVERYONE_READS,
  'a.txt': 'The zebra of a.\n',
  'hr/.acl.yaml': HR_READS,
  'hr/plan.txt': 'The plan of hr.\n',
};

describe.each([{ watch: 'auto' }, { watch: 'poll' }] as const)('an index kept by $watch', ({ watch }) => {
  const until = (what: () => Promise<unknown>): Promise<unknown> =>
    vi.waitFor(what, { timeout: 20_000, interval: 50 });

  it('takes in a share, and what is saved, edited, moved and deleted in it', async () => {
    const bench = await PassBench.open(SHARE);
    await keep(bench, { watch });
    expect(Object.keys(await bench.state())).toEqual(['a.txt', 'hr/plan.txt']);
    const { id } = await bench.document('a.txt');

    bench.write({ 'new/b.txt': 'The zebra of b.\n' });
    await until(async () => expect((await bench.state())['new/b.txt']?.chunks).toHaveLength(1));
    bench.write({ 'a.txt': 'Another text of a.\n' });
    await until(async () => expect((await bench.state())['a.txt']?.chunks[0]).toContain('Another text'));
    renameSync(bench.at('a.txt'), bench.at('new/a.txt'));
    await until(async () => expect((await bench.document('new/a.txt')).id).toBe(id));
    renameSync(bench.at('new'), bench.at('old'));
    await until(async () =>
      expect(Object.keys(await bench.state())).toEqual(['hr/plan.txt', 'old/a.txt', 'old/b.txt']),
    );
    expect((await bench.document('old/a.txt')).id).toBe(id);
    rmSync(bench.at('old'), { recursive: true });
    await until(async () => expect(Object.keys(await bench.state())).toEqual(['hr/plan.txt']));
  });

  it('follows a list that is edited, added or broken', async () => {
    const bench = await PassBench.open(SHARE);
    await keep(bench, { watch });
    expect(await bench.readers('hr/plan.txt')).toBe('anna');
    bench.write({ 'hr/.acl.yaml': EVERYONE_READS });
    await until(async () => expect(await bench.readers('hr/plan.txt')).toBe('anna bob'));
    bench.write({ 'hr/.acl.yaml': 'entries: [' });
    await until(async () => expect(await bench.readers('hr/plan.txt')).toBe('nobody'));
    bench.write({ 'hr/.acl.yaml': HR_READS });
    await until(async () => expect(await bench.readers('hr/plan.txt')).toBe('anna'));
  });

  it('gives in the end what a fresh pass gives', async () => {
    const bench = await PassBench.open(SHARE);
    const keeping = await keep(bench, { watch });
    bench.write({ 'x/1.txt': 'one\n', 'x/2.md': '# Two\n\ntwo\n', 'x/.acl.yaml': HR_READS });
    renameSync(bench.at('hr/plan.txt'), bench.at('x/plan.txt'));
    mkdirSync(bench.at('deep/er'), { recursive: true });
    bench.write({ 'deep/er/3.txt': 'three\n' });
    chmodSync(bench.at('a.txt'), 0o600);
    const fresh = await bench.afresh();
    await fresh.pass();
    const expected = await fresh.state();
    await until(async () => expect(await bench.state()).toEqual(expected));
    await keeping.stop();
    expect(await bench.orphans()).toBe(0);
  });
});

describe('an index that is kept', () => {
  it('waits for a file that is still being written', async () => {
    const bench = await PassBench.open(SHARE);
    await keep(bench);
    for (let part = 0; part < 8; part += 1) {
      bench.write({ 'grows.txt': 'part\n'.repeat(part + 1) });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await expect
      .poll(async () => (await bench.state())['grows.txt']?.chunks[0]?.match(/part/g)?.length, {
        timeout: 20_000,
      })
      .toBe(8);
    expect(await bench.revisionsOf('grows.txt')).toBe(1);
  });

  it('goes on with what waited when it was stopped', async () => {
    const bench = await PassBench.open(SHARE);
    const first = bench.keep();
    await first.stop();
    await keep(bench);
    expect((await bench.state())['a.txt']?.chunks).toHaveLength(1);
    expect((await bench.catalog.work.counts(Date.now())).waiting).toBe(0);
  });

  it.each([
    ['auto', 'nothing in its place'],
    ['poll', 'nothing in its place'],
    ['auto', 'an empty folder in its place'],
    ['poll', 'an empty folder in its place'],
  ] as const)(
    'leaves a share alone that is away, says so, and takes it back: %s, %s',
    async (watch, place) => {
      const bench = await PassBench.open(SHARE);
      const keeping = await keep(bench, { watch });
      const before = await bench.state();
      renameSync(bench.at(''), `${bench.at('')}-away`);
      if (place !== 'nothing in its place') mkdirSync(bench.at(''));
      await expect
        .poll(() => keeping.leftOut(), { timeout: 20_000 })
        .toMatch(/cannot be listed|is empty but 2 of its files are indexed/);
      expect(await bench.state()).toEqual(before);
      renameSync(`${bench.at('')}-away`, bench.at(''));
      bench.write({ 'back.txt': 'It is back.\n' });
      await expect
        .poll(async () => Object.keys(await bench.state()), { timeout: 20_000 })
        .toContain('back.txt');
      bench.write({ 'hr/later.txt': 'It is watched again.\n' });
      await expect
        .poll(async () => Object.keys(await bench.state()), { timeout: 20_000 })
        .toContain('hr/later.txt');
    },
  );
});
