import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runCli } from '../../support/run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'ntk-cli-'));
const share = join(folder, 'share');
const config = join(folder, 'need-to-know.yaml');
const me = userInfo().username;

const run = (...args: readonly string[]) => runCli(...args, '--config', config);
const json = async (...args: readonly string[]): Promise<unknown> => {
  const { out, code, err } = await run(...args, '--json');
  expect(err).toBe('');
  expect([0, 3]).toContain(code);
  return JSON.parse(out);
};

beforeAll(async () => {
  mkdirSync(join(share, 'Handbook'), { recursive: true });
  writeFileSync(
    join(share, 'Handbook', 'Leave.md'),
    '# Leave\n\n## Carry-over\n\nFive days carry over to March.\n',
  );
  writeFileSync(join(share, 'empty.txt'), '');
  writeFileSync(join(share, 'broken.pdf'), '%PDF-1.7 and no more');
  await run('init', share, '--open');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('ntk init', () => {
  it('writes a configuration and a directory that can be ingested as they are', async () => {
    expect(readFileSync(config, 'utf8')).toContain('source: open');
    expect(readFileSync(join(folder, 'directory.yaml'), 'utf8')).toContain(me);
    expect((await run('ingest')).code).toBe(3);
  });

  it('without --open leaves everything closed until permissions are written', async () => {
    const closed = join(folder, 'closed', 'need-to-know.yaml');
    mkdirSync(join(folder, 'closed'));
    expect((await runCli('init', share, '--config', closed)).code).toBe(0);
    const { out, code } = await runCli('ingest', '--json', '--config', closed);
    expect(code).toBe(3);
    expect(new Set((JSON.parse(out) as Summary).quarantined.map(({ reason }) => reason))).toEqual(
      new Set(['acl-missing']),
    );
  });

  it('overwrites nothing', async () => {
    const before = readFileSync(config, 'utf8');
    const { code, err } = await run('init', share);
    expect(code).toBe(2);
    expect(err).toContain('exists already');
    expect(readFileSync(config, 'utf8')).toBe(before);
  });

  it('refuses a folder that is not there', async () => {
    const { code, err } = await runCli('init', join(folder, 'none'), '--config', join(folder, 'x.yaml'));
    expect(code).toBe(2);
    expect(err).toContain('is not a folder');
  });
});

const summary = z.strictObject({
  seconds: z.number(),
  files: z.number(),
  indexed: z.number(),
  noText: z.number(),
  unchanged: z.number(),
  moved: z.number(),
  relabelled: z.number(),
  removed: z.number(),
  warned: z.number(),
  chunks: z.number(),
  quarantined: z.array(
    z.strictObject({ share: z.string(), path: z.string(), reason: z.string(), detail: z.string() }),
  ),
  skippedShares: z.array(z.strictObject({ share: z.string(), detail: z.string() })),
});
type Summary = z.infer<typeof summary>;

describe('--json output keeps its shape for', () => {
  it('ingest', async () => {
    const pass = summary.parse(await json('ingest'));
    expect(pass.quarantined).toEqual([
      expect.objectContaining({ share: 'company', path: 'broken.pdf', reason: 'corrupt' }),
    ]);
  });

  it('search', async () => {
    const shape = z.strictObject({
      mode: z.enum(['hybrid', 'lexical']),
      confidence: z.literal('low').optional(),
      results: z.array(
        z.strictObject({
          id: z.string(),
          rank: z.int(),
          share: z.string(),
          path: z.string(),
          title: z.string(),
          section: z.array(z.string()),
          page: z.int().nullable(),
          snippet: z.string(),
          url: z.url(),
          modified: z.iso.datetime(),
          revision: z.string(),
        }),
      ),
    });
    const answer = shape.parse(await json('search', 'carry over days', '--as', me));
    expect(answer).toMatchObject({
      mode: 'lexical',
      results: [{ rank: 1, path: 'Handbook/Leave.md', section: ['Leave', 'Carry-over'], page: null }],
    });
    expect(answer).not.toHaveProperty('confidence');
    const unanswered = 'carry reactor coolant warranty inspections abroad';
    expect(shape.parse(await json('search', unanswered, '--as', me)).confidence).toBe('low');
  });

  it('search --explain', async () => {
    const shape = z.object({
      results: z.array(z.unknown()),
      explanation: z.strictObject({
        readable: z.strictObject({ permissions: z.int(), form: z.string(), values: z.int() }),
        steps: z.array(z.object({ step: z.string(), milliseconds: z.number() })),
      }),
    });
    const { explanation } = shape.parse(await json('search', 'carry over days', '--as', me, '--explain'));
    expect(explanation.steps.map(({ step }) => step)).toEqual(['words', 'permissions']);
  });

  it('fetch', async () => {
    const { results } = (await json('search', 'carry over', '--as', me)) as { results: { id: string }[] };
    const shape = z.strictObject({
      id: z.string(),
      title: z.string(),
      text: z.string(),
      url: z.url(),
      metadata: z.strictObject({
        share: z.string(),
        path: z.string(),
        type: z.string(),
        section: z.string(),
        page: z.string(),
        modified: z.string(),
        revision: z.string(),
        next: z.string(),
        note: z.string(),
      }),
    });
    const document = shape.parse(await json('fetch', results[0]?.id ?? '', '--as', me));
    expect(document.text).toContain('Five days carry over to March.');
  });

  it('documents show', async () => {
    expect(Object.keys((await json('documents', 'show', 'company/Handbook/Leave.md')) as object)).toEqual([
      ...[
        'id',
        'share',
        'path',
        'outcome',
        'reason',
        'detail',
        'type',
        'title',
        'language',
        'pages',
        'chunks',
      ],
      ...['characters', 'warnings', 'scope', 'revision', 'size', 'modified', 'indexed'],
    ]);
  });

  it('documents list, one object a line for every file', async () => {
    const { out } = await run('documents', 'list', '--json');
    const outcomes = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { path: string; outcome: string })
      .map(({ path, outcome }) => [path, outcome]);
    expect(outcomes).toEqual([
      ['Handbook/Leave.md', 'indexed'],
      ['broken.pdf', 'quarantined'],
      ['empty.txt', 'no-text'],
    ]);
  });

  it('acl explain and acl who', async () => {
    expect(await json('acl', 'explain', 'Handbook/Leave.md', '--as', me)).toMatchObject({
      share: 'company',
      path: 'Handbook/Leave.md',
      user: `user:${me}`,
      changed: false,
      read: true,
      entries: [
        { part: 'share', effect: 'allow', principal: 'everyone', matched: true, decisive: true },
        { part: 'file', effect: 'allow', principal: 'everyone', matched: true, decisive: true },
      ],
    });
    expect(await json('acl', 'who', 'Handbook/Leave.md')).toMatchObject({ readers: [{ login: me }] });
  });

  it('groups sync, list and show', async () => {
    expect(await json('groups', 'sync')).toEqual({ outcome: 'replaced', users: 1, groups: 1, warnings: [] });
    expect(await json('groups', 'list')).toEqual({ id: 'group:staff', name: 'staff' });
    expect(Object.keys((await json('groups', 'show', me)) as object)).toEqual([
      ...['kind', 'id', 'login', 'name', 'enabled', 'externalId', 'names', 'groups', 'refusal'],
      ...['confirmed', 'ageSeconds', 'stale'],
    ]);
    expect(await json('groups', 'show', me)).toMatchObject({
      groups: [{ id: 'group:staff', path: [`user:${me}`, 'group:staff'] }],
      refusal: null,
    });
    expect(Object.keys((await json('groups', 'show', 'staff')) as object)).toEqual([
      ...['kind', 'id', 'name', 'externalId', 'names', 'members', 'groups'],
      ...['confirmed', 'ageSeconds', 'stale'],
    ]);
    expect(await json('groups', 'show', 'staff')).toMatchObject({
      members: { users: [{ id: `user:${me}`, login: me, enabled: true }], groups: [] },
    });
  });

  it('token create, list and revoke', async () => {
    const made = (await json('token', 'create', '--as', me, '--expires', '2h')) as {
      id: string;
      token: string;
    };
    expect(made.token).toMatch(/^ntk_[\w-]{43}$/);
    const { out } = await run('token', 'list', '--json');
    expect(out).not.toContain(made.token);
    expect((await run('token', 'revoke', made.id)).code).toBe(0);
    expect((await run('token', 'list', '--json')).out).toContain('"revoked"');
    expect((await run('token', 'revoke', made.id)).code).toBe(1);
  });

  it('status', async () => {
    expect(await json('status')).toMatchObject({
      mode: 'lexical',
      model: 'none',
      documents: { indexed: 1, noText: 1, quarantined: 1, chunks: 1 },
      directory: { users: 1, groups: 1, stale: false },
    });
  });

  it('doctor, one finding a line', async () => {
    const { out, code } = await run('doctor', '--json');
    expect(code).toBe(0);
    const findings = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { state: string; check: string });
    expect(findings.map(({ check }) => check)).toContain('quarantine');
    expect(findings.every(({ state }) => state !== 'failed')).toBe(true);
  });

  it('quarantine list and retry', async () => {
    expect(await json('quarantine', 'list')).toMatchObject({ path: 'broken.pdf', reason: 'corrupt' });
    writeFileSync(join(share, 'broken.txt'), 'now text');
    expect(await json('quarantine', 'retry')).toMatchObject({
      indexed: 1,
      quarantined: [{ path: 'broken.pdf' }],
    });
  });
});

