import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SqliteCatalog } from '../../../index/catalog/sqlite-catalog.ts';
import { EVERYONE_READS, HR_READS, PassBench } from '../../support/company-pass.ts';

/** The same catalog, with something happening once all permissions were read and before any content is. */
function afterListing(catalog: SqliteCatalog, happens: () => void): SqliteCatalog {
  return new Proxy(catalog, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      return (...args: readonly unknown[]) => {
        if (key === 'meta' && args[0] === 'generation') happens();
        return value.apply(target, args);
      };
    },
  });
}

describe('a folder that is closed while a pass runs', () => {
  it('hides a secret written into it behind the new list', async () => {
    const bench = await PassBench.open({
      '.acl.yaml': EVERYONE_READS,
      'hr/plan.txt': 'Nothing yet.\n',
      'open.txt': 'For all.\n',
    });
    const catalog = afterListing(bench.catalog, () => {
      writeFileSync(bench.at('hr/.acl.yaml'), HR_READS);
      writeFileSync(bench.at('hr/plan.txt'), 'The plant closes in May.\n');
    });
    await bench.pass({ catalog });
    const state = await bench.state();
    expect(state['hr/plan.txt']).toMatchObject({
      readers: 'anna',
      chunks: [expect.stringContaining('The plant closes in May.')],
    });
    expect(state['open.txt']).toMatchObject({ readers: 'anna bob' });
  });

  it('hides its files when its list cannot be read any more', async () => {
    const bench = await PassBench.open({ '.acl.yaml': EVERYONE_READS, 'hr/plan.txt': 'Nothing yet.\n' });
    const catalog = afterListing(bench.catalog, () => writeFileSync(bench.at('hr/.acl.yaml'), 'entries: ['));
    const summary = await bench.pass({ catalog });
    expect(summary.quarantined).toMatchObject([{ path: 'hr/plan.txt', reason: 'acl-unreadable' }]);
    expect((await bench.state())['hr/plan.txt']).toMatchObject({ readers: '', chunks: [] });
  });
});

describe('a permission file whose name is spelt otherwise', () => {
  it('closes its folder and names the mend', async () => {
    const bench = await PassBench.open({
      '.acl.yaml': EVERYONE_READS,
      'hr/.ACL.yaml': HR_READS,
      'hr/plan.txt': 'The plant closes in May.\n',
    });
    const { quarantined } = await bench.pass();
    expect(quarantined).toMatchObject([{ path: 'hr/plan.txt', reason: 'acl-unreadable' }]);
    expect(quarantined[0]?.detail).toContain('hr/.ACL.yaml must be named .acl.yaml');
  });
});
