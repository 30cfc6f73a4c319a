import { Command } from 'commander';
import { type PassSummary, WriterBusy } from '../../../index/index.ts';
import { askForPass, ingest, KeeperGone, keepsIndex } from '../../compose/index.ts';
import { type PassProgress, passProgress } from '../progress.ts';
import { CommandFailed, type CommonOptions, withCore } from '../session.ts';
import { note, plain, print, printJson, style } from '../terminal.ts';

const STOPPED = 'stopped: what was written is whole; `ntk ingest` goes on where it was';
const STOPPED_WAITING = 'stopped waiting: the server goes on with the pass';

/** Quarantined files named after a pass; `ntk quarantine list` names all. */
const NAMED = 20;

export function ingestCommand(onQuarantined: () => void): Command {
  return new Command('ingest')
    .description('one full pass over all shares')
    .option('-c, --config <file>', 'configuration file')
    .option('--json', 'summary as one line of JSON', false)
    .option('--accept-removals', 'drop files that are gone even when that is most of a share', false)
    .option('--rebuild', 'read every file again', false)
    .addHelpText(
      'after',
      `
Unchanged files are not read again. Removals and permission changes come first. Stop it at any time with
Ctrl-C: what was written is whole, and the next pass goes on. Exit code 3: done, some files are in quarantine.

Examples:
  ntk ingest
  ntk ingest --json | jq .quarantined`,
    )
    .action(async (options: CommonOptions & { rebuild: boolean; acceptRemovals: boolean }) => {
      const json = options.json === true;
      const progress = passProgress({ quiet: json });
      const stop = new AbortController();
      const onInterrupt = (): void => {
        if (stop.signal.aborted) endAtOnce(progress);
        progress.say('stopping: what is being written is finished first (once more ends at once)');
        stop.abort(new CommandFailed(STOPPED));
      };
      process.on('SIGINT', onInterrupt);
      process.on('SIGTERM', onInterrupt);
      try {
        const summary = await withCore(options, (core) =>
          ingest(core, {
            rebuild: options.rebuild,
            acceptRemovals: options.acceptRemovals,
            signal: stop.signal,
            onEvent: progress.onEvent,
          }).catch((error: unknown) => {
            if (!(error instanceof WriterBusy) || !keepsIndex(error)) throw error;
            if (options.rebuild || options.acceptRemovals) {
              throw new CommandFailed(
                'a running `ntk serve` keeps this index: stop it for --rebuild and --accept-removals',
              );
            }
            progress.say('a running `ntk serve` keeps this index: it compares all shares now');
            return askForPass(core, stop.signal, progress.onAsked).catch((error: unknown) => {
              if (error instanceof KeeperGone) throw new CommandFailed(error.message);
              throw stop.signal.aborted ? new CommandFailed(STOPPED_WAITING) : error;
            });
          }),
        );
        progress.stop();
        if (summary.quarantined.length > 0 || summary.skippedShares.length > 0) onQuarantined();
        if (json) printJson(summary);
        else printSummary(summary);
      } finally {
        progress.stop();
        process.off('SIGINT', onInterrupt);
        process.off('SIGTERM', onInterrupt);
      }
    });
}

/** What was being written is swept by the next pass. */
function endAtOnce(progress: PassProgress): never {
  progress.stop();
  process.exit(1);
}

export function printSummary(summary: PassSummary): void {
  const rate = summary.seconds > 0 ? Math.round(summary.indexed / summary.seconds) : 0;
  const parts = [
    `${summary.indexed} indexed (${summary.chunks} chunks, ${summary.seconds.toFixed(1)} s${rate > 0 ? `, ${rate} files/s` : ''})`,
    `${summary.unchanged} unchanged`,
    ...(summary.moved > 0 ? [`${summary.moved} moved`] : []),
    ...(summary.relabelled > 0 ? [`${summary.relabelled} with new permissions`] : []),
    ...(summary.removed > 0 ? [`${summary.removed} removed`] : []),
    ...(summary.noText > 0 ? [`${summary.noText} without text`] : []),
    ...(summary.warned > 0 ? [`${summary.warned} with warnings`] : []),
    ...(summary.quarantined.length > 0
      ? [style('yellow', `${summary.quarantined.length} in quarantine`)]
      : []),
  ];
  print(parts.join(', '));
  for (const { share, path, reason, detail } of summary.quarantined.slice(0, NAMED)) {
    print(`  ${style('yellow', reason)} ${share}/${plain(path)}: ${plain(detail)}`);
  }
  if (summary.quarantined.length > NAMED) {
    print(`  and ${summary.quarantined.length - NAMED} more: ntk quarantine list`);
  }
  for (const { share, detail } of summary.skippedShares)
    note(style('red', `share ${share} was left out: ${detail}`));
}
