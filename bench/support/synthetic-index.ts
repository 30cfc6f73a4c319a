import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { EVERYONE, principalId, type ScopeId, shareId } from '../../acl/index.ts';
import { type CatalogDocument, documentId } from '../../index/index.ts';
import { openLanceStore } from '../../index/store/lance-store.ts';
import { revisionOf, storedChunk } from '../../index/sync/revision.ts';
import { openCore } from '../../src/compose/index.ts';
import { loadConfig } from '../../src/config/index.ts';
import { type ClusteredVectors, clusteredVectors } from './clustered-vectors.ts';
import { runPass } from './run-pass.ts';
import { openStoreOf } from './stored-chunks.ts';
import { makeWorkspace, SHARE, type Workspace } from './workspace.ts';
import { seeded, zipfWords } from './zipf-text.ts';

export interface SyntheticOptions {
  readonly chunks: number;
  readonly chunksPerDocument: number;
  /** Distinct permissions; documents take them in turn. 1: everyone may read everything. */
  readonly scopes: number;
  /** Logins with the number of scopes each may read: the first ones, or scattered evenly over all. */
  readonly readers: readonly {
    readonly login: string;
    readonly scopes: number;
    readonly scattered?: boolean;
  }[];
  /** Words of a chunk; 170 when not given. */
  readonly words?: number;
  /** Gives chunks vectors, in a table of their own. */
  readonly vectors?: { readonly dimensions: number };
}

/** Table of an index with vectors. */
export const VECTOR_TABLE = 'with-vectors';
const CLUSTERS = 2_000;

/** Vectors of one space: points of other seeds are other texts of the same topics. */
export function syntheticVectors(dimensions: number, pointSeed: number): ClusteredVectors {
  return clusteredVectors({ dimensions, clusters: CLUSTERS, seed: SEED, pointSeed });
}

const VOCABULARY = 60_000;
const SEED = 20_261_120;
const CHUNK_WORDS = 170;
const STRANGERS = 4;
const WRITE_AT_ONCE = 5_000;
const ID_LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';
const ID_LENGTH = 16;

/**
 * An index of meaningless text, written through the same writers as a pass, without files behind it: the same
 * options give the same chunks, whatever the number of scopes.
 */
export async function makeSyntheticIndex(options: SyntheticOptions): Promise<Workspace> {
  const scratch = makeWorkspace({ share: '.' });
  const empty = join(scratch.folder, 'empty');
  mkdirSync(empty);
  const users = options.readers.map(({ login }) => ({ id: login }));
  const workspace = makeWorkspace({ share: empty, directory: { users } });
  try {
    // A pass over nothing makes catalog, directory snapshot and chunk table as every installation has them.
    const pass = await runPass(workspace.config);
    if (pass.trouble !== null) throw new Error(pass.trouble);
    await fill(workspace.config, options);
    return workspace;
  } catch (error) {
    workspace.remove();
    throw error;
  } finally {
    scratch.remove();
  }
}

function reads(
  { scopes, scattered }: SyntheticOptions['readers'][number],
  scope: number,
  all: number,
): boolean {
  if (scattered !== true) return scope < scopes;
  const share = scopes / all;
  return Math.floor((scope + 1) * share) > Math.floor(scope * share);
}

async function fill(configFile: string, options: SyntheticOptions): Promise<void> {
  const config = await loadConfig(configFile);
  const core = await openCore(config);
  const { vectors } = options;
  const store =
    vectors === undefined
      ? await openStoreOf(config, null)
      : await openLanceStore({ folder: join(config.data, 'chunks'), table: VECTOR_TABLE, ...vectors });
  const points = vectors === undefined ? null : syntheticVectors(vectors.dimensions, SEED);
  const words = zipfWords({ vocabulary: VOCABULARY, seed: SEED });
  const random = seeded(SEED);
  const scopes: ScopeId[] = [];
  for (let at = 0; at < options.scopes; at += 1) {
    const readers = options.readers.filter((reader) => reads(reader, at, options.scopes));
    const principals = readers.map(({ login }) => principalId(`user:${login}`));
    // A company's lists name a handful of groups each, most of which say nothing to one person.
    const strangers = Array.from({ length: STRANGERS }, (_, n) =>
      principalId(`group:g${at * STRANGERS + n}`),
    );
    scopes.push(
      await core.catalog.intern({
        system: 'sidecar',
        share: shareId(SHARE),
        shareEntries: [{ effect: 'allow', principal: EVERYONE, origin: 'share' }],
        entries: (options.scopes === 1 ? [EVERYONE] : [...strangers, ...principals]).map((principal) => ({
          effect: 'allow' as const,
          principal,
          origin: 'bench',
        })),
      }),
    );
  }
  const count = Math.ceil(options.chunks / options.chunksPerDocument);
  let documents: CatalogDocument[] = [];
  let chunks: ReturnType<typeof storedChunk>[] = [];
  const write = async (): Promise<void> => {
    await store.add(chunks);
    await core.catalog.put(documents);
    chunks = [];
    documents = [];
  };
  for (let at = 0; at < count; at += 1) {
    const document = syntheticDocument(
      at,
      scopes[at % scopes.length] ?? null,
      words.text(5),
      options,
      random,
    );
    documents.push(document);
    const { revision } = document;
    for (let ordinal = 0; ordinal < options.chunksPerDocument && revision !== null; ordinal += 1) {
      const text = words.text(options.words ?? CHUNK_WORDS);
      const section = [words.text(3)];
      const place = { ordinal, section, page: null, start: 0, end: text.length };
      const chunk = storedChunk(document, revision, { ...place, text, language: 'und' });
      chunks.push(points === null ? chunk : { ...chunk, vector: points.next() });
    }
    if (chunks.length >= WRITE_AT_ONCE) await write();
  }
  await write();
  await store.optimise();
  await store.close();
  await core.close();
}

function syntheticDocument(
  at: number,
  scope: ScopeId | null,
  title: string,
  options: SyntheticOptions,
  random: () => number,
): CatalogDocument {
  const letters = Array.from(
    { length: ID_LENGTH },
    () => ID_LETTERS[Math.floor(random() * ID_LETTERS.length)] ?? 'a',
  );
  const id = documentId(letters.join(''));
  const hash = createHash('sha256').update(id).digest('hex');
  const path = `folder ${at % 97}/file ${at}.txt`;
  return {
    id,
    share: shareId(SHARE),
    path,
    fileId: String(at),
    size: 1,
    modified: 1_700_000_000_000 + at,
    changed: 1_700_000_000_000 + at,
    hash,
    revision: revisionOf(id, hash, 0),
    scope,
    labelledScope: scope,
    labelledPath: path,
    outcome: 'indexed',
    reason: null,
    detail: null,
    type: 'txt',
    title,
    language: 'und',
    pages: null,
    chunks: options.chunksPerDocument,
    characters: 1,
    warnings: [],
    indexedAt: 1_700_000_000_000,
  };
}

/** Questions of two to five words, rarer ones more often than in the text, as people ask. */
export function syntheticQuestions(count: number): string[] {
  const words = zipfWords({ vocabulary: VOCABULARY, seed: SEED + 1 });
  const random = seeded(SEED + 2);
  return Array.from({ length: count }, () => {
    const length = 2 + Math.floor(random() * 4);
    // Ranks from 30 on: what stands before would be function words.
    return Array.from({ length }, () => words.ofRank(30 + Math.floor(random() ** 3 * 5_000))).join(' ');
  });
}
