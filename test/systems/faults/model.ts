import { join } from 'node:path';
import type { Descendant } from './ntk.ts';

/** Settings of a real model that loads in a moment. */
export const TINY_MODEL = {
  embedding: {
    model: 'ntk/tiny-embedder',
    path: join(import.meta.dirname, '../../models/tiny-embedder'),
    download: false,
    dimensions: 48,
    pooling: 'mean',
    threads: 1,
  },
};

/** The processes among these that hold a model. */
export function embedders(children: readonly Descendant[]): number[] {
  return children.filter(({ command }) => command.includes('embed-child')).map(({ pid }) => pid);
}
