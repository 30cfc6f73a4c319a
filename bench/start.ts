/** How long a start takes to its first answer. See README.md beside this file. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { NTK, timeSearchCommand } from './support/cold-start.ts';
import { folderNamed, script, WrongUse, whole } from './support/command-line.ts';
import { median, milliseconds, table } from './support/figures.ts';
import { runPass } from './support/run-pass.ts';
import { timeStdioServer } from './support/stdio-client.ts';
import { type ModelSettings, makeWorkspace, READER } from './support/workspace.ts';

const USAGE = `node bench/start.ts [FOLDER] [options]
Indexes FOLDER (the sample share when left out) by words and with the tiny model of the tests, then starts fresh
processes and waits for their first answer.

  --runs N       processes of each kind (7)
  --query TEXT   the question`;

const PROJECT = join(import.meta.dirname, '..');
const SAMPLE = join(PROJECT, 'corpus-sample/share');
/** Real ONNX and a real tokenizer, too small to mean anything: what is measured is the way to it. */
const TINY: ModelSettings = {
  model: 'ntk/tiny-embedder',
  path: join(PROJECT, 'test/models/tiny-embedder'),
  dimensions: 48,
  pooling: 'mean',
};
/** Budgets of the design in milliseconds. */
const LEXICAL_BUDGET = 1_000;
const MODEL_BUDGET = 3_000;

await script(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      runs: { type: 'string', default: '7' },
      query: { type: 'string', default: 'annual leave days' },
    },
  });
  if (positionals.length > 1) throw new WrongUse('name one folder or none');
  const folder = positionals.length === 0 ? SAMPLE : folderNamed(positionals[0]);
  const runs = whole('runs', values.runs);
  const rows: string[][] = [];
  for (const [mode, model, budget] of [
    ['lexical', undefined, LEXICAL_BUDGET],
    ['tiny model', TINY, MODEL_BUDGET],
  ] as const) {
    const workspace = makeWorkspace({ share: folder, model });
    try {
      const pass = await runPass(workspace.config);
      if (pass.trouble !== null) throw new Error(pass.trouble);
      const search = await timeSearchCommand(workspace.config, values.query, runs);
      rows.push(row(`ntk search, ${mode}`, search, budget));
      const stdio = await timeStdio(workspace.config, values.query, runs);
      rows.push(row(`ntk mcp (stdio) to initialize, ${mode}`, stdio.initialized, budget));
      rows.push(row(`ntk mcp (stdio) to first answer, ${mode}`, stdio.answered, budget));
    } finally {
      workspace.remove();
    }
  }
  console.log(table([['what', 'median', 'fastest', 'slowest', 'budget'], ...rows]));
});

async function timeStdio(
  config: string,
  query: string,
  runs: number,
): Promise<{ readonly initialized: number[]; readonly answered: number[] }> {
  const command = [process.execPath, NTK, 'mcp', '--domain', 'documents', '--as', READER, '--config', config];
  const initialized: number[] = [];
  const answered: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const times = await timeStdioServer({ command }, { name: 'search', arguments: { query } });
    initialized.push(times.initialized);
    answered.push(times.answered);
  }
  return { initialized, answered };
}

function row(what: string, taken: readonly number[], budget: number): string[] {
  const verdict = median(taken) <= budget ? 'kept' : 'BROKEN';
  return [
    what,
    ...[median(taken), Math.min(...taken), Math.max(...taken)].map(milliseconds),
    `${milliseconds(budget)} ${verdict}`,
  ];
}
