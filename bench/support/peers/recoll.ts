import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LIMIT, type Peer, type PeerPlace } from './peer.ts';
import { watchedRun } from './watched-run.ts';

const run = promisify(execFile);

/** Recoll's command line (Debian: `recollcmd`): each question is a process of its own. */
export function recoll({ files, scratch }: PeerPlace): Peer {
  const configuration = join(scratch, 'recoll');
  return {
    name: 'recollq',
    async ingest() {
      mkdirSync(configuration);
      writeFileSync(
        join(configuration, 'recoll.conf'),
        `topdirs = "${files}"\nindexstemminglanguages = english\n`,
      );
      const { seconds, usage } = await watchedRun(['recollindex', '-c', configuration, '-z'], {
        folder: scratch,
      });
      return { seconds, usage, chunks: null };
    },
    async answer(first) {
      // Any of the words, as the others do: all of them together are found in next to nothing.
      const ask = async (question: string): Promise<number> => {
        const { stdout } = await run('recollq', ['-c', configuration, '-o', '-n', `0-${LIMIT}`, question]);
        return Math.min(LIMIT, Number(/^(\d+) results/m.exec(stdout)?.[1] ?? 0));
      };
      const started = performance.now();
      await ask(first);
      return {
        firstAnswer: performance.now() - started,
        pid: null,
        ask,
        close: async () => undefined,
      };
    },
  };
}
