import { join } from 'node:path';
import { answerOverStdio } from './over-stdio.ts';
import { LIMIT, type Peer, type PeerPlace } from './peer.ts';
import { watchedRun } from './watched-run.ts';

/** npm `@tobilu/qmd` by keywords alone: its models are not asked. It reads Markdown and no other files. */
export function qmd(program: string, { files, scratch }: PeerPlace): Peer {
  const environment = {
    XDG_CACHE_HOME: join(scratch, 'cache'),
    QMD_CONFIG_DIR: join(scratch, 'config'),
    QMD_FORCE_CPU: '1',
  };
  const command = [process.execPath, program];
  return {
    name: '@tobilu/qmd, keywords',
    async ingest() {
      const run = [...command, 'collection', 'add', files, '--name', 'bench', '--mask', '**/*.md'];
      const { seconds, usage } = await watchedRun(run, { environment, folder: scratch });
      return { seconds, usage, chunks: null };
    },
    answer: (first) =>
      answerOverStdio(
        { command: [...command, 'mcp'], environment, folder: scratch },
        (query) => ({
          name: 'query',
          arguments: { searches: [{ type: 'lex', query }], limit: LIMIT, rerank: false },
        }),
        ({ structuredContent }) => (structuredContent as { results: unknown[] }).results.length,
        first,
      ),
  };
}
