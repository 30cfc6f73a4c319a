import { Command } from 'commander';
import { shareId } from '../../../acl/index.ts';
import type { CatalogDocument } from '../../../index/index.ts';
import { locate } from '../../admin/index.ts';
import type { Core } from '../../compose/index.ts';
import { CommandFailed, type CommonOptions, withCore } from '../session.ts';
import { plain, print, printJson, style, table } from '../terminal.ts';

const PAGE = 1_000;

interface ListOptions extends CommonOptions {
  readonly share?: string;
  readonly outcome?: string;
}

export function documentsCommand(): Command {
  const list = new Command('list')
    .description('every file with its outcome')
    .option('--share <name>', 'only this share')
    .option('--outcome <outcome>', 'only indexed, no-text or quarantined')
    .option('-c, --config <file>', 'configuration file')
    .option('--json', 'one JSON object a line', false)
    .addHelpText('after', '\nExample:\n  ntk documents list --outcome quarantined')
    .action((options: ListOptions) =>
      withCore(options, async (core) => {
        for await (const document of allDocuments(core, options)) {
          if (options.json === true) printJson(documentJson(document));
          else print(line(document));
        }
      }),
    );
  const show = new Command('show')
    .description('all that is known of one file')
    .argument('<path>', 'SHARE/PATH or PATH')
    .option('-c, --config <file>', 'configuration file')
    .option('--json', 'as one line of JSON', false)
    .action((path: string, options: CommonOptions) =>
      withCore(options, async (core) => {
        const document = await documentNamed(core, path);
        const json = documentJson(document);
        if (options.json === true) printJson(json);
        else {
          const rows = Object.entries(json).map(([key, value]) => [
            style('dim', key),
            plain(typeof value === 'string' ? value : JSON.stringify(value)),
          ]);
          print(table(rows));
        }
      }),
    );
  return new Command('documents')
    .description('what the index knows of the files (for operators: shows every path)')
    .addCommand(list)
    .addCommand(show);
}

/** The document an operator named. @throws {CommandFailed} when there is none */
export async function documentNamed(core: Core, path: string): Promise<CatalogDocument> {
  const document = await locate({ catalog: core.catalog, shares: core.config.shares }, path);
  if (document !== null) return document;
  throw new CommandFailed(
    `the index knows no file ${path}: see \`ntk documents list\`, or run \`ntk ingest\``,
  );
}

export async function* allDocuments(
  core: Core,
  filter: { readonly share?: string; readonly outcome?: string },
): AsyncGenerator<CatalogDocument> {
  for (const { name } of core.config.shares) {
    if (filter.share !== undefined && filter.share !== name) continue;
    for (let after = ''; ; ) {
      const page = await core.catalog.listDocuments({ share: shareId(name), under: '', after, limit: PAGE });
      for (const document of page) {
        if (filter.outcome === undefined || document.outcome === filter.outcome) yield document;
      }
      if (page.length < PAGE) break;
      after = page.at(-1)?.path ?? '';
    }
  }
}

/** A document as `--json` shows it. */
export function documentJson(document: CatalogDocument) {
  const { id, share, path, outcome, reason, detail, type, title, language, pages, chunks, characters } =
    document;
  return {
    id,
    share,
    path,
    outcome,
    reason,
    detail,
    type,
    title,
    language,
    pages,
    chunks,
    characters,
    warnings: document.warnings,
    scope: document.scope,
    revision: document.revision,
    size: document.size,
    modified: new Date(document.modified).toISOString(),
    indexed: new Date(document.indexedAt).toISOString(),
  };
}

function line({ outcome, reason, share, path, chunks, warnings }: CatalogDocument): string {
  const colour = outcome === 'indexed' ? 'green' : 'yellow';
  const extra = [
    ...(reason === null ? [] : [reason]),
    ...(chunks > 0 ? [`${chunks} chunks`] : []),
    ...warnings.map(({ code }) => code),
  ].join(', ');
  return `${style(colour, outcome.padEnd(11))} ${plain(`${share}/${path}`)}${extra === '' ? '' : style('dim', `  ${extra}`)}`;
}
