import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSqliteCatalog } from '../index/catalog/sqlite-catalog.ts';
import { type Company, makeCompany } from './support/company.ts';
import { runCli } from './support/run-cli.ts';

let company: Company;
const run = (...args: readonly string[]) => runCli(...args, '--config', company.configFile);
const found = async (login: string): Promise<string[]> => {
  const { out } = await run('search', 'leave salary ferie', '--as', login, '--json');
  return (JSON.parse(out) as { results: { path: string }[] }).results.map(({ path }) => path).sort();
};

beforeAll(async () => {
  company = await makeCompany();
  await company.ingest();
});
afterAll(() => company.close());

describe('a backup', () => {
  const folder = (): string => join(company.folder, 'backup');

  it('is made while the index is open, and counts what it holds', async () => {
    const { code, out } = await run('backup', folder(), '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ documents: 4, unfinished: 0 });
  });

  it('is not made over another', async () => {
    const { code, err } = await run('backup', folder());
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('is not empty') });
  });

  it('is not put over an index that is there', async () => {
    const { code, err } = await run('restore', folder());
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('holds an index') });
  });

  it('is not put in place when it is not whole', async () => {
    const half = join(company.folder, 'half');
    mkdirSync(half);
    writeFileSync(join(half, 'catalog.sqlite'), '');
    const { code, err } = await run('restore', half);
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('no whole backup') });
  });

  it('brings back index and tokens, closed to everybody until permissions are read again', async () => {
    const { secret } = await company.token('anna');
    const second = join(company.folder, 'second');
    expect((await run('backup', second)).code).toBe(0);
    const before = await found('anna');
    expect(before).toContain('hr/salaries.md');
    // What was open when the backup was made is closed now.
    await company.setReaders('policies', ['group:hr']);
    rmSync(join(company.folder, 'data'), { recursive: true });
    const restored = await run('restore', second);
    expect(restored.err).toContain('run `ntk ingest`');
    expect(await found('anna')).toEqual([]);
    const { out } = await run('ingest', '--json');
    expect(JSON.parse(out)).toMatchObject({ indexed: 0, relabelled: 4 });
    expect(await found('anna')).toEqual(before);
    expect(await found('bruno')).toEqual([]);
    expect(readFileSync(join(company.folder, 'data', 'audit', 'documents.jsonl'), 'utf8')).not.toBe('');
    expect(secret).toMatch(/^ntk_/);
    expect((await run('token', 'list', '--json')).out).toContain('user:anna');
  });
});

describe('catalog and passages that do not agree', () => {
  it('are found by doctor, mended, and whole again after a pass', async () => {
    expect((await run('doctor', '--json')).out).toContain('"they agree"');
    const catalog = await openSqliteCatalog(join(company.folder, 'data', 'catalog.sqlite'));
    const chunks = join(company.folder, 'data', 'chunks');
    await catalog.close();
    rmSync(chunks, { recursive: true });
    expect(existsSync(chunks)).toBe(false);
    const broken = await run('doctor');
    expect(broken).toMatchObject({
      code: 1,
      out: expect.stringContaining('4 documents have lost their passages'),
    });
    expect((await run('doctor', '--mend')).err).toContain('4 documents to be read again');
    const { out } = await run('ingest', '--json');
    expect(JSON.parse(out)).toMatchObject({ indexed: 4 });
    expect(await found('anna')).toContain('hr/salaries.md');
    expect((await run('doctor', '--json')).out).toContain('"they agree"');
  });
});
