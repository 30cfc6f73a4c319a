/** What one pass costs. See README.md beside this file. */
import { parseArgs } from 'node:util';
import type { PassSummary } from '../index/index.ts';
import { type BareRun, runBareEmbedder } from './support/bare-embedder.ts';
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
} from './support/command-line.ts';
import { megabytes, number, table } from './support/figures.ts';
import { documentsOf, folderBytes, outcomeTable } from './support/outcomes.ts';
import { recollSeconds } from './support/recoll.ts';
import { type PassRun, runPass } from './support/run-pass.ts';
import { makeWorkspace } from './support/workspace.ts';

const USAGE = `node bench/ingest.ts FOLDER [options]
Reads FOLDER as one share that everyone may read, twice, and prints what it cost.

${MODEL_USAGE}
${READING_USAGE}
  --recoll           also run recollindex over the folder, where it is installed
  --json             one line of JSON instead of tables`;

/** Budgets of the design. */
const BARE_BUDGET = 0.9;
const RECOLL_BUDGET = 1;
const MEMORY_BUDGET = '1.5 GB with the default model';

interface Measured {
  readonly summary: PassSummary;
  readonly first: PassRun;
  readonly second: PassRun;
  readonly bare: BareRun | null;
  /** Seconds. */
  readonly recoll: number | null;
  readonly shareBytes: number;
  readonly textCharacters: number;
  readonly indexBytes: number;
}

await script(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ...MODEL_OPTIONS,
      ...READING_OPTIONS,
      json: { type: 'boolean', default: false },
      recoll: { type: 'boolean', default: false },
    },
  });
  if (positionals.length !== 1) throw new WrongUse('name one folder');
  const folder = folderNamed(positionals[0]);
  const model = modelNamed(values);
  const workspace = makeWorkspace({ share: folder, model, reading: readingNamed(values) });
  try {
    const first = await runPass(workspace.config);
    const { summary } = first;
    if (summary === null || first.trouble !== null) throw new Error(first.trouble ?? 'no summary');
    const documents = await documentsOf(workspace.config);
    const bare = model === undefined ? null : await runBareEmbedder(workspace.config, documents);
    const second = await runPass(workspace.config);
    const measured: Measured = {
      summary,
      first,
      second,
      bare,
      recoll: values.recoll ? await recollSeconds(folder, workspace.folder) : null,
      shareBytes: folderBytes(folder),
      textCharacters: documents.reduce((sum, { characters }) => sum + characters, 0),
      indexBytes: folderBytes(workspace.data),
    };
    if (values.json) {
      console.log(JSON.stringify(measured));
      return;
    }
    console.log(table([['what', 'figure'], ...rowsOf(measured)]));
    console.log(`\n${outcomeTable(documents)}`);
    for (const { path, reason, detail } of summary.quarantined) {
      console.log(`quarantined  ${reason}  ${path}: ${detail}`);
    }
  } finally {
    workspace.remove();
  }
});

function rowsOf({ summary, first, second, bare, recoll, ...sizes }: Measured): string[][] {
  const { shareBytes, textCharacters, indexBytes } = sizes;
  const { usage } = first;
  const rows = [
    ['files', number(summary.files)],
    ['chunks', number(summary.chunks)],
    ['seconds of the pass', number(summary.seconds)],
    ['seconds of the process', number(first.seconds)],
    ['processor seconds, process tree', number(usage.cpuSeconds)],
    ['files/s', number(summary.files / summary.seconds)],
    ['chunks/s', number(summary.chunks / summary.seconds)],
    ['of that compaction', `${number(first.optimising)} s`],
    ['second pass (nothing changed)', `${number(second.summary?.seconds ?? Number.NaN)} s`],
    ['its process', `${number(second.seconds)} s`],
    [
      'peak memory, process tree',
      `${megabytes(usage.tree)} in ${usage.processes} processes (budget ${MEMORY_BUDGET})`,
    ],
    ['peak memory, one process', megabytes(usage.process)],
    ['size of the share', megabytes(shareBytes)],
    ['text in it', `${number(textCharacters / 1_000_000)} million characters`],
    ['size of the index', `${megabytes(indexBytes)}, ${number(indexBytes / textCharacters)} times the text`],
  ];
  if (bare !== null) {
    const rate = summary.chunks / summary.seconds;
    rows.push(
      ['bare embedder, same texts', `${number(bare.chunksPerSecond)} chunks/s`],
      ['end to end : bare, chunks/s', `${number(rate / bare.chunksPerSecond)} (budget ${BARE_BUDGET})`],
      ['bare : end to end, processor seconds', number(bare.cpuSeconds / usage.cpuSeconds)],
    );
  }
  if (recoll !== null) {
    rows.push(
      ['recollindex, same folder', `${number(recoll)} s`],
      ['our process : recollindex', `${number(first.seconds / recoll)} (budget ${RECOLL_BUDGET})`],
    );
  }
  return rows;
}
