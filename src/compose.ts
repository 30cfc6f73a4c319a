/** The composition root: the only place that constructs parts and joins them. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import {
  type DescriptorSource,
  type DirectorySnapshot,
  type DirectorySource,
  FileDirectory,
  findUser,
  liveSnapshot,
  makeToken,
  OpenSource,
  type PrincipalId,
  type ShareId,
  SidecarSource,
  shareId,
  syncDirectory,
  type TokenResult,
  toEntries,
} from '../acl/index.ts';
import { openSqliteCatalog } from '../index/catalog/sqlite-catalog.ts';
import { createTransformersEmbedder } from '../index/embed/transformers-embedder.ts';
import {
  type Catalog,
  type ChunkStore,
  ChunkStoreError,
  type Embedder,
  EmbedderError,
  type ModelProfile,
  type PassEvent,
  type PassSummary,
  profileId,
  profileOf,
  runPass,
  withWriterLease,
} from '../index/index.ts';
import { LAYOUT } from '../index/store/lance-schema.ts';
import { openLanceStore } from '../index/store/lance-store.ts';
import { ParsePool } from '../ingest/index.ts';
import type { Config } from './config/index.ts';
import { FileAudit, Gate } from './governance/index.ts';
import { CHARACTERS_PER_TOKEN, type Mode } from './search/index.ts';
import { type DocumentTools, documentTools } from './tools/index.ts';

/** Characters of JSON around the text of an answer: ids, links, titles, field names. */
const ANSWER_OVERHEAD = 400_000;
const LEXICAL = 'lexical';

/** What every command needs: configuration, catalog, directory. */
export interface Core {
  readonly config: Config;
  readonly catalog: Catalog;
  readonly directory: DirectorySource;
  readonly now: () => number;
  readonly shares: readonly ShareId[];
  readonly profile: ModelProfile | null;
  /** The directory as of now; null when none was ever read whole. */
  snapshot(): Promise<DirectorySnapshot | null>;
  tokenOf(user: PrincipalId): Promise<TokenResult>;
  /** The principal whose login this is; null for nobody. */
  userOf(login: string): Promise<PrincipalId | null>;
  /** Reads the permissions of a share as they stand now; null for a share that is not configured. */
  aclOf(share: ShareId): Promise<DescriptorSource | null>;
  close(): Promise<void>;
}

