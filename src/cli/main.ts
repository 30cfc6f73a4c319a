import { Command, CommanderError } from 'commander';
import { CatalogError, ChunkStoreError, EmbedderError, WriterBusy } from '../../index/index.ts';
import { BackupError, DirectoryError } from '../compose/index.ts';
import { ConfigError } from '../config/index.ts';
import { EvaluationError } from '../evaluate/index.ts';
import { aclCommand } from './commands/acl.ts';
import { backupCommand, restoreCommand } from './commands/backup.ts';
import { documentsCommand } from './commands/documents.ts';
import { evalCommand } from './commands/eval.ts';
import { groupsCommand } from './commands/groups.ts';
import { ingestCommand } from './commands/ingest.ts';
import { initCommand } from './commands/init.ts';
import { modelsCommand } from './commands/models.ts';
import { quarantineCommand } from './commands/quarantine.ts';
import { fetchCommand, searchCommand } from './commands/search.ts';
import { mcpCommand, serveCommand } from './commands/serve.ts';
import { doctorCommand, statusCommand } from './commands/status.ts';
import { tokenCommand } from './commands/token.ts';
import { CommandFailed, UsageError, version } from './session.ts';
import { note, style, terminal } from './terminal.ts';

/** Exit codes, the same for every command. */
const EXIT = { done: 0, failed: 1, wrongUse: 2, quarantined: 3 } as const;

/**
 * Runs one command line and gives its exit code: 0 done, 1 failed, 2 wrong use, 3 done with quarantined files.
 * Never throws.
 */
export async function main(args: readonly string[]): Promise<number> {
  let code: number = EXIT.done;
  endQuietlyWithoutReader();
  const program = new Command('ntk')
    .description('Search a company’s file shares; everyone finds only what they may read.')
    .version(version())
    .showHelpAfterError('(see ntk --help)')
    .exitOverride()
    .addHelpText(
      'after',
      `
Examples:
  ntk init /srv/share --open               write a configuration for a folder
  ntk ingest                               read the share into the index
  ntk search "notice period" --as anna     ask as a person
  ntk serve                                answer assistants over HTTP and MCP

Exit codes: 0 done, 1 failed, 2 wrong use, 3 done with quarantined files.`,
    );
  const onQuarantined = (): void => {
    code = EXIT.quarantined;
  };
  const commands = [
    initCommand(),
    ingestCommand(onQuarantined),
    serveCommand(),
    mcpCommand(),
    searchCommand(),
    fetchCommand(),
    documentsCommand(),
    aclCommand(),
    groupsCommand(),
    tokenCommand(),
    quarantineCommand(onQuarantined),
    statusCommand(),
    doctorCommand(),
    modelsCommand(),
    evalCommand(),
    backupCommand(),
    restoreCommand(),
  ];
  for (const command of commands) program.addCommand(inheritExit(command));
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    return explain(error);
  }
}

/** `ntk … | head` closes our output early: that is the reader's wish, not a fault. */
function endQuietlyWithoutReader(): void {
  if (terminal.out.listenerCount('error') > 0) return;
  terminal.out.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(EXIT.done);
  });
}

function inheritExit(command: Command): Command {
  command.exitOverride().showHelpAfterError(`(see ntk ${command.name()} --help)`);
  for (const child of command.commands) inheritExit(child);
  return command;
}

function explain(error: unknown): number {
  if (error instanceof CommanderError) {
    // Commander has written its message already; help and version asked for are no failure.
    return error.exitCode === 0 ? EXIT.done : EXIT.wrongUse;
  }
  const wrongUse =
    error instanceof UsageError || error instanceof ConfigError || error instanceof EvaluationError;
  if (wrongUse) return say((error as Error).message, EXIT.wrongUse);
  const expected =
    error instanceof CommandFailed ||
    error instanceof CatalogError ||
    error instanceof ChunkStoreError ||
    error instanceof EmbedderError ||
    error instanceof WriterBusy ||
    error instanceof DirectoryError ||
    error instanceof BackupError;
  if (expected) return say((error as Error).message, EXIT.failed);
  const fault = error instanceof Error ? error : new Error(String(error));
  return say(`unexpected: ${fault.stack ?? fault.message}`, EXIT.failed);
}

function say(message: string, code: number): number {
  note(`${style('red', 'error:', terminal.err)} ${message}`);
  return code;
}
