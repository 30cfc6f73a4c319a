/** Questions over a million passages at every width of permission. See README.md beside this file. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { ScopeId, Token } from '../acl/index.ts';
import type { ChunkReader, Embedder, RowFilter } from '../index/index.ts';
import { openLanceStore } from '../index/store/lance-store.ts';
import { type Core, openCore } from '../src/compose/index.ts';
import { loadConfig } from '../src/config/index.ts';
import { type SearchDeps, search } from '../src/search/index.ts';
import { type BareTable, openBareTable } from './support/bare-table.ts';
import { script, whole } from './support/command-line.ts';
import { mean, median, megabytes, milliseconds, number, quantile, table } from './support/figures.ts';
import {
  makeSyntheticIndex,
  syntheticQuestions,
  syntheticVectors,
  VECTOR_TABLE,
} from './support/synthetic-index.ts';

const USAGE = `node bench/scale.ts [options]
Writes generated passages with clustered vectors under thousands of permissions, asks as people who may read a part
of them, scattered over all, and prints what each width costs: the whole search function in both modes, beside the
same retrieval without permissions and the bare store with the same plan; and how many of the ten nearest are found.

  --chunks N       passages of the index (1000000)
  --scopes N       distinct permissions (20000)
  --questions N    questions of each width (200)
  --exact N        of them compared with an exact search (25)
  --index CONFIG   an index that an earlier run kept: its need-to-know.yaml
  --keep           keep the index and print where it is`;

const DIMENSIONS = 384;
const WORDS = 80;
const PER_DOCUMENT = 10;
const LIMIT = 10;
const WARM_UP = 10;
const QUERY_SEED = 77;
const BUDGET_TOKENS = 2_000;
/** Shares of the scopes that a person may read. */
const WIDTHS = [0.0005, 0.005, 0.05, 0.3, 0.5, 0.95, 1];
/** Budgets of the design. */
const P95_BUDGET = 60;
const RECALL_BUDGET = 0.99;

const HEADER = [
  'readable',
  'hybrid p50',
  'p95',
  `budget ${P95_BUDGET} ms`,
  'lexical p50',
  'p95',
  'hybrid p50 : all readable',
  'nearest p50',
  'nearest : bare store',
  'recall@10 of exact',
  `budget ${RECALL_BUDGET}`,
  'results',
];

const loginOf = (width: number): string => `w${width * 100}`;

interface Asked {
  readonly hybrid: number[];
  readonly lexical: number[];
  readonly nearest: number[];
  readonly bare: number[];
  readonly recall: number[];
  readonly results: number[];
}

await script(USAGE, async () => {
  const { values } = parseArgs({
    options: {
      chunks: { type: 'string', default: '1000000' },
      scopes: { type: 'string', default: '20000' },
      questions: { type: 'string', default: '200' },
      exact: { type: 'string', default: '25' },
      index: { type: 'string' },
      keep: { type: 'boolean', default: false },
    },
  });
  const scopes = whole('scopes', values.scopes);
  const made =
    values.index !== undefined
      ? null
      : await makeSyntheticIndex({
          chunks: whole('chunks', values.chunks),
          chunksPerDocument: PER_DOCUMENT,
          scopes,
          words: WORDS,
          vectors: { dimensions: DIMENSIONS },
          readers: WIDTHS.map((width) => ({
            login: loginOf(width),
            scopes: Math.round(width * scopes),
            scattered: true,
          })),
        });
  try {
    const config = await loadConfig(values.index ?? made?.config ?? '');
    const core = await openCore(config);
    const chunks = await openLanceStore({
      folder: join(config.data, 'chunks'),
      table: VECTOR_TABLE,
      dimensions: DIMENSIONS,
    });
    const bare = await openBareTable(join(config.data, 'chunks'), VECTOR_TABLE, { probes: 40, refine: 30 });
    const questions = syntheticQuestions(whole('questions', values.questions));
    const asked = new Map<number, Asked>();
    for (const width of WIDTHS) {
      asked.set(width, await ask({ core, chunks, bare }, width, questions, whole('exact', values.exact)));
    }
    console.log(`${number(await bare.rows())} passages, ${number(questions.length)} questions a width\n`);
    console.log(table([HEADER, ...[...asked].map(([width, one]) => rowOf(width, one, asked.get(1)))]));
    console.log(`\nmemory of this process, two opened stores: ${megabytes(process.memoryUsage.rss())}`);
    await bare.close();
    await chunks.close();
    await core.close();
    if (values.keep && made !== null) console.log(`kept: ${made.config}`);
  } finally {
    if (!values.keep) made?.remove();
  }
});

