/** What a question costs and how good the answers are. See README.md beside this file. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  average,
  type EvaluationSet,
  judge,
  type Question,
  readSet,
  type Scores,
  writeUnits,
} from '../src/evaluate/index.ts';
import { type Answer, type Asking, openAsking } from './support/asking.ts';
import { timeSearchCommand } from './support/cold-start.ts';
import {
  folderNamed,
  MODEL_OPTIONS,
  MODEL_USAGE,
  modelNamed,
  READING_OPTIONS,
  READING_USAGE,
  readingNamed,
  script,
  WrongUse,
  whole,
} from './support/command-line.ts';
import { median, milliseconds, quantile, score, table } from './support/figures.ts';
import { documentsOf } from './support/outcomes.ts';
import { ownHeadings } from './support/own-headings.ts';
import { runPass } from './support/run-pass.ts';
import { makeWorkspace, READER } from './support/workspace.ts';

const USAGE = `node bench/search.ts FOLDER [options]
Indexes FOLDER and asks: a folder of documents, or a retrieval set in BEIR form (queries.jsonl, qrels.tsv,
qrels_pages.tsv, with docs/ or corpus.jsonl). How good answers are, \`ntk eval\` and quality.ts say at length.

  --queries FILE     questions to time (jsonl with "text"); default: the set's own, else 200 of the headings
  --questions N      at most N judged questions (1000)
  --limit N          results of a question (10)
  --misses N         show N questions whose page (or document) was not found
  --no-start         leave out the start of a fresh process
${MODEL_USAGE}
${READING_USAGE}`;

const HEADINGS = 200;
const WARM_UP = 5;
const STARTS = 5;

interface Asked {
  readonly question: Question;
  readonly answer: Answer;
  readonly scores: Scores;
}

await script(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ...MODEL_OPTIONS,
      ...READING_OPTIONS,
      queries: { type: 'string' },
      questions: { type: 'string', default: '1000' },
      limit: { type: 'string', default: '10' },
      misses: { type: 'string' },
      'no-start': { type: 'boolean', default: false },
    },
  });
  if (positionals.length !== 1) throw new WrongUse('name one folder');
  const folder = folderNamed(positionals[0]);
  const limit = whole('limit', values.limit);
  const model = modelNamed(values);
  const scratch = makeWorkspace({ share: folder });
  const isSet = existsSync(join(folder, 'queries.jsonl')) || existsSync(join(folder, 'queries.dev.jsonl'));
  const set = isSet ? await readSet({ folder, maxQueries: whole('questions', values.questions) }) : null;
  const share = set === null ? folder : await documentsFolder(set, join(scratch.folder, 'units'));
  const workspace = makeWorkspace({ share, model, reading: readingNamed(values) });
  try {
    const pass = await runPass(workspace.config);
    if (pass.trouble !== null) throw new Error(pass.trouble);
    const judged = set?.questions ?? [];
    const texts =
      values.queries !== undefined
        ? readQueries(values.queries)
        : judged.length > 0
          ? judged.map(({ text }) => text)
          : await ownHeadings(
              workspace.config,
              model?.dimensions ?? null,
              await documentsOf(workspace.config),
              HEADINGS,
            );
    const asking = await openAsking(workspace.config);
    const rows: string[][] = [
      ['chunks', String(pass.summary?.chunks ?? 0)],
      ['mode', asking.mode],
    ];
    rows.push(...(await timings(asking, texts, limit)));
    const asked = set === null ? [] : await askAll(asking, set, limit);
    if (asked.length > 0) rows.push(...qualityRows(asked));
    await asking.close();
    const first = texts[0];
    if (first !== undefined && !values['no-start']) {
      const starts = await timeSearchCommand(workspace.config, first, STARTS);
      rows.push([`fresh process to answer, median of ${STARTS}`, milliseconds(median(starts))]);
    }
    console.log(table([['what', 'figure'], ...rows]));
    if (values.misses !== undefined) showMisses(asked, whole('misses', values.misses));
  } finally {
    workspace.remove();
    scratch.remove();
  }
});

async function timings(asking: Asking, texts: readonly string[], limit: number): Promise<string[][]> {
  for (const query of texts.slice(0, WARM_UP)) await asking.ask(READER, { query, limit });
  const taken: number[] = [];
  for (const query of texts) {
    const started = performance.now();
    await asking.ask(READER, { query, limit });
    taken.push(performance.now() - started);
  }
  return [
    ['questions timed', String(taken.length)],
    ['p50', milliseconds(median(taken))],
    ['p95', milliseconds(quantile(taken, 0.95))],
  ];
}

/** The folder to index: the files of a set, or its units as files below `into`. */
async function documentsFolder({ corpus }: EvaluationSet, into: string): Promise<string> {
  if (corpus.kind === 'files') return corpus.folder;
  await writeUnits(into, corpus.units);
  return into;
}

/** Questions of a plain `queries.jsonl` without judgments. */
function readQueries(file: string): string[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => (JSON.parse(line) as { text: string }).text);
}

async function askAll(asking: Asking, set: EvaluationSet, limit: number): Promise<Asked[]> {
  const asked: Asked[] = [];
  for (const question of set.questions) {
    const answer = await asking.ask(READER, { query: question.text, limit });
    const shown = answer.results.map(({ path, page, snippet }) => ({
      document: set.documentOf(path),
      page,
      snippet,
      text: null,
    }));
    const ranking = shown.map(({ document }) => document);
    asked.push({ question, answer, scores: judge({ ...question, spans: [] }, { shown, ranking }) });
  }
  return asked;
}

function qualityRows(asked: readonly Asked[]): string[][] {
  const scores = average(asked.map((one) => one.scores));
  const paged = asked.filter(({ question }) => question.pages.size > 0).length;
  const measures = ['doc@1', 'doc@10', 'ndcg@10', 'page@1', 'page@10'] as const;
  return [
    ['judged questions', `${asked.length}, ${paged} with pages`],
    ...measures.flatMap((measure) => {
      const value = scores[measure];
      return value === undefined ? [] : [[measure, score(value)]];
    }),
  ];
}

function showMisses(asked: readonly Asked[], count: number): void {
  const misses = asked.filter(({ scores }) => (scores['page@10'] ?? scores['doc@10']) === 0);
  console.log(`\n${misses.length} questions without the right page (or document):`);
  for (const { question, answer, scores } of misses.slice(0, count)) {
    const wanted = [...(question.pages.size > 0 ? question.pages : question.documents).keys()];
    console.log(
      `\n${question.id}: ${question.text}\n  wanted: ${wanted.join(', ')} (document ${scores['doc@10'] === 1 ? 'found' : 'MISSED'})`,
    );
    for (const { rank, path, page, section, snippet } of answer.results) {
      console.log(`  ${rank}. ${path} p. ${page} [${section.join(' › ')}] ${snippet.slice(0, 200)}`);
    }
  }
}
