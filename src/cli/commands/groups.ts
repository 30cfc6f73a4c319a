import { Command } from 'commander';
import { findUser, principalId, syncDirectory } from '../../../acl/index.ts';
import { CommandFailed, type CommonOptions, UsageError, withCore } from '../session.ts';
import { note, plain, print, printJson, style, table } from '../terminal.ts';

export function groupsCommand(): Command {
  const sync = new Command('sync')
    .description('read the directory now')
    .option('-c, --config <file>', 'configuration file')
    .option('--json', 'as one line of JSON', false)
    .action((options: CommonOptions) =>
      withCore(options, async (core) => {
        const deps = { source: core.directory, store: core.catalog.directory, now: core.now };
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
  const show = new Command('show')
    .description('a person with all their groups, or a group with its direct members')
    .argument('<name>', 'login of a person, or id of a group')
    .option('-c, --config <file>', 'configuration file')
    .option('--json', 'as one line of JSON', false)
    .action((name: string, options: CommonOptions) =>
      withCore(options, async (core) => {
        const snapshot = await core.snapshot();
        if (snapshot === null)
          throw new CommandFailed('the directory was never read whole: run `ntk groups sync`');
        const user = findUser(snapshot, name);
        const group = snapshot.groups.get(principalId(name.startsWith('group:') ? name : `group:${name}`));
        if (user !== null) {
          const made = await core.tokenOf(user.id);
          const groups = made.ok ? [...made.token.via.keys()] : [];
          const shown = { ...user, groups, refusal: made.ok ? null : made.refusal.kind };
          if (options.json === true) printJson(shown);
          else print(`${plain(user.name)} (${user.id})\n${groups.map((id) => `  ${plain(id)}`).join('\n')}`);
        } else if (group !== undefined) {
          const members = [...snapshot.groupsOf].filter(([, of]) => of.includes(group.id)).map(([id]) => id);
          if (options.json === true) printJson({ ...group, members });
          else
            print(`${plain(group.name)} (${group.id})\n${members.map((id) => `  ${plain(id)}`).join('\n')}`);
        } else throw new UsageError(`there is no user and no group "${name}": see \`ntk groups list\``);
      }),
    );
  return new Command('groups')
    .description('people and groups')
    .addCommand(sync)
    .addCommand(list)
    .addCommand(show);
}
