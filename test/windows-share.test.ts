import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAnswering, openCore } from '../src/compose/index.ts';
import { toConfig } from '../src/config/index.ts';
import { runCli } from './support/run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'ntk-windows-'));
const config = join(folder, 'need-to-know.yaml');
const run = (...args: readonly string[]) => runCli(...args, '--config', config);

const ANN = 'S-1-5-21-1-2-3-1001';
const STAFF = 'S-1-5-21-1-2-3-2001';
const HR = 'S-1-5-21-1-2-3-2002';

function exported(lists: Readonly<Record<string, string>>, at = new Date()): void {
  const header = {
    needToKnowAcl: 1,
    exported: at.toISOString(),
    root: 'D:\\Docs',
    computer: 'FS1',
    domainSid: 'S-1-5-21-1-2-3',
    shareSddl: `O:BAD:(A;;FA;;;${STAFF})`,
  };
  const entries = Object.entries(lists).map(([path, sddl]) => ({ path, sddl }));
  const lines = [header, ...entries, { end: entries.length }];
  writeFileSync(join(folder, 'acl.jsonl'), `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
}

const LISTS = {
  'Open.txt': `O:BAD:(A;;FR;;;${STAFF})`,
  'HR\\Plan.txt': `O:BAD:(D;;FR;;;${ANN})(A;;FR;;;${HR})`,
  'HR\\Ann.txt': `O:BAD:(A;;FR;;;${ANN})`,
};

async function found(login: string): Promise<string[]> {
  const { out, code } = await run('search', 'zebra', '--as', login, '--json');
  expect(code).toBe(0);
  return (JSON.parse(out) as { results: { path: string }[] }).results.map(({ path }) => path).sort();
}

const raise = (where: string, error: unknown): never => {
  throw new Error(where, { cause: error });
};

beforeAll(() => {
  mkdirSync(join(folder, 'share', 'HR'), { recursive: true });
  for (const path of ['Open.txt', 'HR/Plan.txt', 'HR/Ann.txt']) {
    writeFileSync(join(folder, 'share', path), `The zebra of ${path}.`);
  }
  writeFileSync(
    join(folder, 'directory.yaml'),
    `users:
  - { id: ann, sid: ${ANN} }
  - { id: bob }
  - { id: guest }
groups:
  - { id: staff, sid: ${STAFF}, users: [ann, bob] }
  - { id: hr, sid: ${HR}, users: [ann, bob] }
`,
  );
  writeFileSync(
    config,
    `shares:
  - name: docs
    path: ./share
    acl: { source: windows-export, file: ./acl.jsonl, maxAge: 1h }
directory: { source: file, path: ./directory.yaml }
`,
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a share whose permissions were exported on Windows', () => {
  it('shows each person what the descriptors let them read', async () => {
    exported(LISTS);
    expect((await run('ingest')).code).toBe(0);
    expect(await found('ann')).toEqual(['HR/Ann.txt', 'Open.txt']);
    expect(await found('bob')).toEqual(['HR/Plan.txt', 'Open.txt']);
    expect(await found('guest')).toEqual([]);
  });

  it('is explained entry by entry', async () => {
    const { out } = await run('acl', 'explain', 'HR/Plan.txt', '--as', 'ann', '--json');
    const { read, entries } = JSON.parse(out) as {
      read: boolean;
      entries: { principal: string; decisive: boolean }[];
    };
    expect(read).toBe(false);
    expect(entries.filter(({ decisive }) => decisive).map(({ principal }) => principal)).toContain(ANN);
  });

  it('follows a newer export at the next pass', async () => {
    exported({ ...LISTS, 'Open.txt': `O:BAD:(A;;FR;;;${ANN})` });
    await run('ingest');
    expect(await found('bob')).toEqual(['HR/Plan.txt']);
  });

  it('is closed at the time of a question when the export has become too old since the pass', async () => {
    exported(LISTS, new Date(Date.now() - 3_590_000));
    await run('ingest');
    expect(await found('ann')).not.toEqual([]);
    const text = readFileSync(config, 'utf8');
    const core = await openCore(toConfig(config, text), { now: () => Date.now() + 60_000 });
    const answering = await openAnswering(core, { publicUrl: 'http://127.0.0.1', onFault: raise });
    const user = await core.userOf('ann');
    if (user === null) throw new Error('ann');
    const caller = { user, scopes: new Set(['documents:read']), via: 'cli' as const };
    const answer = await answering.gate.call(answering.tools.searchDocuments, caller, { query: 'zebra' });
    expect(answer).toMatchObject({ ok: true, output: { results: [] } });
    await answering.close();
    await core.close();
  });

  it('is closed to everybody when the export is too old', async () => {
    exported(LISTS, new Date(Date.now() - 2 * 3_600_000));
    const { code, out } = await run('ingest', '--json');
    expect(code).toBe(3);
    expect(out).toContain('acl-unreadable');
    expect(await found('ann')).toEqual([]);
  });
});
