import { constants, inflateSync } from 'node:zlib';
import { isOle } from './ole.ts';
import { OleStreams } from './ole-streams.ts';
import type { Parser } from './parser.ts';
import type { PartBudget } from './part-budget.ts';
import { type Part, readParts } from './parts.ts';
import { records } from './powerpoint97/records.ts';
import { openZip, readSmallPart, unpackEntry } from './zip.ts';

const EMBEDDED = /^(word|xl|ppt)\/embeddings\/[^/]+\.[a-z]+$/i;
/** Parts that tie a chart to the workbook its figures are kept in. */
const CHART_RELATIONS = /^(word|xl|ppt)\/charts\/_rels\/[^/]+\.rels$/i;
/** ExOleObjStg, packed: an object embedded in a slide ([MS-PPT] 2.10.34). */
const SLIDE_OBJECT = 0x1011;
const IS_PACKED = 1;
/** Streams in which an embedded file stands whole. */
const WHOLE = ['Package', 'CONTENTS', 'EmbeddedOdf'];
const NATIVE = '\u0001Ole10Native';
/** Storages of these streams are documents by themselves. */
const DOCUMENTS = ['WordDocument', 'Workbook', 'Book', 'PowerPoint Document'];

/**
 * A parser that also reads the files embedded in a document, behind its own text, each under its name. What is
 * only drawn (equations, charts with their workbook) is no file.
 */
export const withEmbedded =
  (parser: Parser): Parser =>
  async (input) => {
    const own = await parser(input);
    if (!own.ok) return own;
    const parts = isOle(input.bytes) ? inOle(input.bytes, input.budget) : inZip(input.bytes);
    if (parts.length === 0) return own;
    const { blocks, warnings } = await readParts(parts, input);
    const { document } = own;
    return {
      ok: true,
      document: {
        ...document,
        blocks: [...document.blocks, ...blocks],
        warnings: [...document.warnings, ...warnings],
      },
    };
  };

function inZip(bytes: Uint8Array): Part[] {
  const zip = openZip(bytes);
  if (!zip.ok) return [];
  const ofCharts = zip.entries
    .filter(({ name }) => CHART_RELATIONS.test(name))
    .map(({ name }) => readSmallPart(bytes, zip.entries, name) ?? '')
    .join();
  const files = zip.entries.filter(({ name, encrypted }) => EMBEDDED.test(name) && !encrypted);
  return files.flatMap((entry): Part[] => {
    const bare = entry.name.replace(/^.*\//, '');
    if (ofCharts.includes(`embeddings/${bare}"`)) return [];
    const unpack = (limit: number): Uint8Array | string => {
      const data = unpackEntry(bytes, entry, limit);
      return data === null || data === 'too-large' ? 'corrupt, it is damaged inside the file' : data;
    };
    if (!/\.bin$/i.test(bare)) {
      return [{ name: bare, page: null, packed: entry.packedSize, unpacked: entry.size, unpack }];
    }
    const object = unpackEntry(bytes, entry, entry.size);
    return object === null || object === 'too-large' ? [] : inObject(object, bare);
  });
}

/** Objects of old workbooks and documents stand in storages of their own, those of old presentations in records. */
function inOle(bytes: Uint8Array, budget: PartBudget): Part[] {
  const streams = open(bytes);
  if (streams === null) return [];
  const slides = streams.stream('PowerPoint Document');
  if (slides === null) return wholeFiles(streams, 'embedded file');
  const parts: Part[] = [];
  for (const { type, instance, data } of records(slides)) {
    if (type !== SLIDE_OBJECT) continue;
    try {
      // Many writers leave the end of the packed data out: what is there is whole nevertheless.
      const options = {
        maxOutputLength: Math.max(1, budget.nextBytes),
        finishFlush: constants.Z_SYNC_FLUSH,
      };
      const object = instance === IS_PACKED ? inflateSync(data.subarray(4), options) : data;
      parts.push(...inObject(object, 'embedded file'));
    } catch {
      // An object that is damaged is no part of the text of a slide.
    }
  }
  return parts;
}

/** An embedded object: a document by itself, or the wrapping of a file. */
function inObject(object: Uint8Array, name: string): Part[] {
  const streams = isOle(object) ? open(object) : null;
  if (streams === null) return [];
  const files = wholeFiles(streams, name);
  if (files.length > 0) return files;
  return DOCUMENTS.some((stream) => streams.stream(stream) !== null) ? [partOf(name, object)] : [];
}

function wholeFiles(streams: OleStreams, name: string): Part[] {
  const whole = WHOLE.flatMap((stream) => streams.all(stream)).filter((data) => data.length > 0);
  // Deleted entries of the directory still name the stream they had.
  const once = whole.filter((data, i) => whole.findIndex((other) => Buffer.from(other).equals(data)) === i);
  return [
    ...once.map((data) => partOf(name, data)),
    ...streams.all(NATIVE).flatMap((data) => {
      const file = nativeFile(data);
      return file === null ? [] : [partOf(file.name, file.bytes)];
    }),
  ];
}

const partOf = (name: string, bytes: Uint8Array): Part => ({
  name,
  page: null,
  packed: bytes.length,
  unpacked: bytes.length,
  unpack: () => bytes,
});

/** [MS-OLEDS] 2.3.6 as Windows fills it for a file: label, path, another path, and the bytes. */
function nativeFile(data: Uint8Array): { readonly name: string; readonly bytes: Uint8Array } | null {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (data.length < 16 || view.getUint16(4, true) !== 2) return null;
  const label = textAt(data, 6);
  const path = textAt(data, label.end);
  const temporary = path.end + 4;
  if (temporary + 4 > data.length) return null;
  const sizeAt = temporary + 4 + view.getUint32(temporary, true);
  if (sizeAt + 4 > data.length) return null;
  const size = view.getUint32(sizeAt, true);
  const bytes = data.subarray(sizeAt + 4, sizeAt + 4 + size);
  return { name: label.text.replace(/^.*[\\/]/, '') || 'embedded file', bytes };
}

function textAt(data: Uint8Array, start: number): { readonly text: string; readonly end: number } {
  const found = data.indexOf(0, start);
  const end = found === -1 ? data.length : found;
  return { text: Buffer.from(data.subarray(start, end)).toString('latin1'), end: end + 1 };
}

function open(bytes: Uint8Array): OleStreams | null {
  try {
    return new OleStreams(bytes);
  } catch {
    return null;
  }
}
