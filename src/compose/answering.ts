import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Embedder, EmbedderError } from '../../index/index.ts';
import { type AuditLog, type AuditRecord, FileAudit, Gate, Turns, turnLimits } from '../governance/index.ts';
import { CHARACTERS_PER_TOKEN, type Explaining, inForce, type Mode } from '../search/index.ts';
import { type DocumentTools, documentTools } from '../tools/index.ts';
import type { Core } from './core.ts';
import { openDictionary } from './dictionary.ts';
import { followIndex } from './following.ts';
import { openReranking } from './reranking.ts';
import { openEmbedder } from './store.ts';

/** Characters of JSON around the text of an answer: ids, links, titles, field names. */
const ANSWER_OVERHEAD = 400_000;

/** What answering needs, on top. */
export interface Answering {
  readonly tools: DocumentTools;
  readonly gate: Gate;
  readonly mode: () => Mode;
  /** Why the configured model is not used, when it is not. */
  readonly modelTrouble: string | null;
  /** The same of the configured reranker. */
  readonly rerankerTrouble: string | null;
  /** Resolves when catalog and store answer. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

/** Opens what answers questions. A model that cannot be loaded leaves search by words, and says so. */
export async function openAnswering(
  core: Core,
  options: {
    readonly publicUrl: string;
    readonly onFault: (tool: string, error: unknown) => void;
    /** Told of every call once it is in the audit. */
    readonly onRecord?: (record: AuditRecord) => void;
    /** This process also reads the files, and fills the index where an update left it to be made again. */
    readonly fills?: boolean;
    /** Watches what searches ask. */
    readonly explaining?: Explaining;
  },
): Promise<Answering> {
  const { config, catalog } = core;
  const dictionary = await openDictionary(config.search.dictionary, {
    now: core.now,
    onTrouble: (message) => options.onFault('search.dictionary', new Error(message)),
  });
  let modelTrouble: string | null = null;
  let embedder: Embedder | null = null;
  try {
    embedder = await openEmbedder(core);
  } catch (error) {
    if (!(error instanceof EmbedderError)) throw error;
    modelTrouble = error.message;
  }
  const following = await followIndex(core, embedder, {
    onFault: (error) => options.onFault('index', error),
    fills: options.fills ?? false,
  }).catch(async (error: unknown) => {
    await embedder?.close();
    throw error;
  });
  const reranking = await openReranking(config).catch(async (error: unknown) => {
    await following.close();
    await embedder?.close();
    throw error;
  });
  const { explaining } = options;
  const counted = inForce(catalog, core.now);
  const tools = documentTools({
    catalog: explaining === undefined ? counted : { ...counted, documents: explaining.documents(counted) },
    get chunks() {
      const { chunks } = following.now();
      return explaining === undefined ? chunks : explaining.chunks(chunks);
    },
    get embedder() {
      const now = following.now().embedder;
      return explaining === undefined || now === null ? now : explaining.embedder(now);
    },
    reranking: reranking.reranking,
    dictionary,
    publicUrl: options.publicUrl,
    shares: core.shares,
    resultTokens: config.limits.resultTokens,
    fetchTokens: config.limits.fetchTokens,
  });
  const gate = new Gate({
    audit: observed(new FileAudit(join(config.data, 'audit', 'documents.jsonl')), options.onRecord),
    tokenOf: core.tokenOf,
    now: core.now,
    turns: new Turns(turnLimits(availableParallelism())),
    timeoutMs: config.limits.timeoutSeconds * 1000,
    maxAnswerCharacters:
      Math.max(config.limits.resultTokens, config.limits.fetchTokens) * CHARACTERS_PER_TOKEN * 2 +
      ANSWER_OVERHEAD,
    onFault: options.onFault,
  });
  return {
    tools,
    gate,
    mode: () => (following.now().embedder === null ? 'lexical' : 'hybrid'),
    modelTrouble: modelTrouble ?? following.trouble(),
    rerankerTrouble: reranking.trouble,
    ready: async () => {
      await catalog.meta('embedder');
      await following.now().chunks.ping();
    },
    close: async () => {
      await reranking.close();
      await embedder?.close();
      await following.close();
    },
  };
}

function observed(audit: AuditLog, onRecord: (record: AuditRecord) => void = () => undefined): AuditLog {
  return {
    async write(record) {
      await audit.write(record);
      onRecord(record);
    },
  };
}
