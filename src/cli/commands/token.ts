import { randomBytes } from 'node:crypto';
import { Command } from 'commander';
import { refusalText } from '../../admin/index.ts';
import { duration } from '../../config/index.ts';
import { createAccessToken } from '../../identity/index.ts';
import { DOCUMENTS_READ } from '../../tools/index.ts';
import { CommandFailed, type CommonOptions, UsageError, userNamed, withCore } from '../session.ts';
import { note, plain, print, printJson, style, table, terminal } from '../terminal.ts';

interface CreateOptions extends CommonOptions {
  readonly as: string;
  readonly scope: string[];
  readonly expires: string;
  readonly label?: string;
}

/** Scopes that a token may carry. */
const SCOPES = [DOCUMENTS_READ];

export function tokenCommand(): Command {
  const create = new Command('create')
    .description('make an access token; it is shown once')
    .requiredOption('--as <user>', 'login of the person it stands for')
    .option('--scope <scope...>', 'what it allows', [DOCUMENTS_READ])
    .option('--expires <time>', 'how long it lasts, for example 30d', '30d')
    .option('--label <text>', 'what it is for')
    .option('-c, --config <file>', 'configuration file')
    .option('--json', 'as one line of JSON', false)
    .addHelpText(
      'after',
      '\nExample:\n  ntk token create --as anna.rossi --scope documents:read --expires 30d',
    )
    .action((options: CreateOptions) =>
      withCore(options, async (core) => {
        const unknown = options.scope.find((scope) => !SCOPES.includes(scope));
        if (unknown !== undefined)
          throw new UsageError(`there is no scope ${unknown}: use ${SCOPES.join(', ')}`);
        const expires = duration.safeParse(options.expires);
        if (!expires.success || expires.data === 0) {
          throw new UsageError('--expires: write a number and s, m, h or d, for example 30d');
        }
        const user = await userNamed(core, options.as);
        if (core.groupSource.kind === 'unknown') {
          const why = refusalText({ kind: 'groups-unknown' });
          note(style('yellow', `warning: this token will not be answered: ${why}`, terminal.err));
        }
        const deps = { store: core.catalog.accessTokens, now: core.now, randomBytes };
        const { secret, stored } = await createAccessToken(deps, {
          user,
          scopes: options.scope,
          label: options.label ?? null,
          expiresInSeconds: expires.data,
        });
        const until = new Date(stored.expires).toISOString();
        if (options.json === true)
          printJson({ id: stored.id, token: secret, user, scopes: stored.scopes, expires: until });
        else {
          print(secret);
          note(
            `for ${user} until ${until}. It is not shown again; revoke it with: ntk token revoke ${stored.id}`,
          );
        }
      }),
    );
  const list = new Command('list')
    .description('tokens without their secrets')
    .option('-c, --config <file>', 'configuration file')
    .option('--json', 'one JSON object a line', false)
    .action((options: CommonOptions) =>
      withCore(options, async (core) => {
        const rows = (await core.catalog.accessTokens.list()).map((token) => ({
          id: token.id,
          user: token.user,
          state: token.revoked !== null ? 'revoked' : token.expires <= core.now() ? 'expired' : 'valid',
          expires: new Date(token.expires).toISOString(),
          scopes: token.scopes,
          label: token.label,
        }));
        if (options.json === true) for (const row of rows) printJson(row);
        else if (rows.length === 0) print('There are no tokens.');
        else {
          print(
            table(
              rows.map(({ id, user, state, expires, scopes, label }) => [
                id,
                plain(user),
                style(state === 'valid' ? 'green' : 'dim', state),
                expires,
                scopes.join(' '),
                plain(label ?? ''),
              ]),
            ),
          );
        }
      }),
    );
  const revoke = new Command('revoke')
    .description('end a token now')
    .argument('<id>', 'id from the list')
    .option('-c, --config <file>', 'configuration file')
    .action((id: string, options: CommonOptions) =>
      withCore(options, async (core) => {
        if (!(await core.catalog.accessTokens.revoke(id, core.now()))) {
          throw new CommandFailed(`there is no valid token ${id}: see \`ntk token list\``);
        }
        print(`revoked ${id}`);
      }),
    );
  return new Command('token')
    .description('access tokens')
    .addCommand(create)
    .addCommand(list)
    .addCommand(revoke);
}
