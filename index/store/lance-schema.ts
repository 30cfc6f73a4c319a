import { Field, FixedSizeList, Float32, Float64, Int32, Schema, Utf8 } from 'apache-arrow';
import { shareId } from '../../acl/index.ts';
import type { ChunkRow, KeptChunk, StoredChunk } from './chunk-store.ts';

/**
 * Columns a search reads. Each costs a question about 1.5 ms where a million rows are stored, so that what no filter
 * asks for stands in one: `passage`. A path may change without the passage.
 */
export const ROW_COLUMNS = ['passage', 'terms', 'path'];

/** Columns of a chunk that is read whole. */
export const KEPT_COLUMNS = [...ROW_COLUMNS, 'share'];

/** Schema of the chunk table; `dimensions` null leaves the vector column out. */
export function chunkSchema(dimensions: number | null): Schema {
  const text = (name: string): Field => new Field(name, new Utf8(), false);
  const whole = (name: string): Field => new Field(name, new Int32(), false);
  const fields = [
    text('document'),
    text('revision'),
    whole('ordinal'),
    whole('scope'),
    text('share'),
    text('path'),
    text('type'),
    new Field('modified', new Float64(), false),
    text('language'),
    text('passage'),
    text('head_terms'),
    text('terms'),
  ];
  if (dimensions !== null) {
    const item = new Field('item', new Float32(), true);
    fields.push(new Field('vector', new FixedSizeList(dimensions, item), false));
  }
  return new Schema(fields);
}

/** What of a chunk never changes and no filter asks for; as JSON in the column `passage`. */
type Passage = Pick<
  StoredChunk,
  | 'document'
  | 'revision'
  | 'ordinal'
  | 'language'
  | 'section'
  | 'page'
  | 'start'
  | 'end'
  | 'likeness'
  | 'headTerms'
  | 'text'
>;

export function toRecord(chunk: StoredChunk): Record<string, unknown> {
  const { headTerms, vector, section, page, start, end, likeness, text, ...columns } = chunk;
  const { document, revision, ordinal, language } = columns;
  const passage: Passage = {
    document,
    revision,
    ordinal,
    language,
    section,
    page,
    start,
    end,
    likeness,
    headTerms,
    text,
  };
  return {
    ...columns,
    passage: JSON.stringify(passage),
    head_terms: headTerms,
    ...(vector === null ? {} : { vector }),
  };
}

/** Row as LanceDB gives it back. */
export interface ChunkRecord {
  readonly passage: string;
  readonly terms: string;
  readonly path: string;
}

/** As `ChunkRecord`, with `KEPT_COLUMNS`. */
export interface KeptRecord extends ChunkRecord {
  readonly share: string;
}

/** A row with the terms of its head alone. */
export interface ReadRow {
  readonly row: ChunkRow;
  readonly headTerms: string;
}

export function fromRecord({ passage, terms, path }: ChunkRecord): ReadRow {
  const { start: _start, end: _end, headTerms, ...row } = JSON.parse(passage) as Passage;
  return { row: { ...row, terms, path }, headTerms };
}

export function fromKept({ passage, terms, path, share }: KeptRecord): KeptChunk {
  const { headTerms: _head, ...chunk } = JSON.parse(passage) as Passage;
  return { ...chunk, terms, path, share: shareId(share) };
}
