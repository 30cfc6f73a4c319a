import type { ScopeId, ShareId, Token } from '../../acl/index.ts';
import {
  type CatalogDocument,
  type CatalogReader,
  type ChunkReader,
  type ChunkRow,
  type Dictionary,
  type Embedder,
  passageTerms,
  queryTerms,
  type RowFilter,
} from '../../index/index.ts';
import type { Wording } from './by-words.ts';
import { citationUrl, passageReference, titleOf } from './citation.ts';
import { seemsAnswered } from './confidence.ts';
import { gateOne, gateTwo } from './gates.ts';
import { weighWords } from './minimise/asked.ts';
import { CHARACTERS_PER_TOKEN, snippet, snippetBudget } from './minimise/snippet.ts';
import { type Reranking, rerank } from './rerank.ts';
import { type Mode, type Retrieval, retrieve } from './retrieve.ts';
import { wordingOf } from './wording.ts';

export interface SearchDeps {
  readonly catalog: CatalogReader;
  readonly chunks: ChunkReader;
  /** Null for a lexical index. */
  readonly embedder: Embedder | null;
  /** Null or left out where no reranker is configured. */
  readonly reranking?: Reranking | null;
  /** Words and what they mean in other languages; left out where the operator provides none. */
  readonly dictionary?: { current(): Promise<Dictionary> } | null;
  readonly publicUrl: string;
}

export interface SearchQuery {
  readonly text: string;
  readonly limit: number;
  /** Tokens of the whole answer, citations included. */
  readonly budgetTokens: number;
  readonly filter: Omit<RowFilter, 'scopes'>;
}

export interface SearchResult {
  readonly id: string;
  /** 1 is best. */
  readonly rank: number;
  readonly share: ShareId;
  readonly path: string;
  readonly title: string;
  readonly section: readonly string[];
  readonly page: number | null;
  readonly snippet: string;
  readonly url: string;
  /** ISO time of the file's last modification. */
  readonly modified: string;
  readonly revision: string;
}

export interface SearchAnswer {
  readonly mode: Mode;
  /** Whether the order is that of the reranker; left out where none is configured. */
  readonly reranked?: boolean;
  /** `low` when no passage that the asker may read seems to answer: the nearest ones follow, if any. */
  readonly confidence?: 'low';
  readonly results: readonly SearchResult[];
}

/** The part of a call that decides who asks. */
export interface Asker {
  readonly token: Token;
  currentToken(): Promise<Token>;
  readonly signal: AbortSignal;
}

/** Candidates for each wanted result: copies and further passages of one document are left out later. */
const OVERFETCH = 6;
const MIN_CANDIDATES = 50;
/** Too few hits although there were candidates enough: look this much deeper, up to a limit. */
const DEEPER = 4;
const MAX_CANDIDATES = 800;
/** Passages of one document in an answer: others get their turn. */
const PER_DOCUMENT = 3;
/** Characters up to which a passage may be a mere title line. */
const TITLE_LINE = 80;
/** Characters that path, title, headings and link of a result take, about. */
const CITATION_LENGTH = 400;
const MIN_SNIPPET = 160;
/** Candidates by which the words of a question are weighed, however many results are wanted. */
const WEIGHED = 50;
const LOW = { confidence: 'low' } as const;

/**
 * Finds the passages that answer, among those the asker may read.
 *
 * share -> gate 1 -> rank -> gate 2 -> minimise. Every face calls this one function.
 */
export async function search(given: SearchDeps, query: SearchQuery, asker: Asker): Promise<SearchAnswer> {
  // INVARIANT: one question has one table and its embedder throughout; meanwhile they may become others.
  const deps: SearchDeps = { ...given };
  const { catalog, embedder } = deps;
  const mode: Mode = embedder === null ? 'lexical' : 'hybrid';
  const scopes = await gateOne(catalog, asker.token);
  const wording = wordingOf(
    query.text,
    await catalog.languages(),
    (await deps.dictionary?.current()) ?? null,
  );
  const { terms } = wording;
  const { reranking = null } = deps;
  if (scopes.length === 0 || terms.length === 0) {
    return { mode, ...(reranking === null ? {} : { reranked: false }), ...LOW, results: [] };
  }

  const { found, hits: gathered } = await gather(deps, query, { wording, scopes }, asker);
  const { hits, mark } = await inOrder(deps, query, gathered, asker);
  const weighed = gathered.slice(0, WEIGHED).map(({ row }) => row);
  // Not the languages of the whole index: those tell of hidden documents.
  const own = queryTerms(query.text, [...new Set(weighed.map(({ language }) => language))]);
  const asked = weighWords(query.text, [...own, ...wording.alternatives], weighed);
  const room = query.budgetTokens * CHARACTERS_PER_TOKEN;
  const share = room / Math.max(1, hits.length) - CITATION_LENGTH;
  const snippetRoom = Math.max(MIN_SNIPPET, share);
  const results = hits.map(({ row, document }, at): SearchResult => {
    const id = passageReference(row);
    return {
      id,
      rank: at + 1,
      share: document.share,
      path: document.path,
      title: titleOf(document),
      section: row.section,
      page: row.page,
      snippet: snippet(row.text, row.language, asked, snippetBudget(row.text.length, snippetRoom)),
      url: citationUrl(deps.publicUrl, id),
      modified: new Date(document.modified).toISOString(),
      revision: row.revision,
    };
  });
  // What a dictionary puts in other words proves nothing by its absence.
  const bare = own.filter(({ word }) => !wording.known.has(word));
  const passages = hits.map(({ row }) => row);
  const answered = seemsAnswered(weighWords(query.text, bare, weighed).words, passages);
  const confidence = hits.length === 0 || answered === false ? LOW : {};
  return { mode: found.mode, ...mark, ...confidence, results: withinRoom(results, room) };
}

