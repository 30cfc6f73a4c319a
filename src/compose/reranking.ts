import { RerankerError, type RerankProfile, rerankProfileOf } from '../../index/index.ts';
import { createTransformersReranker } from '../../index/rerank/transformers-reranker.ts';
import type { Config } from '../config/index.ts';
import type { Reranking } from '../search/index.ts';

/** The profile of the configured reranker; null for none. */
export function rerankProfile({ search }: Pick<Config, 'search'>): RerankProfile | null {
  const { reranker } = search;
  return reranker.model === 'none' ? null : rerankProfileOf(reranker);
}

/** What brings answers in order, open; a model that cannot be loaded leaves them as retrieved, and says why. */
export interface OpenReranking {
  /** Null where none is configured. */
  readonly reranking: Reranking | null;
  readonly trouble: string | null;
  close(): Promise<void>;
}

export async function openReranking(config: Config): Promise<OpenReranking> {
  const profile = rerankProfile(config);
  if (profile === null) return { reranking: null, trouble: null, close: async () => undefined };
  const { embedding, ingest } = config;
  const { path, threads, candidates, budgetMs } = config.search.reranker;
  try {
    const reranker = await createTransformersReranker({
      profile,
      modelPath: path,
      cacheDir: embedding.cache,
      allowDownload: embedding.download,
      remoteHost: embedding.mirror,
      threads: threads ?? embedding.threads ?? ingest.workers,
    });
    return { reranking: { reranker, candidates, budgetMs }, trouble: null, close: () => reranker.close() };
  } catch (error) {
    if (!(error instanceof RerankerError)) throw error;
    const reranking = { reranker: null, candidates, budgetMs };
    return { reranking, trouble: error.message, close: async () => undefined };
  }
}
