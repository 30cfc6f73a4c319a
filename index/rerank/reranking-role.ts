import { join } from 'node:path';
import type { ModelRole } from '../embed/model-role.ts';
import { RerankerError } from './reranker.ts';

const CODES = {
  'model-missing': 'model-missing',
  'model-broken': 'model-broken',
  crashed: 'reranker-crashed',
  timeout: 'reranker-timeout',
  closed: 'reranker-closed',
} as const;

/** A model that scores pairs of a question and a passage. */
export const RERANKING: ModelRole = {
  script: join(import.meta.dirname, 'rerank-child'),
  noun: 'reranking',
  key: 'search.reranker',
  without: 'set search.reranker.model to none to do without',
  error: (trouble, message, options) => new RerankerError(CODES[trouble], message, options),
  isDeath: (error) =>
    error instanceof RerankerError &&
    (error.code === 'reranker-crashed' || error.code === 'reranker-timeout'),
};
