import { writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { evaluateSet, usualMode } from '../../compose/index.ts';
import { configPathIfAny, loadConfig } from '../../config/index.ts';
import { average, compare, perQueryText, readPerQuery, readSet } from '../../evaluate/index.ts';
import type { Mode } from '../../search/index.ts';
import { comparisonText, scoresText } from '../eval-report.ts';
import { passProgress } from '../progress.ts';
import { CommandFailed, type CommonOptions } from '../session.ts';
import { note, plain, print, printJson, style, terminal } from '../terminal.ts';

interface EvalOptions extends CommonOptions {
  readonly mode?: Mode;
  readonly queries?: string;
  readonly qrels?: string;
  readonly maxQueries?: number;
  readonly keep?: string;
  readonly perQuery?: string;
  readonly against?: string;
}

export function evalCommand(): Command {
  return new Command('eval')
    .description('measure how good search is on a set of judged questions')
    .argument('<dataset>', 'folder of the set')
    .addOption(
      new Option('--mode <mode>', 'by words, or by words and meaning').choices(['lexical', 'hybrid']),
    )
    .option('--queries <file>', 'questions in place of queries.jsonl')
    .option('--qrels <file>', 'judgments in place of qrels.tsv')
    .option('--max-queries <n>', 'only the first judged questions', whole)
    .option('--keep <dir>', 'leave the index there for the next run, which reads only what changed')
    .option('--per-query <file>', 'write the figures of each question, one JSON object a line')
    .option('--against <file>', 'compare with an earlier --per-query file')
    .option('-c, --config <file>', 'configuration whose embedding, ingest and limits are measured')
    .option('--json', 'figures as one line of JSON', false)
    .addHelpText(
      'after',
      `
A set is a folder with queries.jsonl ({"_id","text"} a line), qrels.tsv (query, document, score) and the documents:
docs/ with files, or corpus.jsonl with texts ({"_id","title","text"}). qrels_pages.tsv (document#page=N) and
qrels_spans.jsonl ({"query","doc","content"}) may judge pages and passages. The documents are read into an index of
their own and asked as by one person who may read them all; your index is not touched, and all is removed at the end.

Examples:
  ntk eval sets/handbook
  ntk eval sets/handbook --mode hybrid --config need-to-know.yaml --json
  ntk eval sets/handbook --keep /tmp/handbook --per-query before.jsonl
  ntk eval sets/handbook --keep /tmp/handbook --against before.jsonl
  ntk eval compare before.jsonl after.jsonl`,
    )
    .action(runEval)
    .addCommand(compareCommand());
}

function compareCommand(): Command {
  return new Command('compare')
    .description('whether two runs of one set differ by more than chance')
    .argument('<first>', 'what --per-query wrote')
    .argument('<second>', 'what a later run wrote')
    .option('--json', 'as one line of JSON', false)
    .addHelpText('after', '\nExample:\n  ntk eval compare before.jsonl after.jsonl')
    .action(async (first: string, second: string, _options: unknown, command: Command) => {
      const comparison = compare(await readPerQuery(first), await readPerQuery(second));
      // Both commands know --json, and the outer one takes it wherever it stands.
      if (command.optsWithGlobals<CommonOptions>().json === true) printJson(comparison);
      else print(comparisonText(comparison));
    });
}

async function runEval(dataset: string, options: EvalOptions): Promise<void> {
  const json = options.json === true;
  const { queries, qrels, maxQueries } = options;
  const set = await readSet({
    folder: dataset,
    ...(queries === undefined ? {} : { queries }),
    ...(qrels === undefined ? {} : { qrels }),
    ...(maxQueries === undefined ? {} : { maxQueries }),
  });
  for (const warning of set.warnings) warn(warning);
  const earlier = options.against === undefined ? null : await readPerQuery(options.against);
  const config = configPathIfAny(options.config);
  const settings = config === null ? null : await loadConfig(config);
  const mode = options.mode ?? usualMode(settings);

  const progress = passProgress({ quiet: json });
  const stop = new AbortController();
  const onInterrupt = (): void => stop.abort(new CommandFailed('stopped'));
  process.once('SIGINT', onInterrupt);
  process.once('SIGTERM', onInterrupt);
  try {
    const { judged, pass } = await evaluateSet({
      set,
      mode,
      settings,
      keep: options.keep ?? null,
      signal: stop.signal,
      onEvent: progress.onEvent,
      onAsked: (asked) => {
        progress.stop();
        if (!json) showAsked(asked, set.questions.length);
      },
    });
    const [unread] = pass.quarantined;
    if (unread !== undefined) {
      const { path, reason } = unread;
      warn(
        `documents that could not be read, so never found: ${pass.quarantined.length}, such as ${path} (${reason})`,
      );
    }
    if (options.perQuery !== undefined) await writeFile(options.perQuery, perQueryText(judged));
    const scores = average(judged.map((own) => own.scores));
    const against = earlier === null ? null : compare(earlier, judged);
    if (json) {
      printJson({
        dataset: set.name,
        mode,
        queries: judged.length,
        ...scores,
        ...(against === null ? {} : { against }),
      });
      return;
    }
    const kept = options.keep === undefined ? '' : `, ${pass.unchanged} of them kept`;
    print(
      `${style('bold', plain(set.name))}  ${mode}, ${judged.length} queries, ${pass.files} documents${kept}`,
    );
    print(scoresText(scores));
    if (against !== null) print(`\n${comparisonText(against)}`);
  } finally {
    progress.stop();
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
  }
}

function showAsked(asked: number, of: number): void {
  if (!terminal.err.isTTY) return;
  terminal.err.write(`\r\u001b[K${asked === of ? '' : `${asked} of ${of} questions asked`}`);
}

function warn(text: string): void {
  note(`${style('yellow', 'warning:', terminal.err)} ${plain(text)}`);
}

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('write a whole number from 1 on');
  return value;
}
