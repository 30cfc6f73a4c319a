import { Command } from 'commander';
import { bearersText } from '../../../acl/index.ts';
import type { IndexCheck } from '../../../index/index.ts';
import { examine, type Finding, status } from '../../admin/index.ts';
import { agreement, type Core, mend, openAnswering, readingPrograms } from '../../compose/index.ts';
import { CommandFailed, type CommonOptions, publicUrl, reportFault, withCore } from '../session.ts';
import { note, plain, print, printJson, style, table } from '../terminal.ts';

export function statusCommand(): Command {
  return new Command('status')
    .description('counts, last pass, directory, mode')
    .option('-c, --config <file>', 'configuration file')
    .option('--json', 'as one line of JSON', false)
    .action((options: CommonOptions) =>
      withCore(options, async (core) => {
        const now = await statusOf(core);
        if (options.json === true) {
          printJson(now);
          return;
        }
        const { documents, lastPass, directory } = now;
        const pass =
          lastPass === null
            ? 'never: run ntk ingest'
            : (lastPass.finished ?? `unfinished since ${lastPass.started}`);
        print(
          table([
            ['mode', `${now.mode}${now.mode === 'lexical' ? ' (by words alone)' : ` (${now.model})`}`],
            [
              'documents',
              `${documents.indexed} indexed, ${documents.noText} without text, ${documents.quarantined} in quarantine`,
            ],
            ['chunks', String(documents.chunks)],
            ['last pass', pass],
            [
              'waiting',
              now.queue.waiting === 0
                ? 'nothing'
                : `${now.queue.waiting} files, the oldest for ${now.queue.lagSeconds} s`,
            ],
            ...now.shares.map(({ name, compared, permissionsUntil }) => [
              `share ${name}`,
              `${compared === null ? 'not kept by a server yet' : `compared ${compared}`}${permissionsUntil === null ? '' : `, permissions believed until ${permissionsUntil}`}`,
            ]),
            [
              'directory',
              `${directory.users} users, ${directory.groups} groups${directory.stale ? style('red', ', too old: nobody is answered') : ''}`,
            ],
            ...directory.ambiguous.map(({ name, bearers }) => [
              'ambiguous',
              `${plain(name)} belongs to ${plain(bearersText(bearers))}: they are not answered`,
            ]),
            ['data', plain(now.data)],
          ]),
        );
      }),
    );
}

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('what is wrong with this installation, and the mend')
    .option('-c, --config <file>', 'configuration file')
    .option('--mend', 'bring catalog and passages in line again', false)
    .option('--json', 'one JSON object a line', false)
    .action((options: CommonOptions & { mend: boolean }) =>
      withCore(options, async (core) => {
        if (options.mend) {
          const { missing, doubled, orphans } = await mend(core);
          const read = missing.length + doubled.length;
          note(
            `mended: ${orphans} old revisions removed, ${read} documents to be read again by \`ntk ingest\``,
          );
        }
        let modelTrouble: string | null = null;
        let storeTrouble: string | null = null;
        let check: IndexCheck | null = null;
        try {
          check = await agreement(core);
          const answering = await openAnswering(core, { publicUrl: publicUrl(core), onFault: reportFault });
          modelTrouble = answering.modelTrouble;
          await answering.close();
        } catch (error) {
          storeTrouble = (error as Error).message;
        }
        // Loaded here: only doctor and serve need the library that reads tokens.
        const { issuerTrouble } = await import('../../compose/authenticating.ts');
        const findings = await examine({
          config: core.config,
          status: await statusOf(core),
          modelTrouble,
          storeTrouble,
          check,
          issuerTrouble: await issuerTrouble(core),
          programs: await readingPrograms(core.config),
        });
        if (options.json === true) for (const finding of findings) printJson(finding);
        else print(table(findings.map(row)));
        const failed = findings.filter(({ state }) => state === 'failed').length;
        if (failed > 0) throw new CommandFailed(`${failed} of ${findings.length} checks failed`);
      }),
    );
}

async function statusOf(core: Core) {
  // Asking for the snapshot brings a changed directory file in before it is reported.
  await core.snapshot();
  const { config, catalog } = core;
  return status({
    config,
    catalog,
    store: core.directoryStore,
    now: core.now(),
    directoryName: core.directory.name,
  });
}

function row({ check, state, detail, mend }: Finding): string[] {
  const colour = state === 'ok' ? 'green' : state === 'warning' ? 'yellow' : 'red';
  return [style(colour, state), plain(check), plain(mend === null ? detail : `${detail} → ${mend}`)];
}
