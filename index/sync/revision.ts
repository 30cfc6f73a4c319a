import { createHash } from 'node:crypto';
import type { Chunk, ReadOutcome } from '../../ingest/index.ts';
import { passageTerms } from '../analysis/analyse.ts';
import { likenessOf } from '../analysis/same-words.ts';
import { type CatalogDocument, type DocumentId, type RevisionId, revisionId } from '../catalog/catalog.ts';
import type { StoredChunk } from '../store/chunk-store.ts';
import { LAYOUT } from '../store/layout.ts';

/** Raised whenever parsing, chunking or analysis changes what a file becomes. */
const RULES = 13;
/** What a file becomes, and how it is stored. Where that changed, the next pass reads all again. */
export const PIPELINE = `${RULES}.${LAYOUT}`;

/** Digits of the revision's hash that are kept: 64 bits tell any two contents of one document apart. */
const REVISION_DIGITS = 16;

/** Names one content state of one document; `generation` grows when an index is rebuilt on purpose. */
export function revisionOf(document: DocumentId, contentHash: string, generation: number): RevisionId {
  const text = `${document}\n${contentHash}\n${PIPELINE}\n${generation}`;
  return revisionId(createHash('sha256').update(text).digest('hex').slice(0, REVISION_DIGITS));
}

/**
 * Names what reading gave of a content: under other rules, or with a program that was installed since, the same bytes
 * become other passages, and those must not pass for the ones that are stored.
 */
export function readingHash({
  hash,
  type,
  title,
  chunks,
}: Pick<Extract<ReadOutcome, { kind: 'read' }>, 'hash' | 'type' | 'title' | 'chunks'>): string {
  const digest = createHash('sha256').update(JSON.stringify([hash, type, title]));
  for (const chunk of chunks) digest.update(JSON.stringify(chunk));
  return digest.digest('hex');
}

/** Words of a title, heading path and file path that stand in front of a passage when it is embedded. */
export function passageContext(document: CatalogDocument, chunk: Pick<Chunk, 'section'>): string {
  return headings(document, chunk).join(' › ');
}

/** Title and heading path, the title once: in most pages and reports it is the first heading as well. */
function headings({ title }: Pick<CatalogDocument, 'title'>, { section }: Pick<Chunk, 'section'>): string[] {
  return [title ?? '', ...section].filter((part, at, all) => part !== '' && (at !== 1 || part !== all[0]));
}

/** The stored form of a chunk without its vector. */
export function storedChunk(document: CatalogDocument, revision: RevisionId, chunk: Chunk): StoredChunk {
  const { scope, type } = document;
  if (scope === null || type === null) throw new Error(`document ${document.id} has no scope or type`);
  const head = passageTerms(
    [...headings(document, chunk), pathWords(document.path)].join(' '),
    chunk.language,
  );
  return {
    document: document.id,
    revision,
    ordinal: chunk.ordinal,
    scope,
    share: document.share,
    path: document.path,
    type,
    modified: document.modified,
    language: chunk.language,
    section: chunk.section,
    page: chunk.page,
    start: chunk.start,
    end: chunk.end,
    likeness: likenessOf(chunk.text, chunk.language),
    text: chunk.text,
    headTerms: head.join(' '),
    // The head counts as part of the passage too, twice: a word of the title ranks among the words of the text.
    terms: [...head, ...head, ...passageTerms(chunk.text, chunk.language)].join(' '),
    vector: null,
  };
}

/** A path as words: folders and name without extension, `_` and `-` as spaces. */
function pathWords(path: string): string {
  return path.replace(/\.[^./]{1,8}$/, '').replace(/[/_-]+/g, ' ');
}
