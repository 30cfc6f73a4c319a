import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Catalog } from '../../../index/index.ts';
import { type Company, makeCompany } from '../../support/company.ts';
import { EVERYONE_READS, PassBench } from '../../support/company-pass.ts';
import { passOver } from '../../support/run-pass.ts';

/** The catalog, before one call of which something happens, once. */
function before(catalog: Catalog, call: keyof Catalog, happens: () => void): Catalog {
  let told = false;
  return new Proxy(catalog, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...given: unknown[]) => {
        if (name === call && !told) {
          told = true;
          happens();
        }
        return value.apply(target, given);
      };
    },
  });
}

const FILES = { '.acl.yaml': EVERYONE_READS, 'a.txt': 'One.\n', 'f/b.txt': 'Two.\n', 'f/c.txt': 'Three.\n' };

let company: Company | null = null;
afterEach(async () => {
  await company?.close();
  company = null;
});

describe('a share that goes away during a pass', () => {
  const WAYS: readonly [string, (bench: PassBench) => void][] = [
    ['is gone', () => {}],
    ['leaves an empty folder', (bench) => mkdirSync(bench.at(''))],
    ['leaves another folder', (bench) => bench.write({ '.acl.yaml': EVERYONE_READS, 'x.txt': 'Other.\n' })],
  ];

  it.each(WAYS)('and %s keeps all its documents as they are, and is named', async (_, leave) => {
    const bench = await PassBench.open(FILES);
    await bench.pass();
    const state = await bench.state();
    const aside = join(bench.folder, 'aside');
    const catalog = before(bench.catalog, 'listDocuments', () => {
      renameSync(bench.at(''), aside);
      leave(bench);
    });
    const summary = await bench.pass({ catalog });
    expect(summary).toMatchObject({ removed: 0, quarantined: [], skippedShares: [{ share: 'docs' }] });
    expect(summary.skippedShares[0]?.detail).toMatch(/went away|cannot be listed/);
    expect(await bench.state()).toEqual(state);
  });

  it('while files wait to be read keeps what they had, and is named', async () => {
    company = await makeCompany();
    const { core, folder } = company;
    const id = await company.documentId('policies/leave.md');
    const [known] = (await core.catalog.documents([id as never])).values();
    await company.write('policies/leave.md', '# Leave policy\n\nAnother text altogether.\n');
    const summary = await passOver(core, {
      beforeReading: async () => renameSync(join(folder, 'share'), join(folder, 'aside')),
    });
    expect(summary).toMatchObject({ quarantined: [], skippedShares: [{ share: 'company' }] });
    expect((await core.catalog.documents([id as never])).get(id as never)).toEqual(known);

    renameSync(join(folder, 'aside'), join(folder, 'share'));
    expect(await company.ingest()).toMatchObject({ indexed: 1, removed: 0, skippedShares: [] });
  });
});
