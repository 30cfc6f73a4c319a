import { createTransformersEmbedder } from '../../index/embed/transformers-embedder.ts';
import { type CatalogDocument, profileOf } from '../../index/index.ts';
import { loadConfig } from '../../src/config/index.ts';
import { watchTree } from './process-tree.ts';
import { chunksOf, openStoreOf } from './stored-chunks.ts';

/** As many texts as the pass gives the embedder at once. */
const BATCH = 2_000;

export interface BareRun {
  readonly chunksPerSecond: number;
  readonly cpuSeconds: number;
}

/**
 * What the embedder alone takes for the texts the pass gave it: same model, threads and batch
 * size, the model already loaded, nothing read, parsed or written.
 */
export async function runBareEmbedder(
  configFile: string,
  documents: readonly CatalogDocument[],
): Promise<BareRun> {
  const config = await loadConfig(configFile);
  const profile = profileOf(config.embedding);
  const texts: string[] = [];
  const store = await openStoreOf(config, profile.dimensions);
  for (const document of documents) {
    for (const { section, text } of await chunksOf(store, document)) {
      // As `passageContext` of index/sync/revision.ts writes it.
      const head = [document.title, ...section].filter((part) => part !== null && part !== '');
      texts.push(`${head.join(' › ')}\n${text}`);
    }
  }
  await store.close();
  const embedder = await createTransformersEmbedder({
    profile,
    modelPath: config.embedding.path,
    cacheDir: config.embedding.cache,
    allowDownload: false,
    remoteHost: undefined,
    threads: config.embedding.threads ?? config.ingest.workers,
  });
  try {
    await embedder.embed(texts.slice(0, 8), 'passage');
    const watch = watchTree(process.pid);
    const started = performance.now();
    for (let at = 0; at < texts.length; at += BATCH) {
      await embedder.embed(texts.slice(at, at + BATCH), 'passage');
    }
    const seconds = (performance.now() - started) / 1000;
    return { chunksPerSecond: texts.length / seconds, cpuSeconds: watch.stop().cpuSeconds };
  } finally {
    await embedder.close();
  }
}
