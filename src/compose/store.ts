import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { createTransformersEmbedder } from '../../index/embed/transformers-embedder.ts';
import { type ChunkStore, ChunkStoreError, type Embedder, profileId } from '../../index/index.ts';
import { LAYOUT } from '../../index/store/lance-schema.ts';
import { openLanceStore } from '../../index/store/lance-store.ts';
import type { Core } from './core.ts';

const LEXICAL = 'lexical';

export function embedderId({ profile }: Core): string {
  return profile === null ? LEXICAL : profileId(profile);
}

/** Opens the chunk table of the configured model, refusing an index that was made with another. */
export async function openStore(core: Core): Promise<ChunkStore> {
  const { config, catalog } = core;
  const wanted = embedderId(core);
  const stored = await catalog.meta('embedder');
  if (stored !== null && stored !== wanted) {
    throw new ChunkStoreError(
      'store-mismatch',
      `the index was made with the model ${nameOf(stored)} but the configuration names ${nameOf(wanted)}: run \`ntk ingest --rebuild\``,
    );
  }
  return openStoreIn(core, join(config.data, 'chunks'));
}

/** Opens the chunk table of the configured model in a folder. */
export async function openStoreIn(core: Core, folder: string): Promise<ChunkStore> {
  const wanted = embedderId(core);
  const table = `chunks_${createHash('sha256').update(`${LAYOUT} ${wanted}`).digest('hex').slice(0, 12)}`;
  return openLanceStore({
    folder,
    table,
    dimensions: core.profile?.dimensions ?? null,
  });
}

function nameOf(embedder: string): string {
  return embedder === LEXICAL ? 'none' : (embedder.split('|')[0] ?? embedder);
}

export async function openEmbedder({ config, profile }: Core): Promise<Embedder | null> {
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
