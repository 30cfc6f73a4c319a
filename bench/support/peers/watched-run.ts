import { spawn } from 'node:child_process';
import { type Usage, watchTree } from '../process-tree.ts';

/** What a program said, how long it took and what it needed. */
export interface WatchedRun {
  readonly seconds: number;
  readonly usage: Usage;
  readonly said: string;
}

/** Runs a program to its end. @throws {Error} with what it said when that is not a good one */
export async function watchedRun(
  command: readonly string[],
  { environment = {}, folder }: { readonly environment?: Record<string, string>; readonly folder: string },
): Promise<WatchedRun> {
  const started = performance.now();
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const watch = watchTree(child.pid ?? 0);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => {
      said += data.toString();
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const seconds = (performance.now() - started) / 1000;
  const usage = watch.stop();
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}: ${said.slice(-2_000)}`);
  return { seconds, usage, said };
}
