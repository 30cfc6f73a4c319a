import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Call, findProgram, runWhole, start } from '../../../ingest/parse/program.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const NO_PRLIMIT = findProgram('prlimit') === null ? 'prlimit is missing' : false;
const KILOBYTE = 1_024;

function call(name: string, args: readonly string[], extra: Partial<Call> = {}): Call {
  const path = findProgram(name) ?? `/nowhere/${name}`;
  return { path, args, input: new Uint8Array(), maxSeconds: 10, maxMegabytes: 256, ...extra };
}

describe('a program that a parser calls', () => {
  it('is found by its name in folders of the system', () => {
    expect(findProgram('cat')).toMatch(/^\/.*\/cat$/);
    expect(findProgram('no-such-program')).toBeNull();
  });

  it('reads its input from a pipe', async () => {
    const input = new TextEncoder().encode('some bytes');
    expect((await runWhole(call('cat', [], { input }), KILOBYTE))?.output.toString()).toBe('some bytes');
  });

  it('sees nothing of our environment', async () => {
    const printed = (await runWhole(call('env', []), KILOBYTE))?.output.toString() ?? '';
    expect(
      printed
        .trim()
        .split('\n')
        .map((line) => line.split('=')[0])
        .sort(),
    ).toEqual(['LC_ALL', 'OMP_THREAD_LIMIT']);
  });

  it('is no shell: what looks like a command is an argument', async () => {
    const printed = await runWhole(call('echo', ['$(id)', ';', 'id']), KILOBYTE);
    expect(printed?.output.toString()).toBe('$(id) ; id\n');
  });

  it('gives nothing when it fails', async () => {
    expect(await runWhole(call('false', []), KILOBYTE)).toBeNull();
  });

  it('gives nothing when it is not there', async () => {
    expect(await runWhole(call('no-such-program', []), KILOBYTE)).toBeNull();
  });

  it('is ended when it prints more than was asked for', async () => {
    expect(await runWhole(call('yes', []), KILOBYTE)).toBeNull();
  });

  it('may leave its input unread', async () => {
    const input = new Uint8Array(8 * KILOBYTE * KILOBYTE);
    expect((await runWhole(call('echo', ['done'], { input }), KILOBYTE))?.output.toString()).toBe('done\n');
  });

  it('ends when it is stopped', async () => {
    const running = start(call('sleep', ['600']));
    running.stop();
    expect((await running.ended).code).toBeNull();
  });

  it.skipIf(NO_PRLIMIT)('gets no more memory than it may have', async () => {
    const copy = (block: string) => ['if=/dev/zero', 'of=/dev/null', 'count=1', 'status=none', `bs=${block}`];
    const small = { maxMegabytes: 100 };
    expect(await runWhole(call('dd', copy('300M'), small), KILOBYTE)).toBeNull();
    expect(await runWhole(call('dd', copy('10M'), small), KILOBYTE)).not.toBeNull();
  });

  it.skipIf(NO_PRLIMIT)('gets no more processor time than it may have', async () => {
    expect(await runWhole(call('sha256sum', ['/dev/zero'], { maxSeconds: 1 }), KILOBYTE)).toBeNull();
  });

  it.skipIf(NO_PRLIMIT)('cannot write a file', async () => {
    const file = join(tempFolder(), 'written');
    const input = new TextEncoder().encode('bytes');
    await runWhole(call('dd', [`of=${file}`, 'status=none'], { input }), KILOBYTE);
    expect(existsSync(file) ? (await runWhole(call('cat', [file]), KILOBYTE))?.output.length : 0).toBe(0);
  });
});
