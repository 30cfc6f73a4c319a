/** What permissions cost a question. See README.md beside this file. */
import { parseArgs } from 'node:util';
import { openAsking } from './support/asking.ts';
import { script, whole } from './support/command-line.ts';
import { median, milliseconds, number, quantile, table } from './support/figures.ts';
import { makeSyntheticIndex, syntheticQuestions } from './support/synthetic-index.ts';
import type { Workspace } from './support/workspace.ts';

const USAGE = `node bench/permissions.ts [options]
Writes the same generated text twice: once under one permission that everyone has, once under thousands; asks the
same questions of both, as people who may read one scope, some of them or all, and prints the ratios.

  --chunks N       chunks of the index (50000)
  --scopes N       distinct permissions (5000)
  --questions N    questions asked in each round (100)
  --rounds N       rounds, in which the readers take turns (4)`;

const CHUNKS_PER_DOCUMENT = 10;
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
      chunks: { type: 'string', default: '50000' },
      scopes: { type: 'string', default: '5000' },
      questions: { type: 'string', default: '100' },
      rounds: { type: 'string', default: '4' },
    },
  });
  const chunks = whole('chunks', values.chunks);
  const scopes = whole('scopes', values.scopes);
  const widths = [...new Set([1, Math.min(100, scopes), scopes])];
  const share = { chunks, chunksPerDocument: CHUNKS_PER_DOCUMENT };
  const open = await makeSyntheticIndex({ ...share, scopes: 1, readers: [{ login: 'all', scopes: 1 }] });
  const logins = widths.map((width) => ({ login: `w${width}`, scopes: width }));
  const split = await makeSyntheticIndex({ ...share, scopes, readers: logins });
  try {
    const base: Reader = {
      label: 'one scope, everyone',
      login: 'all',
      workspace: open,
      taken: [],
      results: 0,
    };
    const readers = [
      base,
      ...widths.map(
        (width): Reader => ({
          label: `${number(width)} of ${number(scopes)} scopes`,
          login: `w${width}`,
          workspace: split,
          taken: [],
          results: 0,
        }),
      ),
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
    const cost = median(readers.at(-1)?.taken ?? []) / p50;
    console.log(
      `\ncost of permissions: ${number(cost)} (budget ${BUDGET}): ${cost <= BUDGET ? 'kept' : 'BROKEN'}`,
    );
  } finally {
    open.remove();
    split.remove();
  }
});

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
