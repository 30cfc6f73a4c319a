import { userInfo } from 'node:os';
import { Command } from 'commander';
import { writeInitialConfig } from '../../admin/index.ts';
import { configPath } from '../../config/index.ts';
import { print, style } from '../terminal.ts';

export function initCommand(): Command {
  return new Command('init')
    .description('write a commented configuration for a folder')
    .argument('<folder>', 'root of the share')
    .option('-c, --config <file>', 'configuration to write (need-to-know.yaml)')
    .option('--data <dir>', 'where the index is kept (need-to-know-data beside the configuration)')
    .option('--open', 'everyone in the directory may read everything', false)
    .addHelpText(
      'after',
      `
Without --open nobody reads anything until .acl.yaml files say who.

Examples:
  ntk init /srv/share --open
  ntk init /srv/share --config /etc/need-to-know.yaml --data /var/lib/need-to-know`,
    )
    .action(async (folder: string, options: { config?: string; data?: string; open: boolean }) => {
      const login = userInfo().username;
      const written = await writeInitialConfig({
        folder,
        config: configPath(options.config),
        data: options.data ?? null,
        open: options.open,
        login,
      });
      for (const file of written) print(`${style('green', 'wrote')} ${file}`);
      print(`next: ${style('bold', 'ntk ingest')}, then ${style('bold', `ntk search "…" --as ${login}`)}`);
    });
}
