/** This project beside others of its kind, in one run. See README.md beside this file. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  folderNamed,
  MODEL_OPTIONS,
  MODEL_USAGE,
  modelNamed,
  script,
  WrongUse,
  whole,
} from './support/command-line.ts';
import { median, megabytes, milliseconds, number, quantile, table } from './support/figures.ts';
import { documentsOf } from './support/outcomes.ts';
import { ownHeadings } from './support/own-headings.ts';
import { mcpLocalRag } from './support/peers/mcp-local-rag.ts';
import { needToKnow } from './support/peers/need-to-know.ts';
import type { Peer, PeerAnswering, PeerIngest, PeerPlace } from './support/peers/peer.ts';
import { qmd } from './support/peers/qmd.ts';
import { recoll } from './support/peers/recoll.ts';
import { type Usage, watchTree } from './support/process-tree.ts';
import { makeWorkspace, type Workspace } from './support/workspace.ts';

const USAGE = `node bench/peers.ts FOLDER --peers FOLDER [options]
Lets this project and others of its kind read the same folder and answer the same questions in one run. Nothing is
installed: in the folder that --peers names run \`npm install mcp-local-rag@0.19 @tobilu/qmd\` first, and install recoll
(Debian: recollcmd, poppler-utils). What is not there is left out and named.

  --peers FOLDER     where node_modules with the others is
  --questions FILE   questions in jsonl with "text"; default: headings of the folder, as they are and as sentences
  --count N          at most N questions (100)
  --dtype D          of the model, for all: q8 or fp32 (q8)
${MODEL_USAGE}
Without --model mcp-local-rag is left out: both must have the same.`;

const WARM_UP = 5;
const STARTS = 3;

interface Measured {
  readonly name: string;
  readonly ingest: PeerIngest;
  readonly firstAnswers: readonly number[];
  readonly times: readonly number[];
  /** Part of the questions that have any result. */
  readonly found: Readonly<Record<string, number>>;
  readonly serving: Usage | null;
}

interface Questions {
  /** What kind of questions, and those. */
  readonly [kind: string]: readonly string[];
}

await script(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ...MODEL_OPTIONS,
      peers: { type: 'string' },
      questions: { type: 'string' },
      count: { type: 'string', default: '100' },
      dtype: { type: 'string', default: 'q8' },
    },
  });
  if (positionals.length !== 1) throw new WrongUse('name one folder');
  const files = folderNamed(positionals[0]);
  const modules = join(folderNamed(values.peers), 'node_modules');
  const { dtype } = values;
  const settings = modelNamed(values);
  const model = settings === undefined ? undefined : { ...settings, dtype };
  // Pictures are left out: none of the others reads them.
  const reading = { ocr: 'off' } as const;
  const byWords = makeWorkspace({ share: files, reading });
  const byMeaning = model === undefined ? null : makeWorkspace({ share: files, reading, model });
  try {
    const place = (name: string): PeerPlace => {
      const scratch = join(byWords.folder, name);
      mkdirSync(scratch);
      return { files, scratch };
    };
    const peers = [needToKnow('need-to-know, words', byWords)];
    if (byMeaning !== null) peers.push(needToKnow('need-to-know, hybrid', byMeaning));
    const rag = join(modules, 'mcp-local-rag/dist/index.js');
    if (model !== undefined && existsSync(rag)) {
      peers.push(mcpLocalRag(rag, place('rag'), { model: model.path, dtype }));
    } else leftOut('mcp-local-rag', rag);
    const qmdProgram = join(modules, '@tobilu/qmd/bin/qmd');
    if (existsSync(qmdProgram)) peers.push(qmd(qmdProgram, place('qmd')));
    else leftOut('@tobilu/qmd', qmdProgram);
    if (spawnSync('recollq', ['-h']).error === undefined) peers.push(recoll(place('recollq')));
    else leftOut('recollq', 'recollq');

    const ingests = new Map<Peer, PeerIngest>();
    for (const peer of peers) {
      console.error(`${peer.name} reads`);
      ingests.set(peer, await peer.ingest());
    }
    const questions = await questionsFor(byWords, values.questions, whole('count', values.count));
    report(await answers(ingests, questions), questions);
  } finally {
    byWords.remove();
    byMeaning?.remove();
  }
});

function leftOut(name: string, path: string): void {
  console.error(`${name} is left out: it needs ${path}${name === 'mcp-local-rag' ? ' and --model' : ''}`);
}

