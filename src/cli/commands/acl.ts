import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { evaluate, evaluateLines, explain, refusalText, whoCanRead } from '../../admin/index.ts';
import { inForce } from '../../search/index.ts';
import { CommandFailed, type CommonOptions, UsageError, userNamed, withCore } from '../session.ts';
import { note, plain, print, printJson, style, table } from '../terminal.ts';
import { documentNamed } from './documents.ts';

interface EvaluateOptions extends Pick<CommonOptions, 'json'> {
  readonly sddl?: string;
  readonly shareSddl?: string;
  readonly ownerIs?: string;
  readonly posix?: string;
  readonly ancestor?: string[];
  readonly token?: string;
  readonly batch?: string;
}

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
        if (!made.ok) throw new CommandFailed(`${options.as} reads nothing: ${refusalText(made.refusal)}`);
        const document = await documentNamed(core, path);
        const acl = await core.aclOf(document.share);
        const explanation = await explain(inForce(core.catalog, core.now), document, made.token, acl);
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
        const { groupSource: groups } = core;
        if (groups.kind === 'unknown') throw new CommandFailed(refusalText({ kind: 'groups-unknown' }));
        const catalog = inForce(core.catalog, core.now);
        const deps = { catalog, now: core.now(), maxStalenessSeconds, groups };
        const readers = await whoCanRead(deps, document, snapshot);
        if (options.json === true) printJson({ share: document.share, path: document.path, readers });
        else if (readers.length === 0) print('Nobody can read it.');
        else print(table(readers.map(({ login, name }) => [plain(login), plain(name)])));
      }),
    );
  const what = new Command('evaluate')
    .description('what would be decided for a list and a token, without any share')
    .option('--sddl <text>', 'Windows security descriptor')
    .option('--share-sddl <text>', 'security descriptor of the share; both must allow')
    .option('--owner-is <sid>', 'owner in place of the descriptor’s own')
    .option(
      '--posix <MODE:UID:GID[:ACL]>',
      'POSIX mode, owner and group, with the list as getfacl -cn prints it',
    )
    .option('--ancestor <posix...>', 'POSIX lists of the folders above, outermost first')
    .option('--token <principals>', 'SIDs, or uid:N and gid:N, with commas between; taken as they are')
    .option('--batch <file>', 'JSON lines {"sddl"|"posix","shareSddl"?,"ancestors"?,"token":[…]}')
    .option('--json', 'as one line of JSON', false)
    .addHelpText(
      'after',
      `
The token is taken as it is: name S-1-1-0 when Everyone is to count.

Examples:
  ntk acl evaluate --sddl "O:BAD:(D;;FR;;;S-1-5-21-1-2-3-1001)(A;;FA;;;WD)" --token S-1-5-21-1-2-3-1001,S-1-1-0
  ntk acl evaluate --posix 640:1001:100:user::rw-,user:1002:r--,group::r--,mask::r--,other::--- --token uid:1002
  ntk acl evaluate --batch cases.jsonl`,
    )
    .action(async (options: EvaluateOptions) => {
      if (options.batch !== undefined) {
        if (!existsSync(options.batch)) throw new UsageError(`there is no file ${options.batch}`);
        for await (const evaluation of evaluateLines(options.batch)) printJson(evaluation);
        return;
      }
      if (options.token === undefined) throw new UsageError('--token: name the principals to decide with');
      const { sddl, shareSddl, ownerIs, posix, ancestor } = options;
      const token = options.token.split(',').filter((principal) => principal.trim() !== '');
      const evaluation = evaluate({ sddl, shareSddl, ownerIs, posix, ancestors: ancestor, token });
      if (options.json === true) printJson(evaluation);
      if ('error' in evaluation) throw new UsageError(evaluation.error);
      if (options.json === true) return;
      const verdict = evaluation.read ? style('green', 'may read') : style('red', 'may not read');
      print(`${verdict}: ${plain(evaluation.because)}`);
    });
  return new Command('acl')
    .description('who can read what, and why')
    .addCommand(why)
    .addCommand(who)
    .addCommand(what);
}
