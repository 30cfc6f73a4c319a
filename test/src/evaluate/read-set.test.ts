import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSet, type SetOptions } from '../../../src/evaluate/index.ts';
import { tempFolder, writeFiles } from '../../support/temp-folder.ts';

const lines = (...records: readonly unknown[]): string =>
  records.map((record) => (typeof record === 'string' ? record : JSON.stringify(record))).join('\n');
const QUERIES = lines({ _id: 'q1', text: 'first?' }, { _id: 'q2', text: 'second?' });
const UNITS = lines({ _id: 'a', title: 'A', text: 'one' }, { _id: 'b', title: 'B', text: 'two' });
const QRELS = 'query-id\tcorpus-id\tscore\nq1\ta\t1\n';
const SET = { 'queries.jsonl': QUERIES, 'corpus.jsonl': UNITS, 'qrels.tsv': QRELS };

/** Reads a set of these files; null takes one of the usual ones away. */
function read(files: Readonly<Record<string, string | null>>, options: Partial<SetOptions> = {}) {
  const folder = join(tempFolder(), 'own-set');
  const present = Object.entries({ ...SET, ...files }).filter(([, text]) => text !== null);
  writeFiles(folder, Object.fromEntries(present) as Record<string, string>);
  const at = (file: string | undefined) => (file === undefined ? undefined : join(folder, file));
  const { queries, qrels, ...rest } = options;
  return readSet({
    folder,
    ...rest,
    ...(queries === undefined ? {} : { queries: at(queries) as string }),
    ...(qrels === undefined ? {} : { qrels: at(qrels) as string }),
  });
}

const documents = async (files: Readonly<Record<string, string | null>>): Promise<string[]> => [
  ...((await read(files)).questions[0]?.documents.keys() ?? []),
];

describe('a set', () => {
  it('is named by its folder', async () => expect((await read({})).name).toBe('own-set'));

  it('asks only the questions that are judged, and says how many are not', async () => {
    const { questions, warnings } = await read({});
    expect(questions.map(({ id }) => id)).toEqual(['q1']);
    expect(warnings).toEqual(['queries without a judged document, not asked: 1']);
  });

  it('leaves out judgments of nothing', async () => {
    const { questions } = await read({ 'qrels.tsv': 'q1\ta\t0\nq1\tb\t2\n' });
    expect(questions[0]?.documents).toEqual(new Map([['b', 2]]));
  });

  it('is cut to its first judged questions', async () => {
    const { questions } = await read({ 'qrels.tsv': 'q2\ta\t1\nq1\ta\t1\n' }, { maxQueries: 1 });
    expect(questions.map(({ id }) => id)).toEqual(['q1']);
  });

  it('takes queries.dev.jsonl and qrels.dev.tsv where they are the only ones', async () => {
    const { questions } = await read({
      'queries.jsonl': null,
      'qrels.tsv': null,
      'queries.dev.jsonl': QUERIES,
      'qrels.dev.tsv': QRELS,
    });
    expect(questions).toHaveLength(1);
  });

  it('takes other files where they are named', async () => {
    const { questions } = await read({ 'other.tsv': 'q2\tb\t1\n' }, { qrels: 'other.tsv' });
    expect(questions.map(({ id }) => id)).toEqual(['q2']);
  });

  it('warns of judged documents that it does not hold, and counts them as not found', async () => {
    const { questions, warnings } = await read({ 'qrels.tsv': 'q1\ta\t1\nq1\tz\t1\nq2\tz\t1\n' });
    expect(questions[0]?.documents.size).toBe(2);
    expect(warnings).toEqual(['judged documents that are not in the set, so never found: 1, such as z']);
  });

  it('may have numbers for ids', async () => {
    const found = await documents({
      'queries.jsonl': lines({ _id: 1, text: 'first?' }),
      'corpus.jsonl': lines({ _id: 7, text: 'one' }),
      'qrels.tsv': '1\t7\t1\n',
    });
    expect(found).toEqual(['7']);
  });

  it('may have Windows line ends and a byte order mark', async () => {
    const crlf = (text: string): string => `\uFEFF${text.replaceAll('\n', '\r\n')}`;
    expect(await documents({ 'qrels.tsv': crlf(QRELS), 'queries.jsonl': crlf(QUERIES) })).toEqual(['a']);
  });
});

