import { Command } from 'commander';
import { pullModel } from '../../../index/embed/pull.ts';
import { CommandFailed, type CommonOptions, withCore } from '../session.ts';
import { note, print, terminal } from '../terminal.ts';

export function modelsCommand(): Command {
  const pull = new Command('pull')
    .description('fetch the configured embedding model for use without network')
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
      withCore(options, async ({ config: { embedding }, profile }) => {
        if (profile === null) throw new CommandFailed('no model is configured: set embedding.model');
        let last = '';
        const { folder } = await pullModel(profile, {
          cacheDir: embedding.cache,
          remoteHost: embedding.mirror,
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
      }),
    );
  return new Command('models').description('embedding models').addCommand(pull);
}
