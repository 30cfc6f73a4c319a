import { Command, Option } from 'commander';
import { serveDocumentsStdio } from '../../mcp/index.ts';
import { DOCUMENTS_READ } from '../../tools/index.ts';
import { type CommonOptions, reportFault, userNamed, version, withAnswering } from '../session.ts';

export function serveCommand(): Command {
  return new Command('serve');
}

export function mcpCommand(): Command {
  return new Command('mcp')
    .description('MCP server on standard input and output, for a desktop client')
    .requiredOption('--as <user>', 'login of the person who asks')
    .addOption(new Option('--domain <domain>', 'which tools').choices(['documents']).default('documents'))
    .option('-c, --config <file>', 'configuration file')
    .addHelpText(
      'after',
      `
The client starts this command itself; see the README for its configuration.

Example:
  ntk mcp --domain documents --as anna.rossi --config /etc/need-to-know.yaml`,
    )
    .action((options: CommonOptions & { as: string }) =>
      withAnswering(options, async (core, { tools, gate }) => {
        const user = await userNamed(core, options.as);
        const caller = { user, scopes: new Set([DOCUMENTS_READ]), via: 'stdio' as const };
        const server = serveDocumentsStdio({ tools, gate, version: version(), caller, onFault: reportFault });
        await untilStopped();
        await server.close();
      }),
    );
}

/** Resolves when the client closes our input or somebody ends the process. */
function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    process.stdin.once('end', resolve);
    process.stdin.once('close', resolve);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
