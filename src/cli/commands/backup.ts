import { resolve } from 'node:path';
import { Command } from 'commander';
import { backUp, restore } from '../../compose/index.ts';
import { configPath, loadConfig } from '../../config/index.ts';
import { type CommonOptions, withCore } from '../session.ts';
import { note, plain, print, printJson } from '../terminal.ts';

export function backupCommand(): Command {
  return new Command('backup')
    .description('copy index, tokens and audit into an empty folder, while everything goes on')
    .argument('<folder>', 'a new folder')
    .option('-c, --config <file>', 'configuration file')
    .option('--json', 'as one line of JSON', false)
    .addHelpText(
      'after',
      `
Holds no passwords, but the text of all documents: keep it as safe as the share. Configuration, directory file and
models are files of yours and are not in it.

Example:
  ntk backup /backup/need-to-know-$(date +%F)`,
    )
    .action((folder: string, options: CommonOptions) =>
      withCore(options, async (core) => {
        const summary = await backUp(core, resolve(folder));
        if (options.json === true) printJson(summary);
        else print(`${summary.documents} documents backed up to ${plain(summary.folder)}`);
        if (summary.unfinished > 0 && options.json !== true)
          note(`${summary.unfinished} of them were being replaced: a restored index reads them anew`);
      }),
    );
}

export function restoreCommand(): Command {
  return new Command('restore')
    .description('put a backup in place of an empty data folder')
    .argument('<folder>', 'what `ntk backup` wrote')
    .option('-c, --config <file>', 'configuration file')
    .option('--json', 'as one line of JSON', false)
    .addHelpText(
      'after',
      `
Nobody reads anything until the next pass has read the permissions of now; unchanged files are not read again.
Access tokens that were revoked since the backup count again: see ntk token list.

Example:
  ntk restore /backup/need-to-know-2026-11-20 && ntk ingest`,
    )
    .action(async (folder: string, options: CommonOptions) => {
      const config = await loadConfig(configPath(options.config));
      const summary = await restore(config, resolve(folder));
      if (options.json === true) printJson(summary);
      else {
        print(`${summary.documents} documents of ${summary.at} restored to ${plain(config.data)}`);
        note('nobody reads them until a pass has read the permissions of now: run `ntk ingest`');
      }
    });
}
