import type { ScopeId, Token } from '../../acl/index.ts';
import {
  type CatalogReader,
  type ChunkReader,
  type Dictionary,
  type Embedder,
  queryTerms,
  type RowFilter,
} from '../../index/index.ts';
import type { Wording } from './by-words.ts';
import { choose } from './choose.ts';
import { titleOf } from './citation.ts';
import { seemsAnswered } from './confidence.ts';
import { newestFirst } from './copies.ts';
import { gateOne, gateTwo } from './gates.ts';
import { type Finding, type Hit, modifiedOf, stillReadable } from './hits.ts';
import { weigherOf } from './minimise/asked.ts';
import { sentencesOnce } from './minimise/read-sentences.ts';
import { type Order, present, type SearchResult } from './present.ts';
import { type Reranking, rerank } from './rerank.ts';
import { type Mode, type Retrieval, retrieve } from './retrieve.ts';
import { readersWhileWanted, whileWanted } from './while-wanted.ts';
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
  /** By relevance when left out: how new a file is counts only when asked. */
  readonly order?: Order;
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
  const now = readersWhileWanted({ ...given }, asker.signal);
  const deps: SearchDeps = { ...now, embedder: now.embedder && whileWanted(now.embedder, asker.signal) };
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

  const { found, findings: gathered } = await gather(deps, query, { wording, scopes }, asker);
  const { findings, mark } = await inOrder(deps, query, gathered, asker);
  const weighed = gathered.slice(0, WEIGHED).map(({ item }) => item.row);
  // Not the languages of the whole index: those tell of hidden documents.
  const own = queryTerms(query.text, [...new Set(weighed.map(({ language }) => language))]);
  const weigh = weigherOf(query.text, weighed);
  const asked = weigh([...own, ...wording.alternatives]);
  const sentencesOf = sentencesOnce();
  const results = present(findings, {
    publicUrl: deps.publicUrl,
    asked,
    sentencesOf,
    budgetTokens: query.budgetTokens,
    order: query.order ?? 'relevance',
  });
  // What a dictionary puts in other words proves nothing by its absence.
  const bare = own.filter(({ word }) => !wording.known.has(word));
  const passages = findings.map(({ item }) => item.row);
  const answered = seemsAnswered(weigh(bare).words, passages, sentencesOf);
  const confidence = findings.length === 0 || answered === false ? LOW : {};
  return { mode: found.mode, ...mark, ...confidence, results };
}

/** The findings of an answer: the first as retrieved, or the best of more by the reranker. */
async function inOrder(
  { catalog, reranking = null }: SearchDeps,
  query: SearchQuery,
  gathered: readonly Finding[],
  asker: Asker,
): Promise<{ readonly findings: readonly Finding[]; readonly mark: Pick<SearchAnswer, 'reranked'> }> {
  if (reranking === null) return { findings: gathered.slice(0, query.limit), mark: {} };
  const { items, reranked } = await rerank(reranking, query.text, gathered, textForModel, asker.signal);
  const best = items.slice(0, query.limit);
  // Reading them took a while: what may be read is asked once more, of copies too.
  const ids = best.flatMap(membersOf).map(({ document }) => document.id);
  const readable = await gateTwo(catalog, await asker.currentToken(), ids);
  const findings = best.flatMap((finding): Finding[] => {
    const members = membersOf(finding).flatMap(({ row }) => stillReadable(row, readable, query.filter));
    const shown = newestFirst(members, modifiedOf);
    return shown === null ? [] : [shown];
  });
  return { findings, mark: { reranked } };
}

const membersOf = ({ item, copies }: Finding): readonly Hit[] => [item, ...copies];

function textForModel({ item: { row, document } }: Finding): string {
  return `${[titleOf(document), ...row.section].join(' › ')}\n${row.text}`;
}

/** Retrieves and passes gate 2, looking deeper when too little is left or one document crowds out all others. */
async function gather(
  { catalog, chunks, embedder }: SearchDeps,
  query: SearchQuery,
  { wording, scopes }: { readonly wording: Wording; readonly scopes: readonly ScopeId[] },
  asker: Asker,
): Promise<{ readonly found: Retrieval; readonly findings: readonly Finding[] }> {
  for (let limit = Math.max(MIN_CANDIDATES, query.limit * OVERFETCH); ; limit *= DEEPER) {
    const question = { text: query.text, wording, limit };
    const found = await retrieve({ chunks, embedder }, question, { ...query.filter, scopes }, asker.signal);
    const ids = found.rows.map(({ document }) => document);
    const readable = await gateTwo(catalog, await asker.currentToken(), ids);
    const hits = found.rows.flatMap((row) => stillReadable(row, readable, query.filter));
    const findings = choose(hits, query.text, query.limit);
    const shown = findings.slice(0, query.limit);
    const documents = new Set(shown.map(({ item }) => item.document.id));
    const crowded = shown.length < query.limit || documents.size === 1;
    const exhausted = found.rows.length < limit || limit >= MAX_CANDIDATES;
    if (!crowded || exhausted) return { found, findings };
  }
}
