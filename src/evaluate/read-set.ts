import { existsSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { type Corpus, readCorpus } from './corpus.ts';
import { EvaluationError } from './evaluation-error.ts';
import { parseJsonLines, readText } from './json-lines.ts';
import { pageKey, type Question } from './judge.ts';
import { parseQrels } from './qrels.ts';
import { unitName } from './unit-files.ts';

export interface SetOptions {
  readonly folder: string;
  /** Files that stand for the set's own. */
  readonly queries?: string;
  readonly qrels?: string;
  /** Only the first judged questions. */
  readonly maxQueries?: number;
}

/** Documents, and questions with what is known to answer them. */
export interface EvaluationSet {
  readonly name: string;
  readonly folder: string;
  readonly corpus: Corpus;
  /** Judged questions in the order of their file; at least one. */
  readonly questions: readonly Question[];
  /** What of the set cannot count as it is meant, in sentences. */
  readonly warnings: readonly string[];
  /** The name that judgments have for an indexed path. */
  documentOf(path: string): string;
}

const PAGES = 'qrels_pages.tsv';
const SPANS = 'qrels_spans.jsonl';
const MEND = 'name the file that is meant';

const id = z.union([z.string().min(1), z.number()], 'write an id').transform(String);
const query = z.object({
  _id: id,
  text: z
    .string('write the question')
    .trim()
    .min(1, 'the question is empty: write it, or leave the line out'),
});
const span = z.object({
  query: id,
  doc: id,
  content: z.string('write the text of the span').trim().min(1, 'the span is empty'),
});

/**
 * Reads a set: `queries.jsonl`, `qrels.tsv`, documents (see `readCorpus`), and where they exist `qrels_pages.tsv`
 * (`document#page=N`, N from 1) and `qrels_spans.jsonl`. Where there is no `queries.jsonl` or `qrels.tsv` but one
 * file between name and ending (`qrels.dev.tsv`), that one is read.
 * @throws {EvaluationError} naming file and line, and the mend
 */
export async function readSet(options: SetOptions): Promise<EvaluationSet> {
  const folder = resolve(options.folder);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new EvaluationError(`${folder} is not a folder: name the folder of a set`);
  }
  const corpus = await readCorpus(folder);
  const queries = await fileOf(folder, 'queries', 'jsonl', options.queries);
  const qrels = await fileOf(folder, 'qrels', 'tsv', options.qrels);
  const names = namesOf(corpus);
  const documents = collect(parseQrels(qrels, await readText(qrels, MEND)), (written) => names.find(written));
  const pages = collect(await optional(join(folder, PAGES), parseQrels), (written) => {
    const [, document = '', page = ''] = /^(.*)#page=(\d+)$/.exec(written) ?? [];
    if (page === '') throw new EvaluationError(`${PAGES}: write ${written} as DOCUMENT#page=N`);
    return pageKey(names.find(document), Number(page));
  });
  const spans = await optional(join(folder, SPANS), (file, text) => parseJsonLines(file, text, span));

  const asked = parseJsonLines(queries, await readText(queries, MEND), query);
  refuseTwice(queries, asked);
  const judged = asked.filter(({ value }) => documents.has(value._id));
  if (judged.length === 0) {
    throw new EvaluationError(`${qrels} judges no query of ${queries}: check that their ids agree`);
  }
  const questions = judged.slice(0, options.maxQueries).map(
    ({ value }): Question => ({
      id: value._id,
      text: value.text,
      documents: documents.get(value._id) ?? new Map(),
      pages: pages.get(value._id) ?? new Map(),
      spans: spans
        .filter((own) => own.value.query === value._id)
        .map((own) => ({ document: names.find(own.value.doc), text: own.value.content })),
    }),
  );
  return {
    name: basename(folder),
    folder,
    corpus,
    questions,
    warnings: [...unjudged(asked.length - judged.length), ...names.warnings()],
    documentOf: documentOf(corpus),
  };
}

/** How judgments name documents: every id in one form, and those that mean nothing remembered. */
function namesOf(corpus: Corpus): { find(written: string): string; warnings(): string[] } {
  const units = corpus.kind === 'units' ? new Set(corpus.units.map((unit) => unit.id)) : null;
  const unknown = new Set<string>();
  return {
    find(written) {
      const found =
        corpus.kind === 'files' ? corpus.documents.find(written) : units?.has(written) ? written : null;
      if (found === null) unknown.add(written);
      return found ?? written;
    },
    warnings() {
      const [first] = unknown;
      if (first === undefined) return [];
      return [`judged documents that are not in the set, so never found: ${unknown.size}, such as ${first}`];
    },
  };
}

function unjudged(count: number): string[] {
  return count === 0 ? [] : [`queries without a judged document, not asked: ${count}`];
}

function documentOf(corpus: Corpus): (path: string) => string {
  if (corpus.kind === 'files') return (path) => path;
  const ids = new Map(corpus.units.map((unit, at) => [unitName(at), unit.id]));
  return (path) => ids.get(path) ?? path;
}

function collect(
  judgments: ReturnType<typeof parseQrels>,
  nameOf: (written: string) => string,
): Map<string, Map<string, number>> {
  const gains = new Map<string, Map<string, number>>();
  for (const { query, document, gain } of judgments) {
    const own = gains.get(query) ?? new Map<string, number>();
    own.set(nameOf(document), gain);
    gains.set(query, own);
  }
  return gains;
}

async function optional<T>(file: string, parse: (file: string, text: string) => T[]): Promise<T[]> {
  return existsSync(file) ? parse(file, await readText(file, MEND)) : [];
}

async function fileOf(
  folder: string,
  kind: string,
  ending: string,
  named: string | undefined,
): Promise<string> {
  if (named !== undefined) return resolve(named);
  const usual = join(folder, `${kind}.${ending}`);
  if (existsSync(usual)) return usual;
  const others = (await readdir(folder)).filter(
    (name) => name.startsWith(`${kind}.`) && name.endsWith(`.${ending}`),
  );
  const [only, second] = others.sort();
  if (only === undefined) throw new EvaluationError(`${usual} is not there: name such a file with --${kind}`);
  if (second !== undefined) {
    throw new EvaluationError(`${folder} holds ${others.join(' and ')}: name one of them with --${kind}`);
  }
  return join(folder, only);
}

function refuseTwice(
  file: string,
  asked: readonly { readonly line: number; readonly value: { readonly _id: string } }[],
): void {
  const seen = new Set<string>();
  for (const { line, value } of asked) {
    if (seen.has(value._id)) {
      throw new EvaluationError(
        `${file}:${line}: the id ${value._id} stands further above already: give each query its own`,
      );
    }
    seen.add(value._id);
  }
}
