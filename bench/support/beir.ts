import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A question with what is known to answer it. */
export interface Judged {
  readonly id: string;
  readonly text: string;
  /** Gain by document id. */
  readonly documents: ReadonlyMap<string, number>;
  /** Gain by `document#page=N`, N from 1; empty when the set judges no pages. */
  readonly pages: ReadonlyMap<string, number>;
}

const DOCS = 'docs';
const CORPUS = 'corpus.jsonl';
const QUERIES = 'queries.jsonl';
const QRELS = ['qrels.tsv', 'qrels.dev.tsv'];

/** Whether a folder holds a retrieval set in BEIR form. */
export function isSet(folder: string): boolean {
  return queriesFile(folder) !== null;
}

/**
 * The folder to index: the set's own files in `docs/`, or, where the corpus stands in `corpus.jsonl` alone,
 * one small HTML file for each unit, written to `into`.
 */
export function documentsFolder(folder: string, into: string): string {
  const docs = join(folder, DOCS);
  if (existsSync(docs)) return docs;
  const units = lines(join(folder, CORPUS)) as { _id: string; title?: string; text?: string }[];
  mkdirSync(into, { recursive: true });
  for (const [at, { title, text }] of units.entries()) {
    const body = escapeHtml(text ?? '');
    const head = escapeHtml(title ?? '');
    writeFileSync(
      join(into, unitName(at)),
      `<!doctype html><html><head><title>${head}</title></head><body><h1>${head}</h1><p>${body}</p></body></html>`,
    );
  }
  return into;
}

/** Document id of a path inside the indexed folder. */
export function idOfPath(folder: string): (path: string) => string {
  if (existsSync(join(folder, DOCS))) return (path) => plain(path);
  const units = lines(join(folder, CORPUS)) as { _id: string }[];
  const byName = new Map(units.map(({ _id }, at) => [unitName(at), _id]));
  return (path) => byName.get(path) ?? path;
}

/** The judged questions of a set; `limit` takes the first ones only. */
export function readQuestions(folder: string, limit: number): Judged[] {
  const file = queriesFile(folder);
  if (file === null) return [];
  const named = existsSync(join(folder, DOCS)) ? plain : (id: string): string => id;
  const qrels = QRELS.map((name) => join(folder, name)).find((path) => existsSync(path));
  const documents = readQrels(qrels, named);
  const pages = readQrels(join(folder, 'qrels_pages.tsv'), (id) => {
    const [document = '', page = ''] = id.split('#page=');
    return `${named(document)}#page=${page}`;
  });
  return (lines(file) as { _id: string; text: string }[])
    .map(({ _id: id, text }) => ({
      id,
      text,
      documents: documents.get(id) ?? new Map(),
      pages: pages.get(id) ?? new Map(),
    }))
    .filter((question) => question.documents.size > 0)
    .slice(0, limit);
}

/** Questions of a plain `queries.jsonl` without judgments. */
export function readQueries(file: string): string[] {
  return (lines(file) as { text: string }[]).map(({ text }) => text);
}

function queriesFile(folder: string): string | null {
  const names = [QUERIES, 'queries.dev.jsonl'].map((name) => join(folder, name));
  return names.find((path) => existsSync(path)) ?? null;
}

function lines(file: string): unknown[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as unknown);
}

function readQrels(
  file: string | undefined,
  named: (id: string) => string,
): Map<string, Map<string, number>> {
  const judged = new Map<string, Map<string, number>>();
  if (file === undefined || !existsSync(file)) return judged;
  for (const line of readFileSync(file, 'utf8').split('\n').slice(1)) {
    const [query, id, gain] = line.split('\t');
    if (query === undefined || id === undefined || Number(gain) <= 0) continue;
    const own = judged.get(query) ?? new Map<string, number>();
    own.set(named(id), Number(gain));
    judged.set(query, own);
  }
  return judged;
}

/** Sets name their files with or without extension: neither counts. */
function plain(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1).replace(/\.(pdf|md|txt|docx)$/i, '');
}

const unitName = (at: number): string => `${at}.html`;

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
