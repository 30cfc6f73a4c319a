import { Command } from 'commander';
import { bearersText } from '../../../acl/index.ts';
import type { IndexCheck } from '../../../index/index.ts';
import { examine, type Finding, type Status, status } from '../../admin/index.ts';
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
            ...(now.moving === null ? [] : [['moving', movingText(now.moving)]]),
            ...(now.reranker === 'none' ? [] : [['reranker', plain(now.reranker)]]),
            [
              'documents',
              `${documents.indexed} indexed, ${documents.noText} without text, ${documents.quarantined} in quarantine`,
            ],
            ['chunks', String(documents.chunks)],
            ['last pass', pass],
            ['waiting', now.queue.waiting === 0 ? 'nothing' : waitingText(now.queue)],
            ['reading', ratesText(now.rates)],
            ['read by', now.readers === null ? 'not known before the first pass' : readersText(now.readers)],
            ...now.shares.map(({ name, compared, permissionsUntil }) => [
              `share ${name}`,
              `${compared === null ? 'not compared yet' : `compared ${compared}`}${permissionsUntil === null ? '' : `, permissions believed until ${permissionsUntil}`}`,
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
        let rerankerTrouble: string | null = null;
        let storeTrouble: string | null = null;
        let check: IndexCheck | null = null;
        try {
          check = await agreement(core);
          const answering = await openAnswering(core, {
            publicUrl: publicUrl(core),
            onFault: reportFault(core),
          });
          modelTrouble = answering.modelTrouble;
          rerankerTrouble = answering.rerankerTrouble;
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
          rerankerTrouble,
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

function waitingText({ waiting, lagSeconds, kinds }: Status['queue']): string {
  const why = [
    ...(kinds.saved > 0 ? [`${kinds.saved} just saved`] : []),
    ...(kinds.found > 0 ? [`${kinds.found} found`] : []),
    ...(kinds.again > 0 ? [`${kinds.again} to be tried again`] : []),
  ].join(', ');
  return `${waiting} files (${why})${lagSeconds === null ? '' : `, the oldest for ${lagSeconds} s`}`;
}

const movingText = ({ model, chunks, of }: NonNullable<Status['moving']>): string =>
  `to the model ${plain(model)}: ${chunks} of ${of} chunks; the index answers by words until then`;

const ratesText = ({ filesPerSecond, chunksPerSecond }: Status['rates']): string =>
  filesPerSecond === 0
    ? 'nothing at the moment'
    : `${filesPerSecond.toFixed(1)} files/s, ${chunksPerSecond.toFixed(1)} chunks/s over the last minute`;

const OCR_LACKS = {
  tesseract: 'without tesseract',
  poppler: 'without poppler-utils',
  languages: 'without data of the languages of ingest.ocr',
} as const;

function readersText({ pdf, ocr, scanner }: NonNullable<Status['readers']>): string {
  const pictures =
    ocr.state === 'on'
      ? `tesseract (${ocr.languages.join(', ')}) for scans`
      : `scans are not read (${ocr.state === 'off' ? 'ingest.ocr is off' : OCR_LACKS[ocr.lacks]})`;
  return `${pdf} for PDFs, ${pictures}, ${scanner === null ? 'no virus scanner' : `${scanner} scans first`}`;
}

function row({ check, state, detail, mend }: Finding): string[] {
  const colour = state === 'ok' ? 'green' : state === 'warning' ? 'yellow' : 'red';
  return [style(colour, state), plain(check), plain(mend === null ? detail : `${detail} → ${mend}`)];
}
