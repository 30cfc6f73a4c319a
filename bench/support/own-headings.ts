import type { CatalogDocument } from '../../index/index.ts';
import { loadConfig } from '../../src/config/index.ts';
import { chunksOf, openStoreOf } from './stored-chunks.ts';

const MIN_WORDS = 2;

/** Titles and headings of the indexed documents, each once, at most `count`, spread evenly over them all. */
export async function ownHeadings(
  configFile: string,
  dimensions: number | null,
  documents: readonly CatalogDocument[],
  count: number,
): Promise<string[]> {
  const store = await openStoreOf(await loadConfig(configFile), dimensions);
  const headings = new Set<string>();
  for (const document of documents) {
    if (document.title !== null) headings.add(document.title);
    for (const { section } of await chunksOf(store, document)) {
      const last = section.at(-1);
      if (last !== undefined) headings.add(last);
    }
  }
  await store.close();
  const usable = [...headings].filter((heading) => heading.split(/\s+/).length >= MIN_WORDS);
  const step = Math.max(1, usable.length / count);
  const taken = new Set<string>();
  for (let at = 0; at < usable.length; at += step) {
    const heading = usable[Math.floor(at)];
    if (heading !== undefined) taken.add(heading);
  }
  return [...taken].slice(0, count);
}