function rowOf(width: number, asked: Asked, all: Asked | undefined): string[] {
  const p95 = quantile(asked.hybrid, 0.95);
  const recall = mean(asked.recall);
  return [
    `${number(width * 100)} %`,
    milliseconds(median(asked.hybrid)),
    milliseconds(p95),
    p95 <= P95_BUDGET ? 'kept' : 'BROKEN',
    milliseconds(median(asked.lexical)),
    milliseconds(quantile(asked.lexical, 0.95)),
    number(median(asked.hybrid) / median(all?.hybrid ?? [])),
    milliseconds(median(asked.nearest)),
    number(median(asked.nearest) / median(asked.bare)),
    number(recall),
    recall >= RECALL_BUDGET ? 'kept' : 'BROKEN',
    number(mean(asked.results)),
  ];
}

interface Parts {
  readonly core: Core;
  readonly chunks: ChunkReader;
  readonly bare: BareTable;
}

async function ask(
  { core, chunks, bare }: Parts,
  width: number,
  questions: readonly string[],
  exactly: number,
): Promise<Asked> {
  const user = await core.userOf(loginOf(width));
  if (user === null) throw new Error(`no user ${loginOf(width)}: the index was made with other widths`);
  const tokenNow = async (): Promise<Token> => {
    const result = await core.tokenOf(user);
    if (!result.ok) throw new Error(result.refusal.kind);
    return result.token;
  };
  const asker = { token: await tokenNow(), currentToken: tokenNow, signal: new AbortController().signal };
  const points = syntheticVectors(DIMENSIONS, QUERY_SEED);
  const readable: ScopeId[] = [];
  const watched: ChunkReader = {
    lexical: (terms, filter, limit) => chunks.lexical(terms, filter, limit),
    nearest: (vector, filter, limit) => {
      readable.splice(0, Number.POSITIVE_INFINITY, ...filter.scopes);
      return chunks.nearest(vector, filter, limit);
    },
    plan: (filter, limit) => chunks.plan(filter, limit),
    revision: (document, revision, from, limit) => chunks.revision(document, revision, from, limit),
  };
  let vector = points.next();
  const embedder: Embedder = {
    id: 'scale',
    dimensions: DIMENSIONS,
    embed: async () => [vector],
    close: async () => {},
  };
  const deps: SearchDeps = {
    catalog: core.catalog,
    chunks: watched,
    embedder,
    publicUrl: 'http://127.0.0.1',
  };
  const asked: Asked = { hybrid: [], lexical: [], nearest: [], bare: [], recall: [], results: [] };
  const timed = async <T>(into: number[], run: () => Promise<T>, counts: boolean): Promise<T> => {
    const started = performance.now();
    const result = await run();
    if (counts) into.push(performance.now() - started);
    return result;
  };
  for (const [at, text] of [...questions.slice(0, WARM_UP), ...questions].entries()) {
    const counts = at >= WARM_UP;
    vector = points.next();
    const query = { text, limit: LIMIT, budgetTokens: BUDGET_TOKENS, filter: {} };
    const answer = await timed(asked.hybrid, () => search(deps, query, asker), counts);
    asked.results.push(answer.results.length);
    await timed(asked.lexical, () => search({ ...deps, embedder: null }, query, asker), counts);
    const filter: RowFilter = { scopes: readable };
    const found = await timed(asked.nearest, () => chunks.nearest(vector, filter, LIMIT), counts);
    await timed(asked.bare, () => bare.nearest(vector, LIMIT), counts);
    if (!counts || asked.recall.length >= exactly) continue;
    const exact = await bare.exact(vector, filter, LIMIT);
    const keys = new Set(found.map(({ document, ordinal }) => `${document} ${ordinal}`));
    asked.recall.push(exact.filter((key) => keys.has(key)).length / Math.max(1, exact.length));
  }
  return asked;
}
