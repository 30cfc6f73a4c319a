import { appendFileSync, renameSync, rmSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createFakeEmbedder } from '../../fakes/fake-embedder.ts';
import { EVERYONE_READS, HR_READS, PassBench } from '../../support/company-pass.ts';
import { Crash, crashAfter } from '../../support/crash.ts';

const BEFORE = {
  '.acl.yaml': EVERYONE_READS,
  'keep.txt': 'This one stays as it is.\n',
  'edit.txt': 'The old text of this one.\n',
  'both.txt': 'Secret salaries, before they were made public.\n',
  'move.txt': 'This one goes elsewhere.\n',
  'gone.txt': 'This one is deleted.\n',
  'hr/people.txt': 'Who works here.\n',
  'broken/x.txt': 'Its list will break.\n',
  'folder/a.txt': 'First of a folder.\n',
  'folder/b.md': '# Title\n\nSecond of a folder.\n\n## Part\n\nMore of it.\n',
};

/** Every kind of change between two passes. */
function change(bench: PassBench): void {
  bench.write({
    'edit.txt': 'The new text of this one, somewhat longer.\n',
    'new.txt': 'A file that was not there.\n',
    'hr/.acl.yaml': HR_READS,
    'broken/.acl.yaml': 'entries: [',
  });
  appendFileSync(bench.at('both.txt'), 'More.\n');
  bench.write({ 'list/.acl.yaml': HR_READS });
  renameSync(bench.at('move.txt'), bench.at('list/moved.txt'));
  renameSync(bench.at('both.txt'), bench.at('list/both.txt'));
  renameSync(bench.at('folder'), bench.at('renamed'));
  rmSync(bench.at('gone.txt'));
}

/** Writes to catalog and store up to which a pass is cut off; the last one does not crash. */
const CUTS = Array.from({ length: 60 }, (_, writes) => writes);

it('a pass cut off after any of its writes is made good by the next', { timeout: 480_000 }, async () => {
  const embedder = createFakeEmbedder({ dimensions: 16 });
  let crashed = 0;
  let finished = 0;
  for (const writes of CUTS) {
    const bench = await PassBench.open(BEFORE, embedder);
    await bench.pass();
    const id = (await bench.document('move.txt')).id;
    change(bench);
    const parts = crashAfter(writes, bench);
    const outcome = await bench.pass(parts).then(
      () => 'finished',
      (error: unknown) => error,
    );
    if (outcome === 'finished') finished += 1;
    else {
      expect(outcome, `after ${writes} writes`).toBeInstanceOf(Crash);
      crashed += 1;
    }
    // What was taken from bob is never his again, whatever was written.
    expect(['nobody', 'anna'], `after ${writes} writes`).toContain(await bench.readers('list/both.txt'));

    await bench.pass();
    const fresh = await bench.afresh();
    await fresh.pass();
    expect(await bench.state(), `after ${writes} writes`).toEqual(await fresh.state());
    expect(await bench.orphans()).toBe(0);
    expect((await bench.document('list/moved.txt')).id).toBe(id);
    if (outcome === 'finished') break;
  }
  // Both must occur, or the cuts were at the wrong places.
  expect(finished).toBe(1);
  expect(crashed).toBeGreaterThan(15);
});

it('a first pass cut off after any of its writes is made good by the next', {
  timeout: 480_000,
}, async () => {
  const reference = await PassBench.open(BEFORE);
  await reference.pass();
  const expected = await reference.state();
  for (const writes of CUTS) {
    const bench = await PassBench.open(BEFORE);
    const finished = await bench.pass(crashAfter(writes, bench)).then(
      () => true,
      () => false,
    );
    await bench.pass();
    expect(await bench.state(), `after ${writes} writes`).toEqual(expected);
    expect(await bench.orphans()).toBe(0);
    if (finished) return;
  }
  throw new Error('never finished');
});
