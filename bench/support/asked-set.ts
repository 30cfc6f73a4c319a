import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shareId } from '../../acl/index.ts';
import { type ChunkRow, queryTerms } from '../../index/index.ts';
import { openCore } from '../../src/compose/index.ts';
import { loadConfig } from '../../src/config/index.ts';
import { type EvaluationSet, writeUnits } from '../../src/evaluate/index.ts';
import { type Asked, weighWords } from '../../src/search/minimise/asked.ts';
import { retrieve } from '../../src/search/retrieve.ts';
import { wordingOf } from '../../src/search/wording.ts';
import { runPass } from './run-pass.ts';
import { chunksOf, openStoreOf } from './stored-chunks.ts';
import { makeWorkspace, SHARE } from './workspace.ts';

/** Candidates that search weighs words by. */
const CANDIDATES = 50;
const ALL = 100_000;

/** A set in an index of its own, with what search makes of a question before anything is shown. */
export interface AskedSet {
  /** Every passage, with the name that judgments have for its document. */
  readonly passages: readonly { readonly document: string; readonly row: ChunkRow }[];
  /** Candidates by words, best first, without those of the documents left out, and the weighed words. */
  ask(
    question: string,
    without?: ReadonlySet<string>,
  ): Promise<{ readonly rows: readonly ChunkRow[]; readonly asked: Asked }>;
  close(): Promise<void>;
}

/** Reads a set by the normal path; everything is removed at `close`. */
export async function openAskedSet(set: EvaluationSet): Promise<AskedSet> {
  const units = mkdtempSync(join(tmpdir(), 'ntk-bench-set-'));
  if (set.corpus.kind === 'units') await writeUnits(units, set.corpus.units);
  const share = set.corpus.kind === 'files' ? set.corpus.folder : units;
  const workspace = makeWorkspace({ share });
  const { trouble } = await runPass(workspace.config);
  if (trouble !== null) throw new Error(trouble);
  const config = await loadConfig(workspace.config);
  const core = await openCore(config);
  const chunks = await openStoreOf(config, null);
  const { signal } = new AbortController();
  const scopes = [...(await core.catalog.scopes()).keys()];
  const languages = await core.catalog.languages();
  const documents = await core.catalog.listDocuments({
    share: shareId(SHARE),
    under: '',
    after: '',
    limit: ALL,
  });
  const passages = [];
  for (const document of documents)
    for (const row of await chunksOf(chunks, document))
      passages.push({ document: set.documentOf(row.path), row });
  return {
    passages,
    ask: async (text, without = new Set()) => {
      const limit = CANDIDATES + 3 * without.size;
      const question = { text, wording: wordingOf(text, languages, null), limit };
      const found = await retrieve({ chunks, embedder: null }, question, { scopes }, signal);
      const rows = found.rows.filter(({ path }) => !without.has(set.documentOf(path))).slice(0, CANDIDATES);
      const own = queryTerms(text, [...new Set(rows.map(({ language }) => language))]);
      return { rows, asked: weighWords(text, own, rows) };
    },
    close: async () => {
      await chunks.close();
      await core.close();
      workspace.remove();
      rmSync(units, { recursive: true, force: true });
    },
  };
}
