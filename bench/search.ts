/** What a question costs and how good the answers are. See README.md beside this file. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Answer, type Asking, openAsking } from './support/asking.ts';
import { documentsFolder, idOfPath, isSet, type Judged, readQueries, readQuestions } from './support/beir.ts';
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
import { documentRanking, type Found, hit, judge, pageRanking } from './support/quality.ts';
import { runPass } from './support/run-pass.ts';
import { makeWorkspace, READER } from './support/workspace.ts';

const USAGE = `node bench/search.ts FOLDER [options]
Indexes FOLDER and asks: a folder of documents, or a retrieval set in BEIR form (queries.jsonl, qrels.tsv,
qrels_pages.tsv, with docs/ or corpus.jsonl).

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
  readonly question: Judged;
  readonly answer: Answer;
  readonly found: readonly Found[];
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
  const share = isSet(folder) ? documentsFolder(folder, join(scratch.folder, 'units')) : folder;
  const workspace = makeWorkspace({ share, model, reading: readingNamed(values) });
  try {
    const pass = await runPass(workspace.config);
    if (pass.trouble !== null) throw new Error(pass.trouble);
    const judged = isSet(folder) ? readQuestions(folder, whole('questions', values.questions)) : [];
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
    const asked = await askAll(asking, judged, limit, isSet(folder) ? idOfPath(folder) : (path) => path);
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

async function askAll(
  asking: Asking,
  judged: readonly Judged[],
  limit: number,
  idOf: (path: string) => string,
): Promise<Asked[]> {
  const asked: Asked[] = [];
  for (const question of judged) {
    const answer = await asking.ask(READER, { query: question.text, limit });
    const found = answer.results.map(({ path, page }) => ({ document: idOf(path), page }));
    asked.push({ question, answer, found });
  }
  return asked;
}

function qualityRows(asked: readonly Asked[]): string[][] {
  const quality = judge(asked);
  const paged = asked.filter(({ question }) => question.pages.size > 0).length;
  return [
    ['judged questions', `${asked.length}, ${paged} with pages`],
    ['doc@1', score(quality.documentAt1)],
    ['doc@10', score(quality.documentAt10)],
    ['nDCG@10 of documents', score(quality.documentNdcg)],
    ...(paged === 0
      ? []
      : [
          ['page@1', score(quality.pageAt1)],
          ['page@10', score(quality.pageAt10)],
          ['nDCG@10 of pages', score(quality.pageNdcg)],
        ]),
  ];
}

function showMisses(asked: readonly Asked[], count: number): void {
  const misses = asked.filter(({ question: { documents, pages }, found }) =>
    pages.size > 0
      ? !hit(pageRanking(found), pages, found.length)
      : !hit(documentRanking(found), documents, 10),
  );
  console.log(`\n${misses.length} questions without the right page (or document):`);
  for (const { question, answer, found } of misses.slice(0, count)) {
    const wanted = [...(question.pages.size > 0 ? question.pages : question.documents).keys()];
    const known = hit(documentRanking(found), question.documents, found.length);
    console.log(
      `\n${question.id}: ${question.text}\n  wanted: ${wanted.join(', ')} (document ${known ? 'found' : 'MISSED'})`,
    );
    for (const { rank, path, page, section, snippet } of answer.results) {
      console.log(`  ${rank}. ${path} p. ${page} [${section.join(' › ')}] ${snippet.slice(0, 200)}`);
    }
  }
}
