import type { CatalogDocument, ChunkRow, RowFilter } from '../../index/index.ts';
import type { WithCopies } from './copies.ts';

/** A passage with its document as the catalog knows it now: it passed gate 2. */
export interface Hit {
  readonly row: ChunkRow;
  readonly document: CatalogDocument;
}

/** A hit with the others that say the same. */
export type Finding = WithCopies<Hit>;

/** The hit, when its document passed gate 2 with this revision and stands where the question looks; else none. */
export function stillReadable(
  row: ChunkRow,
  readable: ReadonlyMap<string, CatalogDocument>,
  filter: Omit<RowFilter, 'scopes'>,
): Hit[] {
  const document = readable.get(row.document);
  if (document === undefined || document.revision !== row.revision) return [];
  return standsInFilter(document, filter) ? [{ row, document }] : [];
}

/** The filter again by the catalog: chunks of a document just moved may still carry its old path. */
function standsInFilter(document: CatalogDocument, { share, under }: Omit<RowFilter, 'scopes'>): boolean {
  if (share !== undefined && document.share !== share) return false;
  if (under === undefined || under === '') return true;
  return document.path === under || document.path.startsWith(`${under}/`);
}

export const modifiedOf = ({ document }: Hit): number => document.modified;
