import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Company, makeCompany, TWO_PEOPLE } from '../../support/company.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const NTK = join(import.meta.dirname, '..', '..', '..', 'bin', 'ntk.js');
const TWO_DAYS = 2 * 86_400;

describe('the folder for temporary files', () => {
  let company: Company;
  beforeAll(async () => {
    company = await makeCompany(TWO_PEOPLE);
  });
  afterAll(() => company.close());

  function ask(base: string): string {
    const args = [NTK, 'search', 'parental leave', '--as', 'bruno', '--config', company.configFile];
    const env = { ...process.env, TMPDIR: base, NODE_COMPILE_CACHE: tempFolder() };
    return execFileSync(process.execPath, args, { env, encoding: 'utf8' });
  }

  it('is as empty after a question as it was before', () => {
    const base = tempFolder();
    expect(ask(base)).toContain('policies/leave.md');
    expect(readdirSync(base)).toEqual([]);
  });

  it('is empty again when a server on standard input and output is told to end', async () => {
    const base = tempFolder();
    const args = [NTK, 'mcp', '--as', 'bruno', '--config', company.configFile];
    const env = { ...process.env, TMPDIR: base, NODE_COMPILE_CACHE: tempFolder() };
    const child = spawn(process.execPath, args, { env, stdio: ['pipe', 'ignore', 'ignore'] });
    const ended = once(child, 'exit');
    const inUse = () => readdirSync(base).flatMap((run) => readdirSync(join(base, run))).length;
    await expect.poll(inUse, { timeout: 30_000 }).toBeGreaterThan(0);
    child.kill('SIGTERM');
    await ended;
    expect(readdirSync(base)).toEqual([]);
  });

  it('loses what a killed process left there days ago, and keeps what another one uses', () => {
    const base = tempFolder();
    for (const name of ['ntk-run-killed', 'ntk-run-running', 'somebody-elses']) {
      mkdirSync(join(base, name, 'inner'), { recursive: true });
    }
    const then = Date.now() / 1000 - TWO_DAYS;
    for (const name of ['ntk-run-killed', 'somebody-elses']) utimesSync(join(base, name), then, then);
    ask(base);
    expect(readdirSync(base).sort()).toEqual(['ntk-run-running', 'somebody-elses']);
  });

  it('that is not there is named with the mend', () => {
    const base = join(tempFolder(), 'missing');
    expect(() => ask(base)).toThrow(/error: no temporary files .*missing .*set TMPDIR/);
  });
});