/** What answering needs, on top. */
export interface Answering {
  readonly tools: DocumentTools;
  readonly gate: Gate;
  readonly mode: Mode;
  /** Why the configured model is not used, when it is not. */
  readonly modelTrouble: string | null;
  /** Resolves when catalog and store answer. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

/** @throws {ConfigError | CatalogError | EmbedderError} each with its mend */
export async function openCore(config: Config): Promise<Core> {
  const now = Date.now;
  const profile = profileFor(config);
  const catalog = await openSqliteCatalog(join(config.data, 'catalog.sqlite'));
  const directory = new FileDirectory(config.directory.path);
  const snapshot = (): Promise<DirectorySnapshot | null> =>
    liveSnapshot({ source: directory, store: catalog.directory, now });
  return {
    config,
    catalog,
    directory,
    now,
    profile,
    shares: config.shares.map(({ name }) => shareId(name)),
    snapshot,
    tokenOf: async (user) =>
      makeToken({
        user,
        snapshot: await snapshot(),
        now: now(),
        maxStalenessSeconds: config.directory.maxStaleness,
      }),
    userOf: async (login) => {
      const current = await snapshot();
      return current === null ? null : (findUser(current, login)?.id ?? null);
    },
    aclOf: async (share) => {
      const found = config.shares.find(({ name }) => name === share);
      return found === undefined ? null : descriptorSource(found, await snapshot());
    },
    close: () => catalog.close(),
  };
}

function profileFor({ embedding }: Config): ModelProfile | null {
  return embedding.model === 'none' ? null : profileOf(embedding);
}

/** Opens what answers questions. A model that cannot be loaded leaves search by words, and says so. */
export async function openAnswering(
  core: Core,
  options: { readonly publicUrl: string; readonly onFault: (tool: string, error: unknown) => void },
): Promise<Answering> {
  const { config, catalog } = core;
  const store = await openStore(core);
  let modelTrouble: string | null = null;
  let embedder: Embedder | null = null;
  try {
    embedder = await openEmbedder(core);
  } catch (error) {
    if (!(error instanceof EmbedderError)) {
      await store.close();
      throw error;
    }
    modelTrouble = error.message;
  }
  const tools = documentTools({
    catalog,
    chunks: store,
    embedder,
    publicUrl: options.publicUrl,
    shares: core.shares,
    resultTokens: config.limits.resultTokens,
    fetchTokens: config.limits.fetchTokens,
  });
  const gate = new Gate({
    audit: new FileAudit(join(config.data, 'audit', 'documents.jsonl')),
    tokenOf: core.tokenOf,
    now: core.now,
    timeoutMs: config.limits.timeoutSeconds * 1000,
    maxAnswerCharacters:
      Math.max(config.limits.resultTokens, config.limits.fetchTokens) * CHARACTERS_PER_TOKEN * 2 +
      ANSWER_OVERHEAD,
    onFault: options.onFault,
  });
  return {
    tools,
    gate,
    mode: embedder === null ? 'lexical' : 'hybrid',
    modelTrouble,
    ready: async () => {
      await catalog.meta('embedder');
      await store.ping();
    },
    close: async () => {
      await embedder?.close();
      await store.close();
    },
  };
}

export interface IngestOptions {
  /** Read every file again even when it did not change; also moves the index to another model. */
  readonly rebuild: boolean;
  /** Try the quarantined files again although they did not change. */
  readonly retryQuarantined?: boolean;
  readonly signal?: AbortSignal;
  readonly onEvent: (event: PassEvent) => void;
}

/**
 * One full pass over the configured shares.
 * @throws {WriterBusy} when another process writes; {ChunkStoreError} when the index is of another model
 */
export async function ingest(core: Core, options: IngestOptions): Promise<PassSummary> {
  const { config, catalog, now } = core;
  const lease = { store: catalog.lease, now, holder: randomUUID() };
  return withWriterLease(lease, async (lost) => {
    const sync = await syncDirectory(
      { source: core.directory, store: catalog.directory, now },
      { force: true },
    );
    if (sync.outcome === 'failed') throw new DirectoryError(sync.detail ?? 'the directory could not be read');
    const snapshot = await core.snapshot();
    // First of all: a model that cannot be loaded must leave the index as it is.
    const embedder = await openEmbedder(core);
    if (options.rebuild) {
      await catalog.forgetHashes();
      await catalog.setMeta('generation', String(Number((await catalog.meta('generation')) ?? '0') + 1));
      await catalog.setMeta('embedder', embedderId(core));
    }
    const store = await openStore(core).catch(async (error: unknown) => {
      await embedder?.close();
      throw error;
    });
    const pool = new ParsePool({
      size: config.ingest.workers,
      maxMemoryMegabytes: config.ingest.parseMemoryMegabytes,
      timeoutMs: config.ingest.parseTimeoutSeconds * 1000,
    });
    try {
      await catalog.setMeta('embedder', embedderId(core));
      const summary = await runPass(
        { catalog, store, pool, embedder, now, newId: newDocumentId },
        {
          shares: config.shares.map((share) => ({
            share: { id: shareId(share.name), root: share.path, exclude: [config.data] },
            acl: descriptorSource(share, snapshot),
          })),
          limits: {
            maxBytes: config.ingest.maxFileMegabytes * 1_048_576,
            maxCharacters: config.ingest.maxCharacters,
            maxDepth: 3,
          },
          retryQuarantined: options.retryQuarantined ?? false,
          concurrency: config.ingest.workers,
          signal: options.signal === undefined ? lost : AbortSignal.any([lost, options.signal]),
          onEvent: options.onEvent,
        },
      );
      await store.dropOthers();
      return summary;
    } finally {
      await pool.close();
      await embedder?.close();
      await store.close();
    }
  });
}

/** The directory could not be read whole. The message names file and mend. */
export class DirectoryError extends Error {
  readonly code = 'directory-incomplete';
}

function descriptorSource(
  share: Config['shares'][number],
  snapshot: DirectorySnapshot | null,
): DescriptorSource {
  const id = shareId(share.name);
  const shareEntries = toEntries(share.shareAcl, `share ${share.name}`);
  const knows = (principal: PrincipalId): boolean =>
    snapshot !== null && (snapshot.users.has(principal) || snapshot.groups.has(principal));
  if (share.acl.source === 'open') return new OpenSource({ share: id, shareEntries, knows });
  return new SidecarSource({ share: id, root: share.path, shareEntries, knows });
}

function embedderId({ profile }: Core): string {
  return profile === null ? LEXICAL : profileId(profile);
}

/** Opens the chunk table of the configured model, refusing an index that was made with another. */
async function openStore(core: Core): Promise<ChunkStore> {
  const { config, catalog, profile } = core;
  const wanted = embedderId(core);
  const stored = await catalog.meta('embedder');
  if (stored !== null && stored !== wanted) {
    throw new ChunkStoreError(
      'store-mismatch',
      `the index was made with the model ${nameOf(stored)} but the configuration names ${nameOf(wanted)}: run \`ntk ingest --rebuild\``,
    );
  }
  const table = `chunks_${createHash('sha256').update(`${LAYOUT} ${wanted}`).digest('hex').slice(0, 12)}`;
  return openLanceStore({
    folder: join(config.data, 'chunks'),
    table,
    dimensions: profile?.dimensions ?? null,
  });
}

function nameOf(embedder: string): string {
  return embedder === LEXICAL ? 'none' : (embedder.split('|')[0] ?? embedder);
}

async function openEmbedder({ config, profile }: Core): Promise<Embedder | null> {
  if (profile === null) return null;
  const { embedding } = config;
  return createTransformersEmbedder({
    profile,
    modelPath: embedding.path,
    cacheDir: embedding.cache,
    allowDownload: embedding.download,
    remoteHost: embedding.mirror,
    threads: embedding.threads ?? config.ingest.workers,
  });
}

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** 80 random bits as 16 letters: unguessable, and says nothing of path or time. */
function newDocumentId(): string {
  let id = '';
  let bits = 0n;
  for (const byte of randomBytes(10)) bits = (bits << 8n) | BigInt(byte);
  for (let digit = 0; digit < 16; digit += 1) {
    id += BASE32[Number(bits & 31n)];
    bits >>= 5n;
  }
  return id;
}
