import { Command } from 'commander';
import { syncDirectory } from '../../../acl/index.ts';
import { CommandFailed, type CommonOptions, withCore } from '../session.ts';
import { note, plain, print, printJson, style, table } from '../terminal.ts';
import { groupsShowCommand } from './groups-show.ts';

export function groupsCommand(): Command {
  const sync = new Command('sync')
    .description('read the directory now')
    .option('-c, --config <file>', 'configuration file')
    .option('--json', 'as one line of JSON', false)
    .action((options: CommonOptions) =>
      withCore(options, async (core) => {
        const deps = { source: core.directory, store: core.directoryStore, now: core.now };
        if (core.config.directory.source === 'scim') {
          note('the identity provider pushes users and groups to `ntk serve` (/scim/v2): nothing is fetched');
        }
        const done = await syncDirectory(deps, { force: true });
        if (done.outcome === 'failed') {
          throw new CommandFailed(
            `${done.detail}. The last complete reading stays in use until it is too old.`,
          );
        }
        const snapshot = await core.snapshot();
        const counts = { users: snapshot?.users.size ?? 0, groups: snapshot?.groups.size ?? 0 };
        for (const warning of done.warnings) note(style('yellow', `warning: ${warning}`));
        if (options.json === true) printJson({ outcome: done.outcome, ...counts, warnings: done.warnings });
        else print(`${counts.users} users and ${counts.groups} groups read from ${core.directory.name}`);
      }),
    );
  const list = new Command('list')
    .description('groups, or with --users people')
    .option('--users', 'list people', false)
    .option('-c, --config <file>', 'configuration file')
    .option('--json', 'one JSON object a line', false)
    .action((options: CommonOptions & { users: boolean }) =>
      withCore(options, async (core) => {
        const snapshot = await core.snapshot();
        if (snapshot === null)
          throw new CommandFailed('the directory was never read whole: run `ntk groups sync`');
        const rows = options.users
          ? [...snapshot.users.values()].map(({ id, login, name, enabled }) => ({ id, login, name, enabled }))
          : [...snapshot.groups.values()].map(({ id, name }) => ({ id, name }));
        if (options.json === true) for (const row of rows) printJson(row);
        else print(table(rows.map((row) => Object.values(row).map((value) => plain(String(value))))));
      }),
    );
  return new Command('groups')
    .description('people and groups')
    .addCommand(sync)
    .addCommand(list)
    .addCommand(groupsShowCommand());
}
