import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { connect, type Table } from '@lancedb/lancedb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Company, makeCompany, TWO_PEOPLE } from './support/company.ts';
import { runCli } from './support/run-cli.ts';
import { serve } from './support/serve.ts';

const MODEL = join(import.meta.dirname, 'models', 'tiny-embedder');
const EMBEDDING = { model: 'tiny', path: MODEL, dimensions: 48, pooling: 'mean', download: false };
const ASK = ['search', 'parental leave', '--as', 'bruno'] as const;

/** A company whose index may be damaged and is whole again before each damage. */
class Patient {
  readonly company: Company;
  readonly data: string;
  readonly chunks: string;
  readonly leave: string;

  private constructor(company: Company, leave: string) {
    this.company = company;
    this.leave = leave;
    this.data = join(company.folder, 'data');
    this.chunks = join(this.data, 'chunks');
  }

  static async of(settings: Readonly<Record<string, unknown>> = {}): Promise<Patient> {
    const company = await makeCompany({ ...TWO_PEOPLE, settings });
    const patient = new Patient(company, await company.documentId('policies/leave.md'));
    await company.core.close();
    cpSync(patient.data, join(company.folder, 'whole'), { recursive: true });
    return patient;
  }

  heal(): void {
    rmSync(this.data, { recursive: true, force: true });
    cpSync(join(this.company.folder, 'whole'), this.data, { recursive: true });
  }

  run(...args: readonly string[]) {
    return runCli(...args, '--config', this.company.configFile);
  }

  /** Files of the chunk store whose path ends or is somewhere as said. */
  files(part: string): string[] {
    const all = readdirSync(this.chunks, { recursive: true }).map((name) => join(this.chunks, String(name)));
    return all.filter((file) => statSync(file).isFile() && file.includes(part));
  }

  async table(work: (table: Table) => Promise<unknown>): Promise<void> {
    const db = await connect(this.chunks);
    for (const name of await db.tableNames()) await work(await db.openTable(name));
  }

  catalog(): string[] {
    return readdirSync(this.data).flatMap((name) =>
      name.startsWith('catalog') ? [join(this.data, name)] : [],
    );
  }
}

const GARBAGE = Buffer.alloc(500, 0x5a);
const dropIndices = (of: (column: string) => boolean) => (patient: Patient) =>
  patient.table(async (table) => {
    for (const { name, columns } of await table.listIndices())
      if (columns.some(of)) await table.dropIndex(name);
  });

interface Damage {
  readonly name: string;
  readonly by: (patient: Patient) => unknown;
  /** What the operator is told to do. */
  readonly mend: string;
}

/** Damages with which nothing can be answered. */
const DAMAGES: readonly Damage[] = [
  {
    name: 'whose chunk folder was removed',
    by: ({ chunks }) => rmSync(chunks, { recursive: true }),
    mend: '`ntk doctor --mend`',
  },
  {
    name: 'whose chunk folder was emptied',
    by: ({ chunks }) => {
      rmSync(chunks, { recursive: true });
      mkdirSync(chunks);
    },
    mend: '`ntk doctor --mend`',
  },
  {
    name: 'whose passages were all deleted',
    by: (patient) => patient.table((table) => table.delete('true')),
    mend: '`ntk doctor --mend`',
  },
  {
    name: 'without the column of headings',
    by: (patient) => patient.table((table) => table.dropColumns(['head_terms'])),
    mend: 'lacks head_terms: restore a backup',
  },
  {
    name: 'without the column of scopes',
    by: (patient) => patient.table((table) => table.dropColumns(['scope'])),
    mend: 'lacks scope: restore a backup',
  },
  {
    name: 'whose data files were cut',
    by: (patient) => {
      for (const file of patient.files('.lance')) if (/\.lance$/.test(file)) truncateSync(file, 20);
    },
    mend: 'restore a backup',
  },
  {
    name: 'whose data files were removed',
    by: (patient) => {
      for (const file of patient.files('/data/')) rmSync(file);
    },
    mend: 'restore a backup',
  },
  {
    name: 'whose manifests were overwritten',
    by: (patient) => {
      for (const file of patient.files('.manifest')) writeFileSync(file, GARBAGE);
    },
    mend: 'restore a backup',
  },
  {
    name: 'whose full-text indices were overwritten',
    by: (patient) => {
      for (const file of patient.files('_indices')) writeFileSync(file, GARBAGE);
    },
    mend: 'restore a backup',
  },
  {
    name: 'whose catalog was overwritten',
    by: (patient) => {
      for (const file of patient.catalog()) writeFileSync(file, GARBAGE);
    },
    mend: 'restore a backup with `ntk restore`',
  },
  {
    name: 'whose catalog was cut',
    by: ({ data }) => {
      const file = join(data, 'catalog.sqlite');
      writeFileSync(file, readFileSync(file).subarray(0, 9_000));
      for (const beside of ['-wal', '-shm']) rmSync(file + beside, { force: true });
    },
    mend: 'restore a backup with `ntk restore`',
  },
];