async function questionsFor(
  workspace: Workspace,
  file: string | undefined,
  count: number,
): Promise<Questions> {
  if (file !== undefined) {
    const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
    const texts = lines.map((line) => (JSON.parse(line) as { readonly text: string }).text);
    return { questions: texts.slice(0, count) };
  }
  const headings = await ownHeadings(
    workspace.config,
    null,
    await documentsOf(workspace.config),
    Math.ceil(count / 2),
  );
  return {
    headings,
    sentences: headings.map((heading) => `What do I need to know about ${heading}?`),
  };
}

/** Each question goes to one after the other before the next one comes, so that all have the same machine. */
async function answers(
  ingests: ReadonlyMap<Peer, PeerIngest>,
  questions: Questions,
): Promise<readonly Measured[]> {
  const all = Object.values(questions).flat();
  const [first = ''] = all;
  const running: Running[] = [];
  for (const [peer, ingest] of ingests) running.push(await start(peer, ingest, first));
  try {
    for (const question of all.slice(0, WARM_UP)) {
      for (const { answering } of running) await answering.ask(question);
    }
    for (const [kind, texts] of Object.entries(questions)) {
      for (const question of texts) {
        for (const { answering, times, found } of running) {
          const started = performance.now();
          const count = await answering.ask(question);
          times.push(performance.now() - started);
          if (count > 0) found.set(kind, (found.get(kind) ?? 0) + 1);
        }
      }
    }
    return running.map(({ peer, ingest, firstAnswers, times, found, watch }) => ({
      name: peer.name,
      ingest,
      firstAnswers,
      times,
      found: Object.fromEntries(
        Object.entries(questions).map(([kind, texts]) => [kind, (found.get(kind) ?? 0) / texts.length]),
      ),
      serving: watch?.stop() ?? null,
    }));
  } finally {
    for (const { answering } of running) await answering.close();
  }
}

interface Running {
  readonly peer: Peer;
  readonly ingest: PeerIngest;
  readonly answering: PeerAnswering;
  readonly firstAnswers: readonly number[];
  readonly times: number[];
  readonly found: Map<string, number>;
  readonly watch: ReturnType<typeof watchTree> | null;
}

/** Starts it some times over; the last one stays. */
async function start(peer: Peer, ingest: PeerIngest, first: string): Promise<Running> {
  const firstAnswers: number[] = [];
  for (let run = 1; ; run += 1) {
    const answering = await peer.answer(first);
    firstAnswers.push(answering.firstAnswer);
    if (run === STARTS) {
      const watch = answering.pid === null ? null : watchTree(answering.pid);
      return { peer, ingest, answering, firstAnswers, times: [], found: new Map(), watch };
    }
    await answering.close();
  }
}

function report(measured: readonly Measured[], questions: Questions): void {
  const kinds = Object.keys(questions);
  const per = (what: string, figure: (one: Measured) => string): string[] => [what, ...measured.map(figure)];
  const p50 = ({ times }: Measured): number => median(times);
  const p95 = ({ times }: Measured): number => quantile(times, 0.95);
  console.log(
    table([
      ['what', ...measured.map(({ name }) => name)],
      per('seconds to read all, process started', ({ ingest }) => number(ingest.seconds)),
      per('chunks', ({ ingest }) => (ingest.chunks === null ? '–' : number(ingest.chunks))),
      per('chunks/s', ({ ingest }) =>
        ingest.chunks === null ? '–' : number(ingest.chunks / ingest.seconds),
      ),
      per('peak memory of that, process tree', ({ ingest }) => megabytes(ingest.usage.tree)),
      per('start to first answer, median', ({ firstAnswers }) => milliseconds(median(firstAnswers))),
      per('p50 of a question', (one) => milliseconds(p50(one))),
      per('p95 of a question', (one) => milliseconds(p95(one))),
      per('memory while answering, process tree', ({ serving }) =>
        serving === null ? '–' : megabytes(serving.tree),
      ),
      ...kinds.map((kind) =>
        per(`${kind} with a result`, ({ found }) => `${number((found[kind] ?? 0) * 100)} %`),
      ),
    ]),
  );
  const others = measured.filter(({ name }) => !name.startsWith('need-to-know'));
  const ours = measured.filter(({ name }) => name.startsWith('need-to-know'));
  const rows = ours.flatMap((one) =>
    others.map((other) => [
      `${other.name} : ${one.name}`,
      number(other.ingest.seconds / one.ingest.seconds),
      number(p50(other) / p50(one)),
      number(p95(other) / p95(one)),
      number(median(other.firstAnswers) / median(one.firstAnswers)),
    ]),
  );
  if (rows.length > 0) {
    console.log(
      `\nHow many times as long the other takes\n\n${table([['ratio', 'reading', 'p50', 'p95', 'first answer'], ...rows])}`,
    );
  }
}
