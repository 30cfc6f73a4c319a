import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempFolder, writeFiles } from '../../support/temp-folder.ts';

const ROOT = join(import.meta.dirname, '../../..');
const NODE = process.execPath;
const HAS_SCRIPT = spawnSync('script', ['--version']).stdout?.toString().includes('util-linux') ?? false;

/** A share of files with its configuration. */
function company(files: number): string {
  const folder = tempFolder();
  const text = 'All that is said here is said to make the file longer. '.repeat(40);
  writeFiles(folder, {
    ...Object.fromEntries(Array.from({ length: files }, (_, n) => [`share/Folder/file ${n}.md`, text])),
    'share/evil\x1b[31m\x07name.md': text,
    'directory.yaml': 'users: [{id: bob}]\n',
    'need-to-know.yaml': `data: data
shares: [{ name: docs, path: share, acl: { source: open } }]
directory: { source: file, path: directory.yaml }
ingest: { workers: 1 }
`,
  });
  return folder;
}

/** Runs `ntk ingest` on a pseudo-terminal; gives all that it drew, and its exit code. */
function onTerminal(folder: string, environment: Record<string, string>, interruptAt?: RegExp) {
  const command = `stty cols 100; exec ${NODE} ${join(ROOT, 'bin/ntk.js')} ingest --config ${folder}/need-to-know.yaml`;
  const child = spawn('script', ['-qefc', command, '/dev/null'], {
    env: { PATH: process.env['PATH'], TERM: 'xterm-256color', ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let drawn = '';
  let interrupted = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    drawn += text;
    if (interruptAt === undefined || interrupted || !interruptAt.test(drawn)) return;
    interrupted = true;
    child.stdin.write('\x03');
  });
  return new Promise<{ readonly drawn: string; readonly code: number | null }>((resolve) => {
    child.once('close', (code) => resolve({ drawn, code }));
  });
}

const why = HAS_SCRIPT ? '' : ' (skipped: script of util-linux is not installed)';

describe.skipIf(!HAS_SCRIPT)(`ntk ingest on a terminal${why}`, { timeout: 240_000 }, () => {
  it('draws a bar that goes on, takes it away, and gives the cursor back', async () => {
    const { drawn, code } = await onTerminal(company(60), {});
    expect(code).toBe(0);
    expect(drawn).toMatch(/\d+ of 61 files/);
    expect(drawn).toContain('\x1b[36m');
    expect(drawn.lastIndexOf('\x1b[?25h')).toBeGreaterThan(drawn.lastIndexOf('\x1b[?25l'));
    expect(drawn).toMatch(/61 indexed \(\d+ chunks/);
  });

  it('draws without colours under NO_COLOR', async () => {
    const { drawn } = await onTerminal(company(20), { NO_COLOR: '1' });
    expect(drawn).toContain(' of 21 files');
    expect(drawn).not.toContain('\x1b[3');
  });

  it('stops at Ctrl-C with a word on how to go on, and goes on from there', async () => {
    const folder = company(1_500);
    const { drawn, code } = await onTerminal(folder, {}, / of 1,501 files/);
    expect(code).toBe(1);
    expect(drawn).toContain('`ntk ingest` goes on where it was');
    expect(drawn).not.toContain('unexpected');
    expect(drawn.lastIndexOf('\x1b[?25h')).toBeGreaterThan(drawn.lastIndexOf('\x1b[?25l'));
    const second = await onTerminal(folder, {});
    expect([second.code, second.drawn.includes('quarantine')]).toEqual([0, false]);
  });
});
