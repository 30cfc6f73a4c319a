import { Command, InvalidArgumentError, Option } from 'commander';
import type { KeepEvent } from '../../../index/index.ts';
import { startIndexKeeping } from '../../compose/index.ts';
import { ConfigError } from '../../config/index.ts';
import type { AuditRecord } from '../../governance/index.ts';
import { serveDocumentsStdio } from '../../mcp/index.ts';
import { DOCUMENTS_READ } from '../../tools/index.ts';
import {
  CommandFailed,
  type CommonOptions,
  publicUrl,
  reportFault,
  reportPause,
  userNamed,
  version,
  withAnswering,
} from '../session.ts';
import { note, plain, style, terminal } from '../terminal.ts';

interface ServeOptions extends CommonOptions {
  readonly ingest: boolean;
  readonly host?: string;
  readonly port?: number;
}

export function serveCommand(): Command {
  return new Command('serve')
    .description(
      'answer assistants and programs over MCP and HTTP, with link pages, and keep the index up to date',
    )
    .option('--host <address>', 'address to listen on (http.host)')
    .option('--no-ingest', 'answer only: another process keeps the index')
    .option('--port <n>', 'port to listen on (http.port)', port)
    .option('-c, --config <file>', 'configuration file')
    .addHelpText(
      'after',
      `
Runs until it is stopped. Changes in the shares are taken in within moments; --no-ingest leaves that to another
process. People need a token each: ntk token create --as USER.

Example:
  ntk serve --config /etc/need-to-know.yaml`,
    )
    .action(async (options: ServeOptions) => {
      let onRecord: (record: AuditRecord) => void = () => undefined;
      await withAnswering(
        options,
        async (core, answering) => {
          // Loaded here: commands that only ask do not wait for a web server to load.
          const { openMonitoring } = await import('../../compose/monitoring.ts');
          const { startServing } = await import('../../compose/serving.ts');
          const monitoring = openMonitoring(core);
          onRecord = monitoring.onRecord;
          const { http } = core.config;
          const host = options.host ?? http.host;
          const listen = { host, port: options.port ?? http.port };
          const address = publicUrl(core, options.port);
          const server = await startServing(core, answering, {
            ...listen,
            publicUrl: address,
            version: version(),
            onFault: reportFault(core),
            monitoring: monitoring.face,
          }).catch((error: unknown) => {
            if (error instanceof ConfigError) throw error;
            throw new CommandFailed(listenTrouble(error, listen));
          });
          const bold = (text: string): string => style('bold', text, terminal.err);
          note(`need-to-know ${version()} answers at ${bold(server.url)} (${answering.mode()} search)`);
          note(`  MCP   ${address}/mcp/documents`);
          note(`  HTTP  ${address}/api/v1/search, described at ${address}/docs`);
          if (core.config.directory.source === 'scim') note(`  SCIM  ${address}/scim/v2`);
          if (monitoring.face !== null) note(`  Prometheus  ${address}/metrics`);
          const event = (happened: KeepEvent): void => {
            monitoring.onEvent(happened);
            sayEvent(happened);
          };
          const fault = (where: string, error: unknown): void => reportPause(where, error, core);
          const keeping = options.ingest ? startIndexKeeping(core, { event, fault }) : null;
          await untilSignal();
          await keeping?.stop();
          await server.close();
        },
        { onRecord: (record) => onRecord(record), fills: options.ingest },
      );
    });
}

/** What an operator wants to read in a log: how shares are watched, what was left out, what a comparison gave. */
function sayEvent(event: KeepEvent): void {
  if (event.kind === 'watching') {
    note(`share ${event.share}: changes are noticed ${event.how}`);
  } else if (event.kind === 'left-out') {
    note(style('red', `share ${event.share} was left out: ${event.detail}`, terminal.err));
  } else if (event.kind === 'compared') {
    const { files, indexed, removed, seconds, quarantined } = event.summary;
    const counts = `${indexed} read, ${removed} removed, ${quarantined.length} in quarantine`;
    note(`compared ${files} files in ${seconds.toFixed(1)} s: ${counts}`);
  } else if (event.kind === 'document' && event.outcome === 'quarantined') {
    note(`${event.reason}: ${plain(event.path)}`);
  }
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
        const server = serveDocumentsStdio({
          tools,
          gate,
          version: version(),
          caller,
          onFault: reportFault(core),
        });
        await Promise.race([untilInputEnds(), untilSignal()]);
        await server.close();
      }),
    );
}

function untilInputEnds(): Promise<void> {
  return new Promise((resolve) => {
    process.stdin.once('end', resolve);
    process.stdin.once('close', resolve);
  });
}

function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

function listenTrouble(error: unknown, { host, port }: { host: string; port: number }): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return `port ${port} on ${host} is taken: stop what uses it or choose another with --port`;
    case 'EACCES':
      return `port ${port} may not be used by this account: choose one above 1023 with --port`;
    case 'EADDRNOTAVAIL':
      return `this machine has no address ${host}: mend http.host`;
    default:
      return `the server could not start (${(error as Error).message})`;
  }
}

function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535)
    throw new InvalidArgumentError('write a port from 0 to 65535');
  return value;
}