/** The first results whose text, citations included, fits; always one. */
function withinRoom(results: readonly SearchResult[], room: number): SearchResult[] {
  let left = room;
  const fitting = results.findIndex((result) => {
    left -= JSON.stringify(result).length;
    return left < 0;
  });
  return fitting < 0 ? [...results] : results.slice(0, Math.max(1, fitting));
}

/** The hits of an answer: the first as retrieved, or the best of more by the reranker. */
async function inOrder(
  { catalog, reranking = null }: SearchDeps,
  query: SearchQuery,
  gathered: readonly Hit[],
  asker: Asker,
): Promise<{ readonly hits: readonly Hit[]; readonly mark: Pick<SearchAnswer, 'reranked'> }> {
  if (reranking === null) return { hits: gathered.slice(0, query.limit), mark: {} };
  const { items, reranked } = await rerank(reranking, query.text, gathered, textForModel, asker.signal);
  const hits = items.slice(0, query.limit);
  // Reading them took a while: what may be read is asked once more.
  const ids = hits.map(({ document }) => document.id);
  const readable = await gateTwo(catalog, await asker.currentToken(), ids);
  return {
    hits: hits.flatMap(({ row }) => stillReadable(row, readable, query)),
    mark: { reranked },
  };
}

function textForModel({ row, document }: Hit): string {
  return `${[titleOf(document), ...row.section].join(' › ')}\n${row.text}`;
}

/** Retrieves and passes gate 2, looking deeper when too little is left or one document crowds out all others. */
async function gather(
  { catalog, chunks, embedder }: SearchDeps,
  query: SearchQuery,
  { wording, scopes }: { readonly wording: Wording; readonly scopes: readonly ScopeId[] },
  asker: Asker,
): Promise<{ readonly found: Retrieval; readonly hits: readonly Hit[] }> {
  for (let limit = Math.max(MIN_CANDIDATES, query.limit * OVERFETCH); ; limit *= DEEPER) {
    const question = { text: query.text, wording, limit };
    const found = await retrieve({ chunks, embedder }, question, { ...query.filter, scopes }, asker.signal);
    const ids = found.rows.map(({ document }) => document);
    const readable = await gateTwo(catalog, await asker.currentToken(), ids);
    const { varied, rest } = choose(found.rows, readable, query);
    const hits = [...varied, ...rest].slice(0, query.limit);
    const crowded = hits.length < query.limit || new Set(hits.map(({ document }) => document.id)).size === 1;
    const exhausted = found.rows.length < limit || limit >= MAX_CANDIDATES;
    if (!crowded || exhausted) return { found, hits: [...varied, ...rest] };
  }
}

interface Hit {
  readonly row: ChunkRow;
  readonly document: CatalogDocument;
}

/**
 * Keeps hits of current revisions and drops equal passages. The fourth passage of one document gives way to
 * other documents, as does a title line, which matches every word of the title and answers nothing: the `rest`
 * comes back where the others do not fill the answer.
 */
function choose(
  found: readonly ChunkRow[],
  readable: ReadonlyMap<string, CatalogDocument>,
  query: SearchQuery,
): { readonly varied: readonly Hit[]; readonly rest: readonly Hit[] } {
  const bodies = new Set<string>();
  const hits = found.flatMap((row): Hit[] => {
    const hit = stillReadable(row, readable, query);
    if (hit.length === 0 || bodies.has(row.text)) return [];
    bodies.add(row.text);
    return hit;
  });
  const perDocument = new Map<string, number>();
  const varied: Hit[] = [];
  const rest: Hit[] = [];
  for (const hit of hits) {
    const count = (perDocument.get(hit.document.id) ?? 0) + 1;
    perDocument.set(hit.document.id, count);
    (count > PER_DOCUMENT || isTitleLine(hit) ? rest : varied).push(hit);
  }
  return { varied, rest };
}

/** The hit, when its document passed gate 2 with this revision and stands where the question looks; else none. */
function stillReadable(
  row: ChunkRow,
  readable: ReadonlyMap<string, CatalogDocument>,
  { filter }: SearchQuery,
): Hit[] {
  const document = readable.get(row.document);
  if (document === undefined || document.revision !== row.revision) return [];
  return standsInFilter(document, filter) ? [{ row, document }] : [];
}

/** Whether a short passage hardly says more than its own title and headings. */
function isTitleLine({ row, document }: Hit): boolean {
  if (row.text.length > TITLE_LINE) return false;
  const words = new Set(passageTerms(row.text, row.language));
  const head = new Set(passageTerms([titleOf(document), ...row.section].join(' '), row.language));
  return [...words].filter((word) => head.has(word)).length * 2 >= words.size;
}

/** The filter again by the catalog: chunks of a document just moved may still carry its old path. */
function standsInFilter(document: CatalogDocument, { share, under }: SearchQuery['filter']): boolean {
  if (share !== undefined && document.share !== share) return false;
  if (under === undefined || under === '') return true;
  return document.path === under || document.path.startsWith(`${under}/`);
}
