import { Command } from 'commander';
import { EMBEDDING } from '../../../index/embed/embedding-role.ts';
import { pullModel } from '../../../index/embed/pull.ts';
import { RERANKING } from '../../../index/rerank/reranking-role.ts';
import { rerankProfile } from '../../compose/index.ts';
import type { Config } from '../../config/index.ts';
import { CommandFailed, type CommonOptions, withCore } from '../session.ts';
import { note, print, terminal } from '../terminal.ts';

export function modelsCommand(): Command {
  const command = new Command('pull')
    .description('fetch the configured models, embedding and reranking, for use without network')
    .option('-c, --config <file>', 'configuration file')
    .addHelpText(
      'after',
      `
The files land in embedding.cache and can be copied to a machine without network; there set
embedding.download to false.

Example:
  ntk models pull`,
    )
    .action((options: CommonOptions) =>
      withCore(options, async ({ config, profile }) => {
        const reranker = rerankProfile(config);
        if (profile === null && reranker === null) {
          throw new CommandFailed('no model is configured: set embedding.model or search.reranker.model');
        }
        if (profile !== null) await pull(config.embedding, EMBEDDING, profile);
        if (reranker !== null) await pull(config.embedding, RERANKING, reranker);
      }),
    );
  return new Command('models').description('embedding and reranking models').addCommand(command);
}

async function pull(
  { cache, mirror }: Config['embedding'],
  role: Parameters<typeof pullModel>[0],
  profile: Parameters<typeof pullModel>[1],
): Promise<void> {
  let last = '';
  const { folder } = await pullModel(role, profile, {
    cacheDir: cache,
    remoteHost: mirror,
    onProgress: ({ file, loaded, total }) => {
      const percent = total === 0 ? '' : ` ${Math.floor((loaded / total) * 100)} %`;
      const text = `${file}${percent}`;
      if (text === last) return;
      last = text;
      if (terminal.err.isTTY) terminal.err.write(`\r\u001b[K${text}`);
    },
  });
  if (terminal.err.isTTY) note('');
  print(`${profile.model} is ready in ${folder}`);
}
