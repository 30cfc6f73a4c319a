import { Command } from 'commander';
import { bearersText } from '../../../acl/index.ts';
import { type ShownGroup, type ShownName, showGroup, showPerson, whoIsMeant } from '../../admin/index.ts';
import { CommandFailed, type CommonOptions, UsageError, withCore } from '../session.ts';
import { plain, print, printJson, style, table } from '../terminal.ts';

export function groupsShowCommand(): Command {
  return new Command('show')
    .description('a person with every name and group, or a group with its members')
    .argument('<name>', 'login, id, or a name in another system (a SID, uid:1001)')
    .option('-c, --config <file>', 'configuration file')
    .option('--json', 'as one line of JSON', false)
    .addHelpText('after', '\nExamples:\n  ntk groups show anna.rossi\n  ntk groups show group:finance')
    .action((word: string, options: CommonOptions) =>
      withCore(options, async (core) => {
        const snapshot = await core.snapshot();
        if (snapshot === null)
          throw new CommandFailed('the directory was never read whole: run `ntk groups sync`');
        const maxStalenessSeconds = core.config.directory.maxStaleness;
        const deps = { snapshot, now: core.now(), maxStalenessSeconds };
        const meant = whoIsMeant(snapshot, word);
        switch (meant.kind) {
          case 'user': {
            const shown = showPerson(deps, meant.user, await core.tokenOf(meant.user.id));
            return options.json === true ? printJson(shown) : printPerson(shown);
          }
          case 'group': {
            const shown = showGroup(deps, meant.group);
            return options.json === true ? printJson(shown) : printGroup(shown);
          }
          case 'several':
            throw new UsageError(`"${word}" is ${bearersText(meant.ids)}: name one by its id`);
          case 'nobody':
            throw new UsageError(`there is no user and no group "${word}": see \`ntk groups list\``);
        }
      }),
    );
}

function printPerson(shown: ReturnType<typeof showPerson>): void {
  const { refusal } = shown;
  print(
    `${style('bold', plain(shown.name))} (${plain(shown.id)})${shown.enabled ? '' : style('red', ' disabled')}`,
  );
  print(
    table([
      ['login', plain(shown.login)],
      ...nameRows(shown),
      ['answered', refusal === null ? style('green', 'yes') : style('red', `no: ${plain(refusal.detail)}`)],
      ageRow(shown),
    ]),
  );
  printGroups(shown.groups);
}

function printGroup(shown: ReturnType<typeof showGroup>): void {
  print(`${style('bold', plain(shown.name))} (${plain(shown.id)})`);
  print(table([...nameRows(shown), ageRow(shown)]));
  const { users, groups } = shown.members;
  print(`\nmembers (${users.length} people, ${groups.length} groups)`);
  if (users.length + groups.length > 0) {
    print(
      table([
        ...users.map(({ id, login, name, enabled }) => [
          `  ${plain(id)}`,
          plain(login),
          `${plain(name)}${enabled ? '' : style('red', ' disabled')}`,
        ]),
        ...groups.map(({ id, name }) => [`  ${plain(id)}`, '', plain(name)]),
      ]),
    );
  }
  printGroups(shown.groups);
}

function nameRows(shown: {
  readonly externalId: string | null;
  readonly names: readonly ShownName[];
}): string[][] {
  return [
    ...(shown.externalId === null ? [] : [['external id', plain(shown.externalId)]]),
    ...shown.names.map((name) => ['name', `${nameText(name)}`]),
  ];
}

function nameText({ name, from, sharedWith }: ShownName): string {
  const source = from.length === 0 ? '' : style('dim', ` (${from.join(', ')})`);
  const shared =
    sharedWith.length === 0 ? '' : style('red', ` also ${plain(sharedWith.join(', '))}: nobody is answered`);
  return plain(name) + source + shared;
}

function ageRow({ confirmed, stale }: { readonly confirmed: string; readonly stale: boolean }): string[] {
  return ['confirmed', stale ? style('red', `${confirmed}, too old`) : confirmed];
}

function printGroups(groups: readonly ShownGroup[]): void {
  print(`\nin groups (${groups.length})`);
  for (const { id, name, path, names } of groups) {
    print(`  ${plain(id)}${name === id ? '' : `  ${plain(name)}`}`);
    if (path.length > 2) print(style('dim', `    by ${plain(path.slice(1).join(' → '))}`));
    for (const one of names) print(`    ${nameText(one)}`);
  }
}
