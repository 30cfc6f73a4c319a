import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { z } from 'zod';
import { EvaluationError } from './evaluation-error.ts';
import { type JsonLine, parseJsonLines, readText } from './json-lines.ts';

/** A passage of a set whose documents are no files. */
export interface Unit {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

/** The documents of a set: files as they are, or units, each of which becomes a file. */
export type Corpus =
  | { readonly kind: 'files'; readonly folder: string; readonly documents: DocumentNames }
  | { readonly kind: 'units'; readonly units: readonly Unit[] };

const DOCS = 'docs';
const CORPUS = 'corpus.jsonl';
const MEND =
  'a set is a folder with queries.jsonl, qrels.tsv, and corpus.jsonl with texts or docs/ with files';

const id = z.union([z.string().min(1), z.number()], 'write an id').transform(String);
const entry = z.object({
  _id: id,
  title: z.string().nullish(),
  text: z.string().nullish(),
  file: z.string().min(1).nullish(),
});
type Entry = z.infer<typeof entry>;

/** Reads the documents of a set. @throws {EvaluationError} naming file and line, and the mend */
export async function readCorpus(folder: string): Promise<Corpus> {
  const docs = join(folder, DOCS);
  const file = join(folder, CORPUS);
  const entries = existsSync(file) ? parseJsonLines(file, await readText(file, MEND), entry) : null;
  if (entries !== null) refuseTwice(file, entries);
  const paths = existsSync(docs) ? await filesBelow(docs) : [];
  if (entries === null) {
    if (paths.length > 0)
      return { kind: 'files', folder: docs, documents: new DocumentNames(paths, new Map()) };
    throw new EvaluationError(`${folder} holds neither ${CORPUS} nor files in ${DOCS}/: ${MEND}`);
  }
  const named = namedFiles(file, entries, new Set(paths));
  const documents = new DocumentNames(paths, named);
  const known = ({ value }: JsonLine<Entry>): boolean => documents.find(value._id) !== null;
  if (paths.length > 0 && entries.every(known)) return { kind: 'files', folder: docs, documents };
  return { kind: 'units', units: entries.map((line) => toUnit(file, line)) };
}

/** The names by which a set calls its files. */
export class DocumentNames {
  readonly #levels: readonly ReadonlyMap<string, string | null>[];

  /** `named`: the id that corpus.jsonl gives a path. */
  constructor(paths: readonly string[], named: ReadonlyMap<string, string>) {
    // From the surest name to the shortest: a shorter one counts only when it is one file's alone.
    this.#levels = [
      (path: string) => named.get(path) ?? path,
      (path: string) => path,
      (path: string) => basename(path),
      withoutExtension,
      (path: string) => basename(withoutExtension(path)),
    ].map((nameOf) => {
      const names = new Map<string, string | null>();
      for (const path of paths) names.set(nameOf(path), names.has(nameOf(path)) ? null : path);
      return names;
    });
  }

  /** The path that an id means, below the folder of the files; null for none, and for several. */
  find(name: string): string | null {
    for (const names of this.#levels) {
      const path = names.get(name);
      if (path !== undefined) return path;
    }
    return null;
  }
}

function withoutExtension(path: string): string {
  return path.replace(/\.[^./]+$/, '');
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((file) => file.isFile())
    .map((file) => relative(folder, join(file.parentPath, file.name)).split(sep).join('/'));
}

function refuseTwice(file: string, entries: readonly JsonLine<Entry>[]): void {
  const seen = new Map<string, number>();
  for (const { line, value } of entries) {
    const first = seen.get(value._id);
    if (first !== undefined) {
      throw new EvaluationError(
        `${file}:${line}: the id ${value._id} stands on line ${first} already: give each its own`,
      );
    }
    seen.set(value._id, line);
  }
}

/** Id by path, of the entries that name a file. */
function namedFiles(
  file: string,
  entries: readonly JsonLine<Entry>[],
  paths: ReadonlySet<string>,
): Map<string, string> {
  const named = new Map<string, string>();
  for (const { line, value } of entries) {
    if (value.file == null) continue;
    const path = value.file.replace(/^(\.\/)?docs\//, '');
    if (!paths.has(path)) {
      throw new EvaluationError(
        `${file}:${line}: there is no file ${DOCS}/${path}: put it there, or mend the name`,
      );
    }
    named.set(path, value._id);
  }
  return named;
}

function toUnit(file: string, { line, value }: JsonLine<Entry>): Unit {
  const { _id, title, text } = value;
  if (text == null && title == null) {
    throw new EvaluationError(
      `${file}:${line}: write the document as "text", or put a file into ${DOCS}/ and name it as "file"`,
    );
  }
  return { id: _id, title: title ?? '', text: text ?? '' };
}
