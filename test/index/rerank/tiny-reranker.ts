import { join } from 'node:path';
import { type RerankProfile, rerankProfileOf } from '../../../index/rerank/profiles.ts';

/** The model that `scripts/make-tiny-reranker.ts` wrote. */
export const TINY_RERANKER_FOLDER = join(import.meta.dirname, '../../models/tiny-reranker');

export const TINY_RERANKER: RerankProfile = rerankProfileOf({ model: 'ntk/tiny-reranker' });
