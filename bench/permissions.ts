/** What permissions cost a question. See README.md beside this file. */
import { parseArgs } from 'node:util';
import { openAsking } from './support/asking.ts';
import { script, whole } from './support/command-line.ts';
import { median, milliseconds, number, quantile, table } from './support/figures.ts';
import { makeSyntheticIndex, syntheticQuestions } from './support/synthetic-index.ts';
import type { Workspace } from './support/workspace.ts';

const USAGE = `node bench/permissions.ts [options]
Writes the same generated text twice: once under one permission that everyone has, once under thousands; asks the
same questions of both, as people who may read no scope, some of them or all, and prints the ratios. Whose scopes
are scattered has no two numbers in a row.

  --chunks N       chunks of the index (100000)
  --scopes N       distinct permissions (50000)
  --questions N    questions asked in each round (100)
  --rounds N       rounds, in which the readers take turns (4)`;

const LIMIT = 10;
const WARM_UP = 10;
/** Budget of the design: p50 with a filter of 5,000 scopes over p50 with none. */
const BUDGET = 1.5;

interface Reader {
  readonly label: string;
  readonly login: string;
  readonly workspace: Workspace;
  readonly taken: number[];
  results: number;
}

await script(USAGE, async () => {
  const { values } = parseArgs({
    options: {
      chunks: { type: 'string', default: '100000' },
      scopes: { type: 'string', default: '50000' },
      questions: { type: 'string', default: '100' },
      rounds: { type: 'string', default: '4' },
    },
  });
  const chunks = whole('chunks', values.chunks);
  const scopes = whole('scopes', values.scopes);
  const widths = [...new Set([0, 1, 100, 5_000, scopes].filter((width) => width <= scopes))];
  const scattered = [...new Set([100, 5_000, scopes / 2].filter((width) => width <= scopes / 2))];
  const share = { chunks, chunksPerDocument: Math.max(1, Math.floor(chunks / scopes)) };
  const open = await makeSyntheticIndex({ ...share, scopes: 1, readers: [{ login: 'all', scopes: 1 }] });
  const split = await makeSyntheticIndex({
    ...share,
    scopes,
    readers: [
      ...widths.map((width) => ({ login: `w${width}`, scopes: width })),
      ...scattered.map((width) => ({ login: `s${width}`, scopes: width, scattered: true })),
    ],
  });
  try {
    const base = reader('one scope, everyone', 'all', open);
    const readers = [
      base,
      ...widths.map((width) => reader(`${number(width)} of ${number(scopes)} scopes`, `w${width}`, split)),
      ...scattered.map((width) => reader(`${number(width)} scattered`, `s${width}`, split)),
    ];
    await measure(
      readers,
      syntheticQuestions(whole('questions', values.questions)),
      whole('rounds', values.rounds),
    );
    const p50 = median(base.taken);
    const rows = readers.map(({ label, taken, results }) => [
      label,
      milliseconds(median(taken)),
      milliseconds(quantile(taken, 0.95)),
      number(median(taken) / p50),
      number(results / taken.length),
    ]);
    console.log(`${number(chunks)} chunks, ${number(base.taken.length)} questions each\n`);
    console.log(table([['reader', 'p50', 'p95', 'p50 : one scope', 'results a question'], ...rows]));
    for (const { login, label, taken } of readers.filter(({ login }) => /^[ws]5000$/.test(login))) {
      const cost = median(taken) / p50;
      const verdict = cost <= BUDGET ? 'kept' : 'BROKEN';
      const how = login.startsWith('s') ? label : `${label}, in a row`;
      console.log(`\ncost of permissions, ${how}: ${number(cost)} (budget ${BUDGET}): ${verdict}`);
    }
  } finally {
    open.remove();
    split.remove();
  }
});

function reader(label: string, login: string, workspace: Workspace): Reader {
  return { label, login, workspace, taken: [], results: 0 };
}

/** The readers take turns, so that a busy machine is busy for all of them. */
async function measure(
  readers: readonly Reader[],
  questions: readonly string[],
  rounds: number,
): Promise<void> {
  const askings = new Map<Workspace, Awaited<ReturnType<typeof openAsking>>>();
  for (const { workspace } of readers) {
    if (!askings.has(workspace)) askings.set(workspace, await openAsking(workspace.config));
  }
  for (let round = 0; round <= rounds; round += 1) {
    // Round 0 warms up and counts for nothing.
    for (const query of round === 0 ? questions.slice(0, WARM_UP) : questions) {
      for (const reader of readers) {
        const started = performance.now();
        const answer = await askings.get(reader.workspace)?.ask(reader.login, { query, limit: LIMIT });
        if (round === 0) continue;
        reader.taken.push(performance.now() - started);
        reader.results += answer?.results.length ?? 0;
      }
    }
  }
  for (const asking of askings.values()) await asking.close();
}
