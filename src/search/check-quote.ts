import {
  type ChunkReader,
  type ChunkRow,
  condense,
  type DocumentId,
  essence,
  gapBetween,
  HYPHEN_AT_END,
  type RevisionId,
  SMALL_AT_START,
} from '../../index/index.ts';
import { citationUrl, parseReference, passageReference } from './citation.ts';
import { permitted } from './read.ts';
import type { Asker, SearchDeps } from './search.ts';
import { readersWhileWanted } from './while-wanted.ts';

/** Whether a quote stands in the current revision of a document, and where. */
export interface QuoteCheck {
  readonly found: boolean;
  /** The id names the current revision. */
  readonly current: boolean;
  readonly id: string | null;
  readonly section: readonly string[];
  readonly page: number | null;
  readonly url: string | null;
}

/** Chunks compared at once; quotes may run over their borders. */
const WINDOW = 200;
const MIN_LETTERS = 3;

/**
 * Looks a quote up in the document it is said to come from. White space, hyphenation, case, ligatures and typographic
 * quotes do not matter; every letter and digit does, and numbers agree only as they are written (see `essence`). A
 * quote begins and ends with whole words and numbers: `25 days` does not stand in `125 days`, nor `legal` in `illegal`.
 * Null when there is no such document or the asker may not read it.
 */
export async function checkQuote(
  given: Pick<SearchDeps, 'catalog' | 'chunks' | 'publicUrl'>,
  query: { readonly id: string; readonly quote: string },
  asker: Asker,
): Promise<QuoteCheck | null> {
  const deps = readersWhileWanted(given, asker.signal);
  const reference = parseReference(query.id);
  if (reference === null) return null;
  const document = await permitted(deps, reference, asker);
  if (document === null || document.revision === null) return null;
  const { revision } = document;
  const current = reference.passage === null || reference.passage.revision === revision;
  const wanted = essence(query.quote);
  const row = wanted.length < MIN_LETTERS ? null : await find(deps.chunks, document.id, revision, wanted);
  const still = await permitted(deps, reference, asker);
  if (still?.revision !== revision) return null;
  if (row === null) return { found: false, current, id: null, section: [], page: null, url: null };
  const id = passageReference(row);
  const url = citationUrl(deps.publicUrl, id);
  return { found: true, current, id, section: row.section, page: row.page, url };
}

async function find(
  chunks: ChunkReader,
  document: DocumentId,
  revision: RevisionId,
  wanted: string,
): Promise<ChunkRow | null> {
  let carried: readonly ChunkRow[] = [];
  for (let from = 0; ; from += WINDOW) {
    const rows = await chunks.revision(document, revision, from, WINDOW);
    const near = [...carried, ...rows];
    const hit = locate(near, wanted);
    if (hit !== null || rows.length < WINDOW) return hit;
    carried = tail(near, wanted.length);
  }
}

/** The last rows that together are long enough to hold the beginning of a quote. */
function tail(rows: readonly ChunkRow[], length: number): readonly ChunkRow[] {
  let left = length;
  let at = rows.length;
  while (at > 0 && left > 0) {
    at -= 1;
    left -= essence(rows[at]?.text ?? '').length;
  }
  return rows.slice(at);
}

/** The row in which the quote begins. */
function locate(rows: readonly ChunkRow[], wanted: string): ChunkRow | null {
  let text = '';
  const starts: number[] = [];
  const inner = new Set<number>();
  let before = '';
  for (const row of rows) {
    const own = condense(row.text);
    text += gapBetween(text, own.text);
    if (HYPHEN_AT_END.test(before) && SMALL_AT_START.test(row.text)) inner.add(text.length);
    starts.push(text.length);
    for (const at of own.inner) inner.add(text.length + at);
    text += own.text;
    before = row.text;
  }
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    if (inner.has(at) || inner.has(at + wanted.length)) continue;
    const index = starts.findLastIndex((start) => start <= at);
    return rows[index] ?? null;
  }
  return null;
}
