import { spawn } from 'node:child_process';
import { NTK } from './cold-start.ts';
import { type Usage, watchTree } from './process-tree.ts';

const LOOK_MS = 50;

/** `ntk serve` in a process of its own, on any free port. */
export interface Serving {
  /** Where it listens. */
  readonly url: string;
  /** Seconds from the start of the process until it hears of changes, and until it has compared the whole share. */
  readonly watching: number;
  readonly compared: number;
  /** Ends it, and says what its process tree needed since its start. */
  stop(): Promise<Usage>;
}

/** @throws {Error} with what it said when it ends before it has compared its shares */
export async function serve(config: string): Promise<Serving> {
  const started = performance.now();
  const child = spawn(process.execPath, [NTK, 'serve', '--port', '0', '--config', config], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const watch = watchTree(child.pid ?? 0);
  let said = '';
  child.stderr.on('data', (text) => {
    said += String(text);
  });
  const says = async (word: string): Promise<number> => {
    while (!said.includes(word)) {
      if (child.exitCode !== null) throw new Error(said);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    return (performance.now() - started) / 1000;
  };
  return {
    watching: await says('by the kernel'),
    compared: await says('compared'),
    url: /answers at (\S+)/.exec(said)?.[1] ?? '',
    async stop() {
      const usage = watch.stop();
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      return usage;
    },
  };
}
