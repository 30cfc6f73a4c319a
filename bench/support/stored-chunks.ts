import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CatalogDocument, ChunkRow, ChunkStore } from '../../index/index.ts';
import { openLanceStore } from '../../index/store/lance-store.ts';
import type { Config } from '../../src/config/index.ts';

const TABLE_SUFFIX = '.lance';
const WINDOW = 2_000;

/**
 * Opens the one chunk table of a data folder, whatever its name: the composition root names it by the model.
 * @throws {Error} when there is not exactly one
 */
export async function openStoreOf(config: Config, dimensions: number | null): Promise<ChunkStore> {
  const folder = join(config.data, 'chunks');
  const [name, ...others] = readdirSync(folder).filter((entry) => entry.endsWith(TABLE_SUFFIX));
  if (name === undefined || others.length > 0) throw new Error(`${folder} does not hold exactly one table`);
  return openLanceStore({ folder, table: name.slice(0, -TABLE_SUFFIX.length), dimensions });
}

/** All current chunks of a document, in order. */
export async function chunksOf(store: ChunkStore, document: CatalogDocument): Promise<ChunkRow[]> {
  if (document.revision === null) return [];
  const rows: ChunkRow[] = [];
  for (let from = 0; ; from += WINDOW) {
    const page = await store.revision(document.id, document.revision, from, WINDOW);
    rows.push(...page);
    if (page.length < WINDOW) return rows;
  }
}
