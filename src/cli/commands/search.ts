import { Command, InvalidArgumentError } from 'commander';
import type { Answering, Core } from '../../compose/index.ts';
import { Explaining, type SearchResult } from '../../search/index.ts';
import { printExplanation } from '../explanation.ts';
import { type CommonOptions, cliCaller, outputOf, userNamed, withAnswering } from '../session.ts';
import { note, plain, print, printJson, style, wrap } from '../terminal.ts';

interface SearchOptions extends CommonOptions {
  readonly as: string;
  readonly limit?: number;
  readonly share?: string;
  readonly path?: string;
  readonly type?: string[];
  readonly language?: string;
  readonly from?: string;
  readonly to?: string;
  readonly newest?: boolean;
  readonly explain?: boolean;
}

export function searchCommand(): Command {
  return new Command('search')
    .description('ask as a person')
    .argument('<query>', 'a question or key words')
    .requiredOption('--as <user>', 'login of the person who asks')
    .option('-n, --limit <n>', 'how many passages', whole)
    .option('--share <name>', 'only this share')
    .option('--path <prefix>', 'only this folder or file')
    .option('--type <type...>', 'only these file types, for example pdf')
    .option('--language <code>', 'only passages in this language (en, it, de, fr, es)')
    .option('--from <date>', 'only files changed on or after this day')
    .option('--to <date>', 'only files changed on or before this day')
    .option('--newest', 'the same passages, that of the file changed last first')
    .option('--explain', 'how it was found as well: what was asked of the index, and how long that took')
    .option('-c, --config <file>', 'configuration file')
    .option('--json', 'result as one line of JSON', false)
    .addHelpText(
      'after',
      `
Examples:
  ntk search "how many days of parental leave" --as anna.rossi
  ntk search "INV-2024-0113" --as anna.rossi --type pdf --limit 3 --json`,
    )
    .action(async (query: string, options: SearchOptions) => {
      const explaining = options.explain === true ? new Explaining(() => performance.now()) : undefined;
      const watching = explaining === undefined ? {} : { explaining };
      const ask = async (core: Core, { gate, tools }: Answering) => {
        const caller = cliCaller(await userNamed(core, options.as));
        const { limit, share, path, type, language, from, to } = options;
        const when = { modified_from: from, modified_to: to };
        const sort = options.newest === true ? 'newest' : undefined;
        const input = { query, limit, share, path, type, language, ...when, sort };
        const found = outputOf(await gate.call(tools.searchDocuments, caller, input));
        if (found.results.length === 0 && (await core.catalog.lastPass()) === null)
          note('warning: nothing was read yet: run `ntk ingest`');
        return found;
      };
      const answer = await withAnswering(options, ask, watching);
      const explanation = explaining?.explanation();
      if (options.json === true) {
        printJson({ ...answer, ...(explanation === undefined ? {} : { explanation }) });
        return;
      }
      printAnswer(answer);
      if (explanation !== undefined) printExplanation(explanation);
    });
}

export function fetchCommand(): Command {
  return new Command('fetch')
    .description('read a passage or document as a person')
    .argument('<id>', 'id of a search result or document')
    .requiredOption('--as <user>', 'login of the person who reads')
    .option('-c, --config <file>', 'configuration file')
    .option('--json', 'result as one line of JSON', false)
    .addHelpText('after', '\nExample:\n  ntk fetch qk3m5x7a2bcdefgh --as anna.rossi')
    .action(async (id: string, options: CommonOptions & { as: string }) => {
      const document = await withAnswering(options, async (core, { gate, tools }) => {
        const caller = cliCaller(await userNamed(core, options.as));
        return outputOf(await gate.call(tools.fetch, caller, { id }));
      });
      if (options.json === true) {
        printJson(document);
        return;
      }
      const { share, path, next } = document.metadata;
      print(style('bold', plain(document.title)));
      print(style('dim', plain(`${share}/${path}  ${document.url}`)));
      print('');
      for (const line of document.text.split('\n')) print(plain(line));
      if (next !== undefined && next !== '')
        print(style('dim', `\nread on: ntk fetch ${next} --as ${options.as}`));
    });
}

/** A result as a tool gives it: names of shares are texts there. */
type PrintedResult = Omit<SearchResult, 'share' | 'copies'> & {
  readonly share: string;
  readonly copies?: readonly { readonly share: string; readonly path: string }[] | undefined;
};

/** The passages of an answer as people read them. */
export function printAnswer(answer: {
  readonly mode: string;
  readonly reranked?: boolean | undefined;
  readonly confidence?: 'low' | undefined;
  readonly results: readonly PrintedResult[];
}): void {
  if (answer.results.length === 0) {
    print('Nothing found among the documents this person may read.');
    return;
  }
  if (answer.confidence === 'low') print('No passage seems to answer this; the nearest ones follow.');
  for (const { rank, title, share, path, section, page, snippet, id, copies = [] } of answer.results) {
    const place = [`${share}/${path}`, ...(page === null ? [] : [`p. ${page}`]), section.join(' › ')];
    print(`${style('dim', `${rank}.`)} ${style('bold', plain(title))}`);
    print(`   ${style('cyan', plain(place.filter((part) => part !== '').join('  ')))}`);
    print(wrap(plain(snippet), '   '));
    const others = copies.map((copy) => `${copy.share}/${copy.path}`).join(', ');
    if (others !== '') print(style('dim', `   also in ${plain(others)}`));
    print(style('dim', `   ${id}`));
  }
  if (answer.reranked === false)
    print(style('dim', 'in the order of retrieval (the reranker did not answer in time)'));
  if (answer.mode === 'lexical') print(style('dim', 'found by words (no embedding model in use)'));
}

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('write a whole number from 1 on');
  return value;
}
