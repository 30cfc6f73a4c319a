import type { FileReader } from '../../ingest/index.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Embedder } from '../embed/embedder.ts';
import type { ChunkWriter } from '../store/chunk-store.ts';
import type { Turn } from './turn.ts';

/** The parts that a pass works with. */
export interface PassDeps {
  readonly catalog: Catalog;
  readonly store: ChunkWriter;
  readonly pool: FileReader;
  /** Null for a lexical index. */
  readonly embedder: Embedder | null;
  readonly turn: Turn;
  readonly now: () => number;
  readonly newId: () => string;
}
