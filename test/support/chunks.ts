import { scopeId, shareId } from '../../acl/index.ts';
import { type ChunkRow, documentId, likenessOf, type RowFilter, revisionId } from '../../index/index.ts';
import type { LexicalTerm, StoredChunk } from '../../index/store/chunk-store.ts';

export const DIMENSIONS = 16;

/** A number from a seed, the same on every run. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

export function unit(next: () => number): Float32Array {
  const vector = Float32Array.from({ length: DIMENSIONS }, () => next() - 0.5);
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

export const dot = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);

let count = 0;
export function chunk(fields: Partial<StoredChunk> = {}): StoredChunk {
  count += 1;
  const text = fields.text ?? 'nothing special';
  return {
    document: documentId(`d${count}`),
    revision: revisionId('r1'),
    ordinal: 0,
    scope: scopeId(1),
    share: shareId('docs'),
    path: `f${count}.txt`,
    type: 'txt',
    modified: 1_000,
    language: 'en',
    section: [],
    page: null,
    start: 0,
    end: text.length,
    likeness: likenessOf(text, fields.language ?? 'en'),
    text,
    headTerms: '',
    terms: text,
    vector: unit(random(count)),
    ...fields,
  };
}

export const words = (text: string): LexicalTerm[] =>
  text.split(' ').map((word) => ({ text: word, weight: 1, fuzzy: false }));
export const only = (...ids: readonly number[]): RowFilter => ({ scopes: ids.map(scopeId) });
export const documents = (rows: readonly ChunkRow[]): string[] => rows.map(({ document }) => document);
