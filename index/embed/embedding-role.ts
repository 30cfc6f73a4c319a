import { join } from 'node:path';
import { EmbedderError } from './embedder.ts';
import type { ModelRole } from './model-role.ts';

const CODES = {
  'model-missing': 'model-missing',
  'model-broken': 'model-broken',
  crashed: 'embedder-crashed',
  timeout: 'embedder-timeout',
  closed: 'embedder-closed',
} as const;

/** A model that makes vectors. */
export const EMBEDDING: ModelRole = {
  script: join(import.meta.dirname, 'embed-child'),
  noun: 'embedding',
  key: 'embedding',
  without: 'set embedding.model to none for full-text search only',
  error: (trouble, message, options) => new EmbedderError(CODES[trouble], message, options),
  isDeath: (error) =>
    error instanceof EmbedderError &&
    (error.code === 'embedder-crashed' || error.code === 'embedder-timeout'),
};
