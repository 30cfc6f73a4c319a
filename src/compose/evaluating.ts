import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { PrincipalId, Token } from '../../acl/index.ts';
import { EmbedderError, type PassEvent, type PassSummary } from '../../index/index.ts';
import { type Config, toConfig } from '../config/index.ts';
import {
  askAll,
  EvaluationError,
  type EvaluationSet,
  type Judged,
  type Passage,
  RANKED,
  type Searching,
  SHOWN,
  writeUnits,
} from '../evaluate/index.ts';
import { parseReference } from '../search/citation.ts';
import { inForce, type Mode, type SearchResult, search } from '../search/index.ts';
import { type Core, openCore } from './core.ts';
import { openDictionary } from './dictionary.ts';
import { ingest } from './ingesting.ts';
import { openReranking } from './reranking.ts';
import { openEmbedder, openStore } from './store.ts';

export interface EvaluateOptions {
  readonly set: EvaluationSet;
  readonly mode: Mode;
  /** Whose model, reading and limits are evaluated; the defaults when null. */
  readonly settings: Config | null;
  /** Folder in which the index stays for the next run; null for a temporary one, removed at the end. */
  readonly keep: string | null;
  readonly signal: AbortSignal;
  readonly onEvent: (event: PassEvent) => void;
  readonly onAsked: (asked: number) => void;
}

export interface Evaluation {
  readonly mode: Mode;
  readonly judged: readonly Judged[];
  readonly pass: PassSummary;
}

/** The one person of an evaluation: reads everything, as an ordinary user by the ordinary gates. */
const READER = 'reader';
const SHARE = 'set';
const MARK = 'ntk-eval.json';
/** A ranking is read by documents alone: its snippets must not crowd out its last results. */
const RANKED_TOKENS = 50_000;
const PUBLIC_URL = 'http://127.0.0.1';

/** What search is asked in when nothing is said: as the configured model allows. */
export function usualMode(settings: Config | null): Mode {
  return settings === null || settings.embedding.model === 'none' ? 'lexical' : 'hybrid';
}

/**
 * Ingests a set by the normal path into an index of its own, asks its questions by the normal search, and judges.
 * @throws {EvaluationError} without a model for `hybrid`, and for a `keep` folder that holds something else
 * @throws {EmbedderError} when the model cannot be loaded or does not answer
 */
export async function evaluateSet(options: EvaluateOptions): Promise<Evaluation> {
  const { set, mode, settings } = options;
  if (mode === 'hybrid' && usualMode(settings) === 'lexical') {
    throw new EvaluationError(
      'hybrid search needs a model: set embedding.model in the configuration and name that file with --config',
    );
  }
  const folder = await openFolder(options);
  try {
    const core = await openCore(await configFor(options, folder));
    try {
      const pass = await ingest(core, {
        rebuild: false,
        // The set says what there is; nothing of it was deleted by mistake.
        acceptRemovals: true,
        signal: options.signal,
        onEvent: options.onEvent,
      });
      const [skipped] = pass.skippedShares;
      if (skipped !== undefined)
        throw new EvaluationError(`the documents could not be read: ${skipped.detail}`);
      return {
        mode,
        pass,
        judged: await withSearching(core, options, (searching) => askAll(set.questions, searching, options)),
      };
    } finally {
      await core.close();
    }
  } finally {
    if (options.keep === null) await rm(folder, { recursive: true, force: true });
  }
}

/** The folder of this evaluation. @throws {EvaluationError} when it holds anything but an evaluation of this set */
async function openFolder({ keep, set }: EvaluateOptions): Promise<string> {
  if (keep === null) return mkdtemp(join(tmpdir(), 'ntk-eval-'));
  const folder = resolve(keep);
  await mkdir(folder, { recursive: true });
  const mark = join(folder, MARK);
  if (existsSync(mark)) {
    const { of } = JSON.parse(await readFile(mark, 'utf8')) as { of?: unknown };
    if (of === set.folder) return folder;
    throw new EvaluationError(`${folder} keeps the index of ${String(of)}: name another folder with --keep`);
  }
  if ((await readdir(folder)).length > 0) {
    throw new EvaluationError(`${folder} holds other files: name a new or empty folder with --keep`);
  }
  await writeFile(mark, JSON.stringify({ of: set.folder }));
  return folder;
}

