import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Canvas, makePdf } from '../../ingest/parse/pdf-sample.ts';
import { runCli } from '../../support/run-cli.ts';
import { tempFolder, writeFiles } from '../../support/temp-folder.ts';

const NTK = join(import.meta.dirname, '../../../bin/ntk.js');
const TINY = join(import.meta.dirname, '../../models/tiny-embedder');
const lines = (...records: readonly unknown[]): string =>
  `${records.map((record) => JSON.stringify(record)).join('\n')}\n`;

const folder = tempFolder();
const units = join(folder, 'units-set');
const files = join(folder, 'files-set');
/** Where temporary folders go while these tests run, so that what is left behind shows. */
const scratch = join(folder, 'scratch');
const usual = process.env['TMPDIR'];
/** Leaves out whatever configuration stands where the tests run. */
const settings = join(folder, 'need-to-know.yaml');
const model = join(folder, 'with-model.yaml');
/** An index of the texts that several tests ask. */
const shared = join(folder, 'kept-by-many');
const evaluate = (...args: readonly string[]) => runCli('eval', ...args, '--config', settings);

const SPAN = 'the notice period of a permanent contract is three months to the end of a quarter';
const LEAVE = 'Leave is thirty days in a year. It is asked for in the portal. The team lead says yes or no.';
const CONTRACT = `A contract is signed by both. ${'Everybody signs two copies of it on paper. '.repeat(8)}For staff ${SPAN}. ${'A lawyer keeps one copy of it in a safe. '.repeat(8)}`;

beforeAll(async () => {
  writeFiles(units, {
    'corpus.jsonl': lines(
      { _id: 'https://x.example/leave#days', title: 'Leave', text: LEAVE },
      { _id: 'contract', title: 'Contracts', text: CONTRACT },
      { _id: 'canteen', title: 'Canteen', text: 'The canteen opens at noon and serves soup.' },
      { _id: 'parking', title: 'Parking', text: 'The garage has forty places for cars and bicycles.' },
    ),
    'queries.jsonl': lines(
      { _id: 'q1', text: 'how many days of leave in a year' },
      { _id: 'q2', text: 'notice period of a permanent contract' },
      { _id: 'q3', text: 'soup at noon' },
      { _id: 'q4', text: 'who cleans the windows' },
    ),
    'qrels.tsv': `query-id\tcorpus-id\tscore\nq1\thttps://x.example/leave#days\t2\nq2\tcontract\t1\nq3\tparking\t1\n`,
    'qrels_spans.jsonl': lines({ query: 'q2', doc: 'contract', content: SPAN }),
  });
  writeFiles(files, {
    'docs/hr/Rules.pdf': Buffer.from(await makePdf(drawRules)),
    'docs/Canteen.md': '# Canteen\n\nThe canteen opens at noon.\n',
    'queries.jsonl': lines(
      { _id: 'c', text: 'when does the canteen open' },
      { _id: 'p', text: 'how much is the deposit of a parking card' },
    ),
    'qrels.tsv': 'c\tCanteen\t1\np\tRules\t1\n',
    'qrels_pages.tsv': 'p\tRules#page=2\t1\n',
  });
  const own = {
    shares: [{ name: 'own', path: files, acl: { source: 'open' } }],
    directory: { source: 'file', path: 'none.yaml' },
  };
  const embedding = {
    model: 'ntk/tiny-embedder',
    path: TINY,
    download: false,
    dimensions: 48,
    pooling: 'mean',
    threads: 1,
  };
  writeFileSync(settings, JSON.stringify(own));
  writeFileSync(model, JSON.stringify({ ...own, embedding }));
  mkdirSync(scratch);
  process.env['TMPDIR'] = scratch;
});

