import { Index, type Table } from '@lancedb/lancedb';
import { PART_ROWS } from './nearest-plan.ts';

/** Terms are folded, stemmed and filtered by our own analysis; the store only splits them at white space. */
const TERMS_INDEX = {
  baseTokenizer: 'whitespace',
  lowercase: false,
  stem: false,
  removeStopWords: false,
  asciiFolding: false,
  withPosition: false,
  maxTokenLength: 80,
} as const;

/** When an index over vectors is made. */
export interface VectorIndexSizes {
  /** Rows from which on there is one; a flat scan is faster below. */
  readonly from: number;
  /** Made for a table this many times smaller, its parts have grown too large: it is made anew. */
  readonly outgrown: number;
}

const SIZES: VectorIndexSizes = { from: 50_000, outgrown: 4 };
/** Bits a number: with one, hundreds of whole vectors must be read again to find the right ten. */
const BITS = 4;
const NAME = `vector_rq${BITS}_p${PART_ROWS}_`;

/** Makes the indices that are missing: a process may have died before it made them all. */
export async function completeIndices(table: Table): Promise<void> {
  const present = (await table.listIndices()).flatMap(({ columns }) => columns);
  for (const column of ['scope', 'document', 'terms', 'head_terms']) {
    if (present.includes(column)) continue;
    const config = column.endsWith('terms') ? Index.fts(TERMS_INDEX) : Index.btree();
    await table.createIndex(column, { config });
  }
}

/**
 * Builds the index over vectors where a table has grown large enough for one, or out of the one it has. Its name tells
 * how it was made and for how many rows. The old one answers until the new one is whole.
 */
export async function completeVectorIndex(table: Table, sizes = SIZES): Promise<void> {
  const rows = await table.countRows();
  const names = (await table.listIndices())
    .filter(({ columns }) => columns.includes('vector'))
    .map(({ name }) => name);
  const madeFor = names
    .filter((name) => name.startsWith(NAME))
    .map((name) => Number(name.slice(NAME.length)));
  const enough = rows < sizes.from || madeFor.some((made) => rows < made * sizes.outgrown);
  if (enough) return;
  const numPartitions = Math.max(1, Math.round(rows / PART_ROWS));
  const config = Index.ivfRq({ distanceType: 'dot', numBits: BITS, numPartitions });
  await table.createIndex('vector', { config, name: `${NAME}${rows}`, replace: false });
  for (const name of names) await table.dropIndex(name);
}