describe('ntk as a process', () => {
  const ntk = join(import.meta.dirname, '..', '..', '..', 'bin', 'ntk.js');

  it('ends quietly when its reader goes away', async () => {
    const child = spawn(process.execPath, [ntk, 'documents', 'list', '--json', '--config', config]);
    child.stdout.destroy();
    const err: string[] = [];
    child.stderr.on('data', (text) => err.push(String(text)));
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect(err.join('')).toBe('');
    expect(code).toBe(0);
  });

  it('stopped by Ctrl-C in a pass says that nothing is lost, and the next pass completes', async () => {
    const many = join(folder, 'many');
    mkdirSync(join(many, 'share'), { recursive: true });
    for (let at = 0; at < 1_500; at += 1) writeFileSync(join(many, 'share', `${at}.txt`), `zebra ${at}`);
    const file = join(many, 'need-to-know.yaml');
    await runCli('init', join(many, 'share'), '--open', '--config', file);
    const child = spawn(process.execPath, [ntk, 'ingest', '--config', file], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const err: string[] = [];
    child.stderr.on('data', (text) => err.push(String(text)));
    const running = async (): Promise<boolean> => {
      const { out } = await runCli('status', '--json', '--config', file);
      return (JSON.parse(out) as { lastPass: unknown }).lastPass !== null;
    };
    while (!(await running())) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGINT');
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect(err.join('')).toContain('what was written is whole');
    expect(code).toBe(1);
    const { out } = await runCli('ingest', '--json', '--config', file);
    const { indexed, unchanged } = JSON.parse(out) as Summary;
    expect(indexed + unchanged).toBe(1_500);
  });
});

describe('ntk for people', () => {
  it('shows file, place and snippet of a result', async () => {
    const { out } = await run('search', 'carry over days', '--as', me);
    expect(out).toContain('company/Handbook/Leave.md');
    expect(out).toContain('Leave › Carry-over');
    expect(out).toContain('Five days carry over to March.');
  });

  it('tells how an answer was found when asked to', async () => {
    const { out } = await run('search', 'carry over days', '--as', me, '--explain');
    expect(out).toContain('How it was found');
    expect(out).toMatch(/ms {2}words .* passages by \d+ index terms/);
    const unreadable = await run('search', '???', '--as', me, '--explain');
    expect(unreadable.out).toContain('nothing was asked of the index');
  });

  it('says that the nearest passages are not an answer', async () => {
    const { out } = await run('search', 'carry reactor coolant warranty inspections abroad', '--as', me);
    expect(out).toMatch(/^No passage seems to answer this; the nearest ones follow\.\n/);
  });

  it('says that nothing was found rather than nothing at all', async () => {
    const { out, code } = await run('search', 'zebra', '--as', me);
    expect(code).toBe(0);
    expect(out).toContain('Nothing found');
  });

  it.each(['init', 'ingest', 'search', 'fetch', 'serve', 'mcp', 'models pull', 'token create'])(
    'has an example in the help of %s',
    async (command) => {
      const { out, code } = await runCli(...command.split(' '), '--help');
      expect(code).toBe(0);
      expect(out).toContain('Example');
    },
  );

  it('makes control characters of a file name harmless', async () => {
    writeFileSync(join(share, 'red \u001b[31m name.txt'), 'A zebra stands here.');
    await run('ingest');
    const { out } = await run('search', 'zebra', '--as', me);
    expect(out).toContain('A zebra stands here.');
    expect(out).not.toContain('\u001b[31m name');
  });
});
