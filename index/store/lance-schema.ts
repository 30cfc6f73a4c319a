import { Field, FixedSizeList, Float32, Float64, Int32, Schema, Utf8 } from 'apache-arrow';
import { shareId } from '../../acl/index.ts';
import type { Language } from '../../ingest/index.ts';
import { documentId, revisionId } from '../catalog/catalog.ts';
import type { ChunkRow, KeptChunk, StoredChunk } from './chunk-store.ts';

/** Raised with any change of the columns; tables of another layout are left aside and dropped. */
export const LAYOUT = 2;

/** Separates the headings of a section path; it cannot stand in text, which holds no control characters. */
const PATH_SEPARATOR = '\u001f';

/** Columns a search reads, each of which costs it time: what a result needs, and the terms by which missing words are told. */
export const ROW_COLUMNS = [
  'document',
  'revision',
  'ordinal',
  'path',
  'language',
  'section',
  'page',
  'text',
  'terms',
];

/** Columns of a chunk that is read whole. */
export const KEPT_COLUMNS = [...ROW_COLUMNS, 'share', 'start', 'end'];

/** Schema of the chunk table; `dimensions` null leaves the vector column out. */
export function chunkSchema(dimensions: number | null): Schema {
  const text = (name: string): Field => new Field(name, new Utf8(), false);
  const whole = (name: string, nullable = false): Field => new Field(name, new Int32(), nullable);
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
    text('section'),
    whole('page', true),
    whole('start'),
    whole('end'),
    text('text'),
    text('head_terms'),
    text('terms'),
  ];
  if (dimensions !== null) {
    const item = new Field('item', new Float32(), true);
    fields.push(new Field('vector', new FixedSizeList(dimensions, item), false));
  }
  return new Schema(fields);
}

export function toRecord(chunk: StoredChunk): Record<string, unknown> {
  const { headTerms, vector, section, ...same } = chunk;
  return {
    ...same,
    section: section.join(PATH_SEPARATOR),
    head_terms: headTerms,
    ...(vector === null ? {} : { vector }),
  };
}

/** Row as LanceDB gives it back. */
export interface ChunkRecord {
  readonly document: string;
  readonly revision: string;
  readonly ordinal: number;
  readonly path: string;
  readonly language: string;
  readonly section: string;
  readonly page: number | null;
  readonly text: string;
  readonly terms: string;
}

/** As `ChunkRecord`, with `KEPT_COLUMNS`. */
export interface KeptRecord extends ChunkRecord {
  readonly share: string;
  readonly start: number;
  readonly end: number;
}

export function fromRecord(record: ChunkRecord): ChunkRow {
  return {
    document: documentId(record.document),
    revision: revisionId(record.revision),
    ordinal: record.ordinal,
    path: record.path,
    language: record.language as Language,
    section: record.section === '' ? [] : record.section.split(PATH_SEPARATOR),
    page: record.page,
    text: record.text,
    terms: record.terms,
  };
}

export function fromKept(record: KeptRecord): KeptChunk {
  return {
    ...fromRecord(record),
    share: shareId(record.share),
    start: record.start,
    end: record.end,
  };
}
