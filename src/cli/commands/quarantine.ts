import { Command } from 'commander';
import { ingest } from '../../compose/index.ts';
import { passProgress } from '../progress.ts';
import { type CommonOptions, withCore } from '../session.ts';
import { plain, print, printJson, style } from '../terminal.ts';
import { allDocuments, documentJson } from './documents.ts';
import { printSummary } from './ingest.ts';

export function quarantineCommand(onQuarantined: () => void): Command {
  const list = new Command('list')
    .description('files that could not be read, with reason')
    .option('-c, --config <file>', 'configuration file')
    .option('--json', 'one JSON object a line', false)
    .action((options: CommonOptions) =>
      withCore(options, async (core) => {
        let count = 0;
        for await (const document of allDocuments(core, { outcome: 'quarantined' })) {
          count += 1;
          if (options.json === true) printJson(documentJson(document));
          else {
            const { reason, share, path, detail } = document;
            print(
              `${style('yellow', (reason ?? '').padEnd(14))} ${plain(`${share}/${path}`)}: ${plain(detail ?? '')}`,
            );
          }
        }
        if (count === 0 && options.json !== true) print('Nothing is in quarantine.');
      }),
    );
  const retry = new Command('retry')
    .description('read the quarantined files again in a pass')
    .option('-c, --config <file>', 'configuration file')
    .option('--json', 'summary as one line of JSON', false)
    .action(async (options: CommonOptions) => {
      const progress = passProgress({ quiet: options.json === true });
      const summary = await withCore(options, (core) =>
        ingest(core, { rebuild: false, retryQuarantined: true, onEvent: progress.onEvent }),
      ).finally(() => progress.stop());
      if (summary.quarantined.length > 0) onQuarantined();
      if (options.json === true) printJson(summary);
      else printSummary(summary);
    });
  return new Command('quarantine')
    .description('files that could not be read')
    .addCommand(list)
    .addCommand(retry);
}
