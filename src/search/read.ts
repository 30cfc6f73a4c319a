import { type CatalogDocument, type ChunkRow, ChunkStoreError, type RevisionId } from '../../index/index.ts';
import { citationUrl, onwardReference, parseReference, type Reference, titleOf } from './citation.ts';
import { gateTwo } from './gates.ts';
import { CHARACTERS_PER_TOKEN } from './minimise/snippet.ts';
import type { Asker, SearchDeps } from './search.ts';
import { readersWhileWanted } from './while-wanted.ts';

/** A stretch of a document with its citation and the way to go on. */
export interface Reading {
  readonly id: string;
  readonly document: CatalogDocument;
  readonly title: string;
  readonly text: string;
  readonly url: string;
  readonly section: readonly string[];
  readonly page: number | null;
  readonly lastPage: number | null;
  readonly revision: RevisionId;
  /** Id to read on from; null at the end. */
  readonly next: string | null;
  /** The reference named an older revision: the text is that of the current one, from its beginning. */
  readonly changed: boolean;
  /** The referenced passage, for showing it in its place; null when a document was asked for. */
  readonly passage: ChunkRow | null;
  readonly chunks: readonly ChunkRow[];
}

/** Chunks looked at before a passage to find where its section begins, and read at once. */
const BEFORE = 40;
const WINDOW = 120;

/**
 * Reads the section a passage stands in, or a document from its beginning, up to a budget of tokens.
 * Null when there is no such document, when the asker may not read it, and when the id is no id: the three
 * look alike.
 */
export async function read(
  given: Pick<SearchDeps, 'catalog' | 'chunks' | 'publicUrl'>,
  query: { readonly id: string; readonly budgetTokens: number },
  asker: Asker,
): Promise<Reading | null> {
  const deps = readersWhileWanted(given, asker.signal);
  const reference = parseReference(query.id);
  if (reference === null) return null;
  const document = await permitted(deps, reference, asker);
  if (document === null || document.revision === null) return null;
  const { revision } = document;
  const changed = reference.passage !== null && reference.passage.revision !== revision;
  const ordinal = reference.passage === null || changed ? null : reference.passage.ordinal;
  const onward = ordinal !== null && reference.passage?.onward === true;
  const from = Math.max(0, (ordinal ?? 0) - (onward ? 0 : BEFORE));
  const rows = await deps.chunks.revision(document.id, revision, from, WINDOW);
  // Between retrieval and here the document may have been replaced or hidden: ask again before text leaves.
  const still = await permitted(deps, reference, asker);
  if (still?.revision !== revision) return null;
  if (rows.length === 0 && from < still.chunks) {
    // Never an empty text for a document that has some: it would be taken for all there is.
    throw new ChunkStoreError(
      'store-unavailable',
      `the passages of document ${still.id} are gone: run \`ntk doctor --mend\` and then \`ntk ingest\``,
    );
  }

  const stretch = cut(rows, onward ? null : ordinal, query.budgetTokens * CHARACTERS_PER_TOKEN);
  const first = stretch[0];
  const last = stretch.at(-1);
  const end = (last?.ordinal ?? -1) + 1;
  const passage = ordinal === null ? null : (rows.find((row) => row.ordinal === ordinal) ?? null);
  if (ordinal !== null && passage === null) return null;
  const id = changed ? document.id : query.id;
  return {
    id,
    document: still,
    title: titleOf(still),
    text: render(stretch),
    url: citationUrl(deps.publicUrl, id),
    section: first?.section ?? [],
    page: first?.page ?? null,
    lastPage: last?.page ?? null,
    revision,
    next: end < document.chunks ? onwardReference({ document: document.id, revision, ordinal: end }) : null,
    changed,
    passage,
    chunks: stretch,
  };
}

/** The document as the catalog has it now, if the asker may read it now. */
export async function permitted(
  { catalog }: Pick<SearchDeps, 'catalog'>,
  reference: Reference,
  asker: Asker,
): Promise<CatalogDocument | null> {
  const readable = await gateTwo(catalog, await asker.currentToken(), [reference.document]);
  return readable.get(reference.document) ?? null;
}

/** The asked passage's section from its beginning, or all from the first row; never over the budget but by its first chunk. */
function cut(rows: readonly ChunkRow[], ordinal: number | null, budget: number): ChunkRow[] {
  let begin = 0;
  let sectionOf: ChunkRow | undefined;
  if (ordinal !== null) {
    begin = rows.findIndex((row) => row.ordinal === ordinal);
    if (begin < 0) return [];
    sectionOf = rows[begin];
    // The asked passage itself always fits behind what is shown before it.
    let room = Math.min(budget / 2, budget - (sectionOf?.text.length ?? 0));
    for (let at = begin - 1; at >= 0; at -= 1) {
      const row = rows[at];
      if (row === undefined || !sameSection(row, sectionOf) || row.text.length > room) break;
      room -= row.text.length;
      begin = at;
    }
  }
  const stretch: ChunkRow[] = [];
  let left = budget;
  for (const row of rows.slice(begin)) {
    if (stretch.length > 0 && row.text.length > left) break;
    if (sectionOf !== undefined && row.ordinal > sectionOf.ordinal && !sameSection(row, sectionOf)) break;
    stretch.push(row);
    left -= row.text.length;
  }
  return stretch;
}

function sameSection(a: ChunkRow, b: ChunkRow | undefined): boolean {
  return (
    b !== undefined &&
    a.section.length === b.section.length &&
    a.section.every((part, at) => part === b.section[at])
  );
}

/** Text with a line for each new heading path or page, so that a reader can cite what follows. */
function render(rows: readonly ChunkRow[]): string {
  const lines: string[] = [];
  let heading = '';
  for (const row of rows) {
    const page = row.page === null ? '' : `[${row.page}] `;
    const next = `${page}${row.section.join(' › ')}`.trim();
    if (next !== heading && next !== '') lines.push(`${lines.length === 0 ? '' : '\n'}## ${next}`);
    heading = next;
    lines.push(row.text);
  }
  return lines.join('\n');
}