afterAll(() => {
  if (usual === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = usual;
});

function drawRules(pdf: Canvas): void {
  pdf.fontSize(11).text('Rules of the house. Visitors are met at the door and sign the book of guests.');
  pdf
    .addPage()
    .text('The deposit of a parking card is twenty euro and is paid back when the card is returned.');
  pdf.addPage().text('Bicycles stand in the cellar. The key is with the porter in the morning.');
}

const figures = {
  dataset: z.string(),
  mode: z.enum(['lexical', 'hybrid']),
  queries: z.int(),
  'ndcg@10': z.number(),
  'recall@5': z.number(),
  'recall@10': z.number(),
  'recall@20': z.number(),
  'doc@1': z.number(),
  'doc@10': z.number(),
  tokens: z.number(),
};
const pages = { 'page@1': z.number(), 'page@10': z.number() };
const spans = {
  spanCoverage: z.number(),
  spansInChunks: z.number(),
  spansInSnippets: z.number(),
  tokenShare: z.number(),
};

describe('ntk eval of a set of texts', () => {
  let machine: Awaited<ReturnType<typeof evaluate>>;
  let people: Awaited<ReturnType<typeof evaluate>>;

  beforeAll(async () => {
    machine = await evaluate(units, '--json');
    people = await evaluate(units);
  });

  it('gives one object of figures with --json', () => {
    const { code, out } = machine;
    expect(code).toBe(0);
    const shown = z.strictObject({ ...figures, ...spans }).parse(JSON.parse(out));
    // Two of three judged questions have their document first, and the third asks for what another document says.
    expect(shown).toMatchObject({ dataset: 'units-set', mode: 'lexical', queries: 3 });
    expect(shown['ndcg@10']).toBeCloseTo(2 / 3, 5);
    expect(shown['recall@20']).toBeCloseTo(2 / 3, 5);
    expect(shown['doc@1']).toBeCloseTo(2 / 3, 5);
  });

  it('finds the judged text in the passages, and in snippets shorter than they are', () => {
    const shown = z.looseObject(spans).parse(JSON.parse(machine.out));
    expect(shown).toMatchObject({ spansInChunks: 1, spansInSnippets: 1, spanCoverage: 1 });
    expect(shown.tokenShare).toBeGreaterThan(0);
    expect(shown.tokenShare).toBeLessThan(0.7);
  });

  it('prints each figure with its meaning for people', () => {
    const { code, out, err } = people;
    expect(code).toBe(0);
    expect(out).toMatch(/^units-set {2}lexical, 3 queries, 4 documents$/m);
    expect(out).toMatch(/^ndcg@10 +0\.667 {2}right documents high up/m);
    expect(out).not.toContain('page@1');
    expect(err).toContain('queries without a judged document, not asked: 1');
  });

  it('leaves nothing behind', () => {
    expect(readdirSync(scratch).filter((name) => name.startsWith('ntk-eval-'))).toEqual([]);
    expect(readdirSync(units).sort()).toEqual([
      'corpus.jsonl',
      'qrels.tsv',
      'qrels_spans.jsonl',
      'queries.jsonl',
    ]);
  });

  it('asks only the first questions with --max-queries', async () => {
    const { out } = await evaluate(units, '--max-queries', '2', '--keep', shared, '--json');
    expect(JSON.parse(out)).toMatchObject({ queries: 2, 'doc@1': 1 });
  });

  it('counts judged documents that the set does not hold as not found, and warns', async () => {
    const qrels = join(folder, 'more.tsv');
    writeFileSync(qrels, 'q1\thttps://x.example/leave#days\t1\nq1\tgone\t1\n');
    const { out, err, code } = await evaluate(units, '--qrels', qrels, '--keep', shared, '--json');
    expect(code).toBe(0);
    expect(err).toContain('judged documents that are not in the set, so never found: 1, such as gone');
    expect(JSON.parse(out)).toMatchObject({ 'recall@20': 0.5 });
  });
});

describe('ntk eval of a set of files', () => {
  it('judges documents and pages', async () => {
    const { code, out } = await evaluate(files, '--json');
    expect(code).toBe(0);
    const shown = z.strictObject({ ...figures, ...pages }).parse(JSON.parse(out));
    expect(shown).toMatchObject({ queries: 2, 'ndcg@10': 1, 'page@1': 1, 'page@10': 1 });
  });

  it('names a file that could not be read', async () => {
    const broken = join(folder, 'broken-set');
    writeFiles(broken, {
      'docs/good.md': 'The canteen opens at noon.',
      'docs/bad.pdf': '%PDF-1.7 and no more',
      'queries.jsonl': lines({ _id: 'c', text: 'canteen' }),
      'qrels.tsv': 'c\tgood.md\t1\nc\tbad.pdf\t1\n',
    });
    const { code, out, err } = await evaluate(broken, '--json');
    expect(code).toBe(0);
    expect(err).toContain('documents that could not be read, so never found: 1, such as bad.pdf (corrupt)');
    expect(JSON.parse(out)).toMatchObject({ 'recall@10': 0.5 });
  });
});

describe('ntk eval --keep', () => {
  it('reads nothing again while the set is as it was', async () => {
    const kept = join(folder, 'kept');
    const first = await evaluate(units, '--keep', kept);
    const second = await evaluate(units, '--keep', kept);
    expect(first.out).toContain('3 queries, 4 documents, 0 of them kept');
    expect(second.out).toContain('3 queries, 4 documents, 4 of them kept');
    expect(second.out.split('\n').slice(1)).toEqual(first.out.split('\n').slice(1));
  });

  it('takes up a document that changed', async () => {
    const changing = join(folder, 'changing-set');
    const set = (text: string) =>
      writeFiles(changing, {
        'corpus.jsonl': lines({ _id: 'a', text }, { _id: 'b', text: 'Nothing of that kind.' }),
        'queries.jsonl': lines({ _id: 'q', text: 'opening hours of the canteen' }),
        'qrels.tsv': 'q\ta\t1\n',
      });
    const kept = join(folder, 'kept-changing');
    set('Only bicycles stand here.');
    const before = await evaluate(changing, '--keep', kept, '--json');
    set('The canteen has long opening hours.');
    const after = await evaluate(changing, '--keep', kept, '--json');
    expect(JSON.parse(before.out)).toMatchObject({ 'doc@1': 0 });
    expect(JSON.parse(after.out)).toMatchObject({ 'doc@1': 1 });
  });

  it('refuses a folder that keeps another set', async () => {
    await evaluate(units, '--keep', shared);
    const { code, err } = await evaluate(files, '--keep', shared);
    expect(code).toBe(2);
    expect(err).toMatch(/keeps the index of .*units-set: name another folder with --keep/);
  });

  it('refuses a folder that holds other files, and leaves them alone', async () => {
    const full = join(folder, 'full');
    writeFiles(full, { 'diary.txt': 'mine' });
    const { code, err } = await evaluate(units, '--keep', full);
    expect(code).toBe(2);
    expect(err).toContain('holds other files: name a new or empty folder with --keep');
    expect(readdirSync(full)).toEqual(['diary.txt']);
  });
});

describe('ntk eval stopped with Ctrl-C', () => {
  it('says so, fails, and leaves nothing behind', async () => {
    const many = join(folder, 'many-set');
    const records = Array.from({ length: 400 }, (_, at) => ({
      _id: `u${at}`,
      title: `Unit ${at}`,
      text: LEAVE,
    }));
    writeFiles(many, {
      'corpus.jsonl': lines(...records),
      'queries.jsonl': lines({ _id: 'q', text: 'leave' }),
      'qrels.tsv': 'q\tu1\t1\n',
    });
    const temporary = join(folder, 'stopped');
    mkdirSync(temporary);
    const runs = () => readdirSync(temporary).filter((name) => name.startsWith('ntk-run-'));
    const left = () =>
      runs()
        .flatMap((run) => readdirSync(join(temporary, run)))
        .filter((name) => name.startsWith('ntk-eval-'));
    const child = spawn(process.execPath, ['--no-warnings', NTK, 'eval', many, '--config', settings], {
      env: { ...process.env, TMPDIR: temporary },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let err = '';
    child.stderr.on('data', (part) => {
      err += String(part);
    });
    const ended = once(child, 'exit');
    // It can be stopped from before it has a folder on.
    await expect.poll(left, { timeout: 60_000, interval: 20 }).toHaveLength(1);
    child.kill('SIGINT');
    const [code] = await ended;
    expect(err).toContain('error: stopped');
    expect(code).toBe(1);
    expect(runs()).toEqual([]);
  });
});

describe('ntk eval by meaning', () => {
  it('asks in the mode that the configured model allows', async () => {
    const { code, out } = await runCli('eval', units, '--config', model, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ mode: 'hybrid', queries: 3 });
  });

  it('can be switched off with --mode lexical', async () => {
    const { out } = await runCli(
      'eval',
      units,
      '--config',
      model,
      '--mode',
      'lexical',
      '--keep',
      shared,
      '--json',
    );
    expect(JSON.parse(out)).toMatchObject({ mode: 'lexical' });
  });

  it('without a model is refused with the key to set', async () => {
    const { code, err } = await evaluate(units, '--mode', 'hybrid');
    expect(code).toBe(2);
    expect(err).toContain('hybrid search needs a model: set embedding.model in the configuration');
  });

  it('with a model that cannot be loaded fails instead of answering by words', async () => {
    const missing = join(folder, 'missing-model.yaml');
    const text = JSON.parse(readFileSync(model, 'utf8')) as { embedding: object };
    writeFileSync(
      missing,
      JSON.stringify({ ...text, embedding: { ...text.embedding, path: join(folder, 'none') } }),
    );
    const { code, out } = await runCli('eval', units, '--config', missing);
    expect(code).toBe(1);
    expect(out).toBe('');
  });
});

describe('ntk eval compare', () => {
  const before = join(folder, 'before.jsonl');
  const after = join(folder, 'after.jsonl');
  const shape = z.strictObject({
    resamples: z.literal(10_000),
    seed: z.int(),
    unpaired: z.int(),
    measures: z.array(
      z.strictObject({
        measure: z.string(),
        queries: z.int(),
        a: z.number(),
        b: z.number(),
        difference: z.number(),
        low: z.number(),
        high: z.number(),
      }),
    ),
  });

  beforeAll(() => {
    writeFileSync(before, lines({ query: 'a', 'ndcg@10': 0 }, { query: 'b', 'ndcg@10': 0.5 }));
    writeFileSync(after, lines({ query: 'a', 'ndcg@10': 0.5 }, { query: 'b', 'ndcg@10': 1 }));
  });

  it('prints both means, their difference and its interval', async () => {
    const { code, out } = await runCli('eval', 'compare', before, after);
    expect(code).toBe(0);
    expect(out).toMatch(/^ndcg@10 +0\.250 +0\.750 +\+0\.500 +\+0\.500 to \+0\.500 +2 +differs/m);
  });

  it('gives one object with --json', async () => {
    const { out } = await runCli('eval', 'compare', before, after, '--json');
    expect(shape.parse(JSON.parse(out)).measures).toEqual([
      { measure: 'ndcg@10', queries: 2, a: 0.25, b: 0.75, difference: 0.5, low: 0.5, high: 0.5 },
    ]);
  });

  it('takes what --per-query wrote, and --against compares at once', async () => {
    const run = join(folder, 'run.jsonl');
    await evaluate(units, '--keep', shared, '--per-query', run);
    expect(readFileSync(run, 'utf8').trim().split('\n')).toHaveLength(3);
    const { code, out } = await evaluate(units, '--keep', shared, '--against', run, '--json');
    expect(code).toBe(0);
    const { against } = z.looseObject({ against: shape }).parse(JSON.parse(out));
    expect(against.measures.every(({ difference }) => difference === 0)).toBe(true);
  });

  it('refuses a file that is not there', async () => {
    const { code, err } = await runCli('eval', 'compare', before, join(folder, 'none.jsonl'));
    expect(code).toBe(2);
    expect(err).toContain('none.jsonl is not there: write one with `ntk eval … --per-query FILE`');
  });
});

describe('ntk eval is wrong use with', () => {
  it.each([
    ['an unknown mode', [units, '--mode', 'psychic'], /Allowed choices are lexical, hybrid/],
    ['no questions to ask', [units, '--max-queries', '0'], /write a whole number from 1 on/],
    ['a folder that is none', [join(folder, 'none')], /is not a folder: name the folder of a set/],
    ['no folder', [], /missing required argument 'dataset'/],
    ['judgments that are not there', [units, '--qrels', join(folder, 'none.tsv')], /none\.tsv is not there/],
    [
      'an earlier run that is not there',
      [units, '--against', join(folder, 'none.jsonl')],
      /none\.jsonl is not there/,
    ],
  ])('%s', async (_, args, message) => {
    const { code, out, err } = await evaluate(...args);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(message);
  });

  it('a line of the questions that is no JSON, and names it', async () => {
    const queries = join(folder, 'broken.jsonl');
    writeFileSync(queries, '{"_id":"q1","text":"x"}\n{"_id":"q2",\n');
    const { code, err } = await evaluate(units, '--queries', queries);
    expect(code).toBe(2);
    expect(err).toContain('broken.jsonl:2: this line is no JSON');
  });

  it('a named configuration that is not there', async () => {
    const { code, err } = await runCli('eval', units, '--config', join(folder, 'no.yaml'));
    expect(code).toBe(2);
    expect(err).toContain('there is no configuration');
  });
});
