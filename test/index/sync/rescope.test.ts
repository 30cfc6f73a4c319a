import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EVERYONE_READS, HR_READS, PassBench } from '../../support/company-pass.ts';

const FILES = {
  '.acl.yaml': EVERYONE_READS,
  'hr/.acl.yaml': HR_READS,
  'hr/plan.txt': 'The plant closes in May.\n',
  'hr/rules.txt': 'The rules of hr.\n',
};

describe('documents below a folder whose list changed', () => {
  it('are closed before anything is looked at', async () => {
    const bench = await PassBench.open({ ...FILES, 'hr/.acl.yaml': EVERYONE_READS });
    await bench.pass();
    bench.write({ 'hr/.acl.yaml': HR_READS });
    await bench.rescope('hr');
    expect(await bench.readers('hr/plan.txt')).toBe('anna');
  });

  it('are opened where their files are as they were', async () => {
    const bench = await PassBench.open(FILES);
    await bench.pass();
    bench.write({ 'hr/.acl.yaml': EVERYONE_READS });
    await bench.rescope('hr');
    expect(await bench.readers('hr/rules.txt')).toBe('anna bob');
  });

  it('are read by nobody where their texts changed as well, until the new text is there', async () => {
    const bench = await PassBench.open(FILES);
    await bench.pass();
    bench.write({ 'hr/plan.txt': 'There is no plan.\n', 'hr/.acl.yaml': EVERYONE_READS });
    await bench.rescope('hr');
    expect(await bench.readers('hr/plan.txt')).toBe('nobody');
    expect(await bench.readers('hr/rules.txt')).toBe('anna bob');
    await bench.pass();
    expect((await bench.state())['hr/plan.txt']).toMatchObject({
      readers: 'anna bob',
      chunks: [expect.stringContaining('There is no plan.')],
    });
  });

  it.each([
    ['nothing', () => {}],
    ['an empty folder', (bench: PassBench) => mkdirSync(bench.at(''))],
    [
      'a folder with a wider list',
      (bench: PassBench) => bench.write({ '.acl.yaml': EVERYONE_READS, 'hr/x': '' }),
    ],
  ])('keep the ones they had when the share goes away and leaves %s', async (_, leave) => {
    const bench = await PassBench.open(FILES);
    await bench.pass();
    const state = await bench.state();
    const away = (): void => {
      renameSync(bench.at(''), join(bench.folder, 'aside'));
      leave(bench);
    };
    await expect(bench.rescope('', away)).rejects.toMatchObject({ code: 'share-unavailable' });
    expect(await bench.state()).toEqual(state);
  });
});