/** A configuration of one open share and one person, with what the operator's own says of model, reading, limits. */
async function configFor({ set, mode, settings }: EvaluateOptions, folder: string): Promise<Config> {
  const share = set.corpus.kind === 'files' ? set.corpus.folder : join(folder, 'units');
  if (set.corpus.kind === 'units') await writeUnits(share, set.corpus.units);
  const directory = join(folder, 'directory.yaml');
  await writeFile(directory, JSON.stringify({ users: [{ id: READER }] }));
  const own = {
    shares: [{ name: SHARE, path: share, acl: { source: 'open' } }],
    directory: { source: 'file', path: directory },
  };
  const plain = toConfig(join(folder, 'need-to-know.yaml'), JSON.stringify(own));
  const config = {
    ...plain,
    ...(settings === null
      ? {}
      : { ingest: settings.ingest, limits: settings.limits, search: settings.search }),
    embedding: mode === 'hybrid' && settings !== null ? settings.embedding : plain.embedding,
  };
  // Each way of reading and embedding has an index of its own, so that a kept one never answers for another.
  const ways = JSON.stringify([config.embedding, config.ingest]);
  const name = createHash('sha256').update(ways).digest('hex').slice(0, 12);
  const data = join(folder, `${mode}-${name}`);
  await mkdir(data, { recursive: true });
  return { ...config, data };
}

async function withSearching<T>(
  core: Core,
  { set, mode, signal }: EvaluateOptions,
  work: (searching: Searching) => Promise<T>,
): Promise<T> {
  const dictionary = await openDictionary(core.config.search.dictionary, { now: core.now });
  const embedder = await openEmbedder(core);
  const { reranking, trouble, close } = await openReranking(core.config);
  try {
    if (trouble !== null) throw new EvaluationError(trouble);
    const chunks = await openStore(core);
    try {
      const user = await core.userOf(READER);
      if (user === null) throw new Error('the directory of an evaluation lacks its reader');
      const catalog = inForce(core.catalog, core.now);
      const deps = { catalog, chunks, embedder, reranking, dictionary, publicUrl: PUBLIC_URL };
      const ask = async (
        text: string,
        limit: number,
        budgetTokens: number,
      ): Promise<readonly SearchResult[]> => {
        const asker = { token: await tokenOf(core, user), currentToken: () => tokenOf(core, user), signal };
        const answer = await search(deps, { text, limit, budgetTokens, filter: {} }, asker);
        if (answer.mode === mode) return answer.results;
        throw new EmbedderError('embedder-crashed', 'the model did not answer a question: run `ntk doctor`');
      };
      return await work({
        show: async (question, { texts }) => {
          const results = await ask(question, SHOWN, core.config.limits.resultTokens);
          return Promise.all(
            results.map(
              async ({ id, path, page, snippet }): Promise<Passage> => ({
                document: set.documentOf(path),
                page,
                snippet,
                text: texts ? await wholeText(id) : null,
              }),
            ),
          );
        },
        rank: async (question) =>
          (await ask(question, RANKED, RANKED_TOKENS)).map(({ path }) => set.documentOf(path)),
      });

      async function wholeText(id: string): Promise<string> {
        const reference = parseReference(id);
        if (reference?.passage == null) throw new Error(`${id} names no passage`);
        const { document, passage } = reference;
        const [row] = await chunks.revision(document, passage.revision, passage.ordinal, 1);
        return row?.text ?? '';
      }
    } finally {
      await chunks.close();
    }
  } finally {
    await close();
    await embedder?.close();
  }
}

async function tokenOf(core: Core, user: PrincipalId): Promise<Token> {
  const result = await core.tokenOf(user);
  if (result.ok) return result.token;
  throw new Error(`the reader of an evaluation has no token (${result.refusal.kind})`);
}
