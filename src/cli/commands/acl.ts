import { Command } from 'commander';
import { explain, whoCanRead } from '../../admin/index.ts';
import { CommandFailed, type CommonOptions, userNamed, withCore } from '../session.ts';
import { note, plain, print, printJson, style, table } from '../terminal.ts';
import { documentNamed } from './documents.ts';

export function aclCommand(): Command {
  const why = new Command('explain')
    .description('why a person can or cannot read a file')
    .argument('<path>', 'SHARE/PATH or PATH')
    .requiredOption('--as <user>', 'login of the person')
    .option('-c, --config <file>', 'configuration file')
    .option('--json', 'as one line of JSON', false)
    .addHelpText('after', '\nExample:\n  ntk acl explain "HR/Salaries 2026.xlsx" --as luca.bianchi')
    .action((path: string, options: CommonOptions & { as: string }) =>
      withCore(options, async (core) => {
        const made = await core.tokenOf(await userNamed(core, options.as));
        if (!made.ok) throw new CommandFailed(`${options.as} reads nothing: ${made.refusal.kind}`);
        const document = await documentNamed(core, path);
        const acl = await core.aclOf(document.share);
        const explanation = await explain(core.catalog, document, made.token, acl);
        if (options.json === true) {
          printJson(explanation);
          return;
        }
        const { read, because, entries } = explanation;
        const verdict = read ? style('green', 'may read') : style('red', 'may not read');
        print(
          `${options.as} ${verdict} ${plain(`${explanation.share}/${explanation.path}`)}: ${plain(because)}`,
        );
        if (explanation.changed)
          note(style('yellow', 'the share has other permissions by now: run `ntk ingest`'));
        const rows = entries.map(({ part, effect, principal, origin, matched, via, decisive }) => [
          decisive ? style('bold', '→') : ' ',
          part,
          effect,
          plain(principal),
          style('dim', plain(origin)),
          matched ? (via.length > 1 ? plain(via.join(' → ')) : 'matches') : style('dim', 'does not match'),
        ]);
        if (rows.length > 0) print(table(rows));
      }),
    );
  const who = new Command('who')
    .description('who can read a file')
    .argument('<path>', 'SHARE/PATH or PATH')
    .option('-c, --config <file>', 'configuration file')
    .option('--json', 'as one line of JSON', false)
    .action((path: string, options: CommonOptions) =>
      withCore(options, async (core) => {
        const document = await documentNamed(core, path);
        const snapshot = await core.snapshot();
        if (snapshot === null)
          throw new CommandFailed('the directory was never read whole: run `ntk groups sync`');
        const maxStalenessSeconds = core.config.directory.maxStaleness;
        const deps = { catalog: core.catalog, now: core.now(), maxStalenessSeconds };
        const readers = await whoCanRead(deps, document, snapshot);
        if (options.json === true) printJson({ share: document.share, path: document.path, readers });
        else if (readers.length === 0) print('Nobody can read it.');
        else print(table(readers.map(({ login, name }) => [plain(login), plain(name)])));
      }),
    );
  return new Command('acl').description('who can read what, and why').addCommand(why).addCommand(who);
}
