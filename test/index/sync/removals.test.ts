import { renameSync, rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EVERYONE_READS, PassBench } from '../../support/company-pass.ts';

const MANY = 150;

async function large(): Promise<PassBench> {
  const files = Array.from({ length: MANY }, (_, n) => [`f/${n}.txt`, `File number ${n}.\n`]);
  const bench = await PassBench.open({ '.acl.yaml': EVERYONE_READS, ...Object.fromEntries(files) });
  await bench.pass();
  return bench;
}

describe('a share that misses most of its files', () => {
  it('keeps them all, answers, and is named with the mend', async () => {
    const bench = await large();
    for (let n = 0; n < 120; n += 1) rmSync(bench.at(`f/${n}.txt`));
    const summary = await bench.pass();
    expect(summary).toMatchObject({ removed: 0, skippedShares: [{ share: 'docs' }] });
    expect(summary.skippedShares[0]?.detail).toMatch(/120 of its files are gone.*--accept-removals/);
    expect(Object.keys(await bench.state())).toHaveLength(MANY);
    expect(await bench.readers('f/0.txt')).toBe('anna bob');
  });

  it('loses them when that is accepted', async () => {
    const bench = await large();
    for (let n = 0; n < 120; n += 1) rmSync(bench.at(`f/${n}.txt`));
    expect(await bench.pass({ mostRemoved: 1 })).toMatchObject({ removed: 120, skippedShares: [] });
    expect(Object.keys(await bench.state())).toHaveLength(MANY - 120);
    expect(await bench.orphans()).toBe(0);
  });

  it('loses what is less than most', async () => {
    const bench = await large();
    for (let n = 0; n < 70; n += 1) rmSync(bench.at(`f/${n}.txt`));
    expect(await bench.pass()).toMatchObject({ removed: 70, skippedShares: [] });
  });

  it('does not take a renamed folder for lost files', async () => {
    const bench = await large();
    const { id, revision } = await bench.document('f/7.txt');
    renameSync(bench.at('f'), bench.at('g'));
    expect(await bench.pass()).toMatchObject({ moved: MANY, removed: 0, indexed: 0, skippedShares: [] });
    expect(await bench.document('g/7.txt')).toMatchObject({ id, revision, labelledPath: 'g/7.txt' });
  });
});
