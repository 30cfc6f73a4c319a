import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { READER } from './workspace.ts';

/** The command line program. */
export const NTK = join(import.meta.dirname, '../../bin/ntk.js');

/** Milliseconds from starting `ntk` to its end. @throws {Error} when it fails, with what it said */
export async function timeCommand(args: readonly string[]): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, [NTK, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.on('data', () => undefined);
  child.stderr.on('data', (data: Buffer) => {
    said += data.toString();
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`ntk ${args[0]} ended with ${code}: ${said}`);
  return performance.now() - started;
}

/** `times` whole `ntk search` processes, one after the other: milliseconds each. */
export async function timeSearchCommand(config: string, query: string, times: number): Promise<number[]> {
  const taken: number[] = [];
  for (let run = 0; run < times; run += 1) {
    taken.push(await timeCommand(['search', query, '--as', READER, '--config', config, '--json']));
  }
  return taken;
}