describe('an index', () => {
  let patient: Patient;
  beforeAll(async () => {
    patient = await Patient.of();
  });
  afterAll(() => patient.company.close().catch(() => undefined));

  it.each(DAMAGES)(
    '$name fails a question and a reading with the mend, and never says that nothing was found',
    async ({ by, mend }) => {
      patient.heal();
      await by(patient);
      for (const args of [ASK, ['fetch', patient.leave, '--as', 'bruno']]) {
        const { code, out, err } = await patient.run(...args);
        expect(code, err).toBe(1);
        expect(out).toBe('');
        expect(err).toContain(mend);
      }
    },
  );

  it.each(DAMAGES)('$name is found by doctor', async ({ by }) => {
    patient.heal();
    await by(patient);
    const { code, out, err } = await patient.run('doctor');
    expect(code).toBe(1);
    expect(out + err).toMatch(/restore a backup|`ntk doctor --mend`/);
  });

  it('whose passages another version laid out otherwise says so, and one pass makes it whole again', async () => {
    patient.heal();
    const [table = ''] = readdirSync(patient.chunks);
    renameSync(join(patient.chunks, table), join(patient.chunks, 'chunks_of_another.lance'));
    const db = new DatabaseSync(join(patient.data, 'catalog.sqlite'));
    db.exec("update meta set value = '1.1' where key = 'pipeline'");
    // Revisions are named after the version as well.
    db.exec("update documents set revision = 'of ' || revision");
    db.close();
    const before = await patient.run(...ASK);
    expect(before).toMatchObject({ code: 1, out: '' });
    expect(before.err).toContain('another version of ntk: run `ntk ingest`');
    expect((await patient.run('ingest')).code).toBe(0);
    const { out } = await patient.run(...ASK, '--json');
    expect(JSON.parse(out).results[0]).toMatchObject({ path: 'policies/leave.md' });
    expect(readdirSync(patient.chunks)).toEqual([table]);
  });

  it.each(DAMAGES.filter(({ name }) => !name.includes('catalog')))(
    '$name is mended as it is told',
    async ({ by }) => {
      patient.heal();
      await by(patient);
      rmSync(patient.chunks, { recursive: true, force: true });
      expect((await patient.run('doctor', '--mend')).code).toBe(0);
      expect((await patient.run('ingest', '--json')).code).toBe(0);
      const { out } = await patient.run(...ASK, '--json');
      expect(JSON.parse(out).results[0]).toMatchObject({ path: 'policies/leave.md' });
      expect(out).not.toContain('hr/');
    },
  );

  it.each([
    { name: 'without full-text indices', by: dropIndices((column) => column.endsWith('terms')) },
    { name: 'without any index', by: dropIndices(() => true) },
  ])('$name answers all the same, and only what may be read', async ({ by }) => {
    patient.heal();
    await by(patient);
    const { code, out } = await patient.run(
      'search',
      'salary band parental leave',
      '--as',
      'bruno',
      '--json',
    );
    expect(code).toBe(0);
    expect(out).toContain('policies/leave.md');
    expect(out).not.toMatch(/hr\/|81,450/);
  });

  it('that was never filled says so on a terminal', async () => {
    patient.heal();
    rmSync(patient.data, { recursive: true });
    const { code, err } = await patient.run(...ASK);
    expect(code).toBe(0);
    expect(err).toContain('nothing was read yet: run `ntk ingest`');
  });

  it('that holds nothing because the share does is no damage', async () => {
    patient.heal();
    rmSync(join(patient.company.folder, 'share', 'policies'), { recursive: true });
    rmSync(join(patient.company.folder, 'share', 'hr'), { recursive: true });
    writeFileSync(join(patient.company.folder, 'share', 'blank.txt'), '');
    expect((await patient.run('ingest', '--accept-removals')).code).toBe(0);
    const { code, out } = await patient.run(...ASK);
    expect(code).toBe(0);
    expect(out).toContain('Nothing found');
  });
});

describe('an index of a model', () => {
  let patient: Patient;
  beforeAll(async () => {
    patient = await Patient.of({ embedding: EMBEDDING });
  });
  afterAll(() => patient.company.close().catch(() => undefined));

  it.each([
    {
      name: 'whose vectors were removed',
      by: (one: Patient) => one.table((table) => table.dropColumns(['vector'])),
    },
    DAMAGES[0] as Damage,
  ])('$name fails with the mend', async ({ by }) => {
    patient.heal();
    await by(patient);
    const { code, out, err } = await patient.run(...ASK);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('`ntk doctor --mend` and then `ntk ingest`');
  });
});

describe('a running server whose chunk folder is taken away', () => {
  it('answers 503 in words that name no folder, and no empty document', async () => {
    const company = await makeCompany();
    const served = await serve(company);
    const { secret } = await company.token('bruno');
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
    const id = await company.documentId('policies/leave.md');
    rmSync(join(company.folder, 'data', 'chunks'), { recursive: true });
    const search = await fetch(`${served.origin}/api/v1/search`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query: 'parental leave' }),
    });
    const reading = await fetch(`${served.origin}/api/v1/documents/${id}`, { headers });
    for (const response of [search, reading]) {
      expect(response.status).toBe(503);
      const text = await response.text();
      expect(text).toContain('not available just now');
      expect(text).not.toMatch(/lance|chunks|data/i);
    }
    expect(company.faults).toHaveLength(2);
    await served.close();
    await company.close();
  });

  it('answers 503 for a document whose passages alone are gone', async () => {
    const company = await makeCompany();
    const served = await serve(company);
    const { secret } = await company.token('bruno');
    const id = await company.documentId('policies/leave.md');
    const db = await connect(join(company.folder, 'data', 'chunks'));
    for (const name of await db.tableNames()) await (await db.openTable(name)).delete(`document = '${id}'`);
    const headers = { authorization: `Bearer ${secret}` };
    expect((await fetch(`${served.origin}/api/v1/documents/${id}`, { headers })).status).toBe(503);
    const hidden = await company.documentId('hr/salaries.md');
    expect((await fetch(`${served.origin}/api/v1/documents/${hidden}`, { headers })).status).toBe(404);
    await served.close();
    await company.close();
  });
});