/** How judgments may name the file `docs/hr/Leave.pdf`. */
const NAMES = ['hr/Leave.pdf', 'Leave.pdf', 'hr/Leave', 'Leave'];

describe('the files of a set', () => {
  const files = { 'corpus.jsonl': null, 'docs/hr/Leave.pdf': 'x', 'docs/Other.md': 'y' };

  it.each(NAMES)('may be judged as %s', async (name) =>
    expect(await documents({ ...files, 'qrels.tsv': `q1\t${name}\t1\n` })).toEqual(['hr/Leave.pdf']),
  );

  it('may be judged by the id that corpus.jsonl gives them', async () => {
    const corpus = lines({ _id: 'L-1', title: 'Leave', file: 'docs/hr/Leave.pdf' });
    expect(await documents({ ...files, 'corpus.jsonl': corpus, 'qrels.tsv': 'q1\tL-1\t1\n' })).toEqual([
      'hr/Leave.pdf',
    ]);
  });

  it('have no short name where two share it', async () => {
    const { warnings } = await read({ ...files, 'docs/it/Leave.md': 'z', 'qrels.tsv': 'q1\tLeave\t1\n' });
    expect(warnings.join()).toContain('so never found: 1, such as Leave');
  });

  it('are read where corpus.jsonl gives their texts as well', async () => {
    const corpus = lines({ _id: 'Other.md', text: 'y' });
    const set = await read({ ...files, 'corpus.jsonl': corpus, 'qrels.tsv': 'q1\tOther.md\t1\n' });
    expect(set.corpus.kind).toBe('files');
  });

  it('are left alone where corpus.jsonl is of other documents', async () => {
    const set = await read({ 'docs/whole.pdf': 'x' });
    expect(set.corpus.kind).toBe('units');
  });

  it('have pages named after #page=', async () => {
    const { questions } = await read({
      ...files,
      'qrels.tsv': 'q1\tLeave\t1\n',
      'qrels_pages.tsv': 'query-id\tcorpus-id\tscore\nq1\tLeave#page=3\t1\n',
    });
    expect([...(questions[0]?.pages.keys() ?? [])]).toEqual(['hr/Leave.pdf#page=3']);
  });
});

describe('judged texts', () => {
  it('belong to a question and a document', async () => {
    const spans = lines(
      { query: 'q1', doc: 'a', start: 0, end: 3, content: 'one' },
      { query: 'q2', doc: 'b', content: 'two' },
    );
    const { questions } = await read({ 'qrels_spans.jsonl': spans });
    expect(questions[0]?.spans).toEqual([{ document: 'a', text: 'one' }]);
  });
});

