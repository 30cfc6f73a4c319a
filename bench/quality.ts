/** How good the answers are, beside a floor. See README.md beside this file. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { evaluateSet } from '../src/compose/index.ts';
import { loadConfig } from '../src/config/index.ts';
import {
  askAll,
  average,
  type Comparison,
  compare,
  type EvaluationSet,
  type Judged,
  perQueryText,
  readSet,
} from '../src/evaluate/index.ts';
import { folderNamed, script, WrongUse, whole } from './support/command-line.ts';
import { mean, score, table } from './support/figures.ts';
import { openFloor } from './support/floor.ts';

const USAGE = `node bench/quality.ts SET… [options]
Evaluates sets of judged questions as \`ntk eval\` does, and beside it LanceDB's own full text with stems and stop
words of the set's language over the raw units (entries, pages, stretches of text), on the same questions.

  --max-queries N    only the first N judged questions (300)
  --mode MODE        lexical or hybrid (lexical)
  --config FILE      configuration whose model, reading and limits are measured; needed for hybrid
  --keep DIR         leave the indices below DIR for the next run
  --per-query DIR    write SET.floor.jsonl and SET.MODE.jsonl there, for \`ntk eval compare\``;

const SHOWN = ['ndcg@10', 'recall@10', 'page@1', 'page@10', 'spansInChunks'] as const;

await script(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      'max-queries': { type: 'string', default: '300' },
      mode: { type: 'string', default: 'lexical' },
      config: { type: 'string' },
      keep: { type: 'string' },
      'per-query': { type: 'string' },
    },
  });
  const { mode, config, keep } = values;
  if (positionals.length === 0) throw new WrongUse('name at least one set');
  if (mode !== 'lexical' && mode !== 'hybrid') throw new WrongUse('--mode: write lexical or hybrid');
  const maxQueries = whole('max-queries', values['max-queries']);
  const settings = config === undefined ? null : await loadConfig(config);
  const rows: string[][] = [];
  const own: string[][] = [];
  const gained: { floor: number; ours: number }[] = [];
  for (const folder of positionals.map(folderNamed)) {
    const set = await readSet({ folder, maxQueries });
    for (const warning of set.warnings) console.error(`${set.name}: ${warning}`);
    const floor = await askFloor(set);
    const { judged } = await evaluateSet({
      set,
      mode,
      settings,
      keep: keep === undefined ? null : join(keep, set.name),
      signal: new AbortController().signal,
      onEvent: () => undefined,
      onAsked: () => undefined,
    });
    if (values['per-query'] !== undefined) {
      mkdirSync(values['per-query'], { recursive: true });
      writeFileSync(join(values['per-query'], `${set.name}.floor.jsonl`), perQueryText(floor));
      writeFileSync(join(values['per-query'], `${set.name}.${mode}.jsonl`), perQueryText(judged));
    }
    const comparison = compare(floor, judged);
    rows.push(...comparedRows(set.name, comparison));
    own.push(...ownRows(set.name, judged));
    const ndcg = comparison.measures.find(({ measure }) => measure === 'ndcg@10');
    if (ndcg !== undefined) gained.push({ floor: ndcg.a, ours: ndcg.b });
    console.error(`${set.name}: done`);
  }
  const floorMean = mean(gained.map(({ floor }) => floor));
  const oursMean = mean(gained.map(({ ours }) => ours));
  rows.push([
    'mean of the sets',
    'ndcg@10',
    '',
    score(floorMean),
    score(oursMean),
    signed(oursMean - floorMean),
    '',
  ]);
  console.log(
    table([['set', 'figure', 'questions', 'floor', mode, 'difference', 'interval of 95 %'], ...rows]),
  );
  if (own.length > 0)
    console.log(`\n${table([['set', 'spanCoverage', 'spansInSnippets', 'tokenShare', 'tokens'], ...own])}`);
});

async function askFloor(set: EvaluationSet): Promise<Judged[]> {
  const floor = await openFloor(set);
  try {
    const { signal } = new AbortController();
    return await askAll(set.questions, floor.searching, { signal, onAsked: () => undefined });
  } finally {
    floor.close();
  }
}

function comparedRows(name: string, { measures }: Comparison): string[][] {
  return measures
    .filter(({ measure }) => (SHOWN as readonly string[]).includes(measure))
    .map(({ measure, queries, a, b, difference, low, high }) => [
      name,
      measure,
      String(queries),
      score(a),
      score(b),
      signed(difference),
      `${signed(low)} to ${signed(high)}`,
    ]);
}

/** What only cut-down passages have: the floor shows whole units. */
function ownRows(name: string, judged: readonly Judged[]): string[][] {
  const scores = average(judged.map((one) => one.scores));
  if (scores.spansInSnippets === undefined) return [];
  const figure = (value: number | undefined): string => score(value ?? Number.NaN);
  return [
    [
      name,
      figure(scores.spanCoverage),
      figure(scores.spansInSnippets),
      figure(scores.tokenShare),
      (scores.tokens ?? Number.NaN).toFixed(0),
    ],
  ];
}

function signed(value: number): string {
  return `${value > 0 ? '+' : ''}${score(value)}`;
}
