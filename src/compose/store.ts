import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { createTransformersEmbedder } from '../../index/embed/transformers-embedder.ts';
import { type ChunkStore, type Embedder, profileId } from '../../index/index.ts';
import { openLanceStore } from '../../index/store/lance-store.ts';
import { LAYOUT } from '../../index/store/layout.ts';
import type { Core } from './core.ts';

const LEXICAL = 'lexical';

/** The id of the configured embedder, as `meta` of the catalog keeps that of the index. */
export function embedderId({ profile }: Pick<Core, 'profile'>): string {
  return profile === null ? LEXICAL : profileId(profile);
}

/** The id of the embedder whose table answers; the configured one before anything is indexed. */
export async function answeringId(core: Pick<Core, 'catalog' | 'profile'>): Promise<string> {
  return (await core.catalog.meta('embedder')) ?? embedderId(core);
}

/** Opens the chunk table that answers, of whichever embedder it is. */
export async function openStore(core: Core): Promise<ChunkStore> {
  return openStoreIn(core, chunksFolder(core));
}

/** Opens the chunk table that answers in a folder, a backup for one. */
export async function openStoreIn(core: Core, folder: string): Promise<ChunkStore> {
  return openTable(folder, await answeringId(core));
}

export const chunksFolder = ({ config }: Pick<Core, 'config'>): string => join(config.data, 'chunks');

/**
 * Opens the chunk table of an embedder; `mayBeEmpty` is asked where it holds nothing, `fills` says that this process
 * fills a table which an update left to be made.
 * @throws {ChunkStoreError} when it cannot be opened
 */
export async function openTable(
  folder: string,
  embedder: string,
  options: { readonly mayBeEmpty?: () => Promise<boolean>; readonly fills?: boolean } = {},
): Promise<ChunkStore> {
  const table = `chunks_${createHash('sha256').update(`${LAYOUT} ${embedder}`).digest('hex').slice(0, 12)}`;
  return openLanceStore({ folder, table, dimensions: dimensionsOf(embedder), ...options });
}

/** As `profileId` writes them. */
function dimensionsOf(embedder: string): number | null {
  return embedder === LEXICAL ? null : Number(embedder.split('|').at(-3));
}

/** What people call an embedder. */
export function nameOf(embedder: string): string {
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