/** What is wrong, and what the message must name: file, line and mend. */
const BROKEN: readonly {
  readonly what: string;
  readonly files: Readonly<Record<string, string | null>>;
  readonly message: RegExp;
}[] = [
  {
    what: 'no queries',
    files: { 'queries.jsonl': null },
    message: /queries\.jsonl is not there: name such a file with --queries$/,
  },
  {
    what: 'no judgments',
    files: { 'qrels.tsv': null },
    message: /qrels\.tsv is not there: name such a file with --qrels$/,
  },
  {
    what: 'no documents',
    files: { 'corpus.jsonl': null },
    message: /holds neither corpus\.jsonl nor files in docs\/: a set is/,
  },
  {
    what: 'two kinds of judgments',
    files: { 'qrels.tsv': null, 'qrels.dev.tsv': QRELS, 'qrels.test.tsv': QRELS },
    message: /holds qrels\.dev\.tsv and qrels\.test\.tsv: name one of them with --qrels$/,
  },
  {
    what: 'a line that is no JSON',
    files: { 'queries.jsonl': lines({ _id: 'q1', text: 'x' }, '{broken') },
    message: /queries\.jsonl:2: this line is no JSON/,
  },
  {
    what: 'a line of the corpus that is no JSON',
    files: { 'corpus.jsonl': `${UNITS}\n\n[1,` },
    message: /corpus\.jsonl:4: this line is no JSON/,
  },
  {
    what: 'a query without a text',
    files: { 'queries.jsonl': lines({ _id: 'q1' }) },
    message: /queries\.jsonl:1: text: write the question/,
  },
  {
    what: 'an empty query',
    files: { 'queries.jsonl': lines({ _id: 'q1', text: ' ' }) },
    message: /queries\.jsonl:1: text: the question is empty/,
  },
  {
    what: 'a query without an id',
    files: { 'queries.jsonl': lines({ text: 'x' }) },
    message: /queries\.jsonl:1: _id: write an id/,
  },
  {
    what: 'two queries of one id',
    files: { 'queries.jsonl': lines({ _id: 'q1', text: 'x' }, { _id: 'q1', text: 'y' }) },
    message: /queries\.jsonl:2: the id q1 stands further above/,
  },
  {
    what: 'two documents of one id',
    files: { 'corpus.jsonl': lines({ _id: 'a', text: 'x' }, { _id: 'a', text: 'y' }) },
    message: /corpus\.jsonl:2: the id a stands on line 1 already/,
  },
  {
    what: 'a document without text or file',
    files: { 'corpus.jsonl': lines({ _id: 'a' }) },
    message: /corpus\.jsonl:1: write the document as "text"/,
  },
  {
    what: 'a file that is not there',
    files: { 'corpus.jsonl': lines({ _id: 'a', file: 'docs/a.pdf' }) },
    message: /corpus\.jsonl:1: there is no file docs\/a\.pdf/,
  },
  {
    what: 'no queries at all',
    files: { 'queries.jsonl': '\n' },
    message: /qrels\.tsv judges no query of .*queries\.jsonl: check that their ids agree/,
  },
  { what: 'judgments of other queries', files: { 'qrels.tsv': 'q9\ta\t1\n' }, message: /judges no query of/ },
  {
    what: 'a judgment without tabs',
    files: { 'qrels.tsv': `${QRELS}q1 b 1\n` },
    message: /qrels\.tsv:3: write the id of a query, the id of a document and a number, parted by tabs/,
  },
  {
    what: 'a judgment whose score is a word',
    files: { 'qrels.tsv': `${QRELS}q1\tb\tgood\n` },
    message: /qrels\.tsv:3: write/,
  },
  {
    what: 'a page without a number',
    files: { 'qrels_pages.tsv': 'q1\ta\t1\n' },
    message: /qrels_pages\.tsv: write a as DOCUMENT#page=N/,
  },
  {
    what: 'a span without its text',
    files: { 'qrels_spans.jsonl': lines({ query: 'q1', doc: 'a', start: 1, end: 2 }) },
    message: /qrels_spans\.jsonl:1: content: write the text of the span/,
  },
];

describe('a set is refused with', () => {
  it.each(BROKEN)('$what', async ({ files, message }) => {
    await expect(read(files)).rejects.toThrow(message);
    await expect(read(files)).rejects.toMatchObject({ code: 'evaluation-unusable' });
  });

  it('a folder that is none', async () =>
    expect(readSet({ folder: join(tempFolder(), 'none') })).rejects.toThrow(
      /is not a folder: name the folder of a set/,
    ));

  it('a named file that is none', async () =>
    expect(read({}, { queries: 'none.jsonl' })).rejects.toThrow(
      /none\.jsonl is not there: name the file that is meant/,
    ));
});
