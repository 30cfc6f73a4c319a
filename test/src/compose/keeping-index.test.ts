import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { KeepEvent } from '../../../index/index.ts';
import { type Core, type startIndexKeeping as Start, startIndexKeeping } from '../../../src/compose/index.ts';
import { type Company, makeCompany } from '../../support/company.ts';

let company: Company | null = null;
let keeping: ReturnType<typeof Start> | null = null;
afterEach(async () => {
  await keeping?.stop();
  await company?.close();
  keeping = null;
  company = null;
});

const PATIENCE = { timeout: 40_000, interval: 50 };

/** An index that is kept of a company, with what is told of it. */
async function keep() {
  company = await makeCompany();
  await company.ingest();
  const told = { attempts: 0, compared: 0, faults: [] as string[] };
  const { core, folder } = company;
  const event = ({ kind }: KeepEvent): void => {
    if (kind === 'compared') told.compared += 1;
  };
  const fault = (where: string, error: unknown): void => {
    told.faults.push(`${where}: ${(error as Error).message}`);
  };
  const chunks = join(folder, 'data/chunks');
  const aside = join(folder, 'aside');
  return {
    company,
    told,
    start: () => {
      keeping = startIndexKeeping(countingAttempts(core, told), { event, fault });
    },
    /** Nothing can be stored from now on. */
    breakStore() {
      renameSync(chunks, aside);
      writeFileSync(chunks, 'no folder');
    },
    mendStore() {
      rmSync(chunks);
      renameSync(aside, chunks);
    },
  };
}

/** Each attempt begins by taking the right to write. */
function countingAttempts(core: Core, told: { attempts: number }): Core {
  const lease = new Proxy(core.catalog.lease, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (name === 'acquire') told.attempts += 1;
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const catalog = new Proxy(core.catalog, {
    get(target, name) {
      if (name === 'lease') return lease;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { ...core, catalog };
}

describe('a fault while an index is kept', () => {
  it('is told once however often the next attempts fail in the same way', async () => {
    const { told, start, breakStore } = await keep();
    breakStore();
    start();
    await expect.poll(() => told.attempts, PATIENCE).toBeGreaterThan(2);
    expect(told.faults).toEqual([expect.stringMatching(/^ingestion: .*data\/chunks/s)]);
  });

  it('is told again when it happens again after a whole comparison', async () => {
    const { company, told, start, breakStore, mendStore } = await keep();
    breakStore();
    start();
    await expect.poll(() => told.faults.length, PATIENCE).toBe(1);
    mendStore();
    await expect.poll(() => told.compared, PATIENCE).toBe(1);
    breakStore();
    await company.write('policies/leave.md', '# Leave policy\n\nAnother text.\n');
    await expect.poll(() => told.faults.length, PATIENCE).toBe(2);
  });

  it('does not keep what was changed meanwhile from being found', async () => {
    const { company, told, start, breakStore, mendStore } = await keep();
    breakStore();
    start();
    await expect.poll(() => told.faults.length, PATIENCE).toBe(1);
    await company.write('policies/new.md', '# New\n\nA text that came meanwhile.\n');
    mendStore();
    await expect
      .poll(() => company.documentId('policies/new.md').then(Boolean, () => false), PATIENCE)
      .toBe(true);
  });

  it('lets the keeping be stopped while the next attempt is waited for', async () => {
    const { told, start, breakStore } = await keep();
    breakStore();
    start();
    await expect.poll(() => told.faults.length, PATIENCE).toBe(1);
    await keeping?.stop();
    const { attempts } = told;
    expect(told.attempts).toBe(attempts);
  });
});
