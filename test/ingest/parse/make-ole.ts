import { CFB } from '@e965/xlsx';

/** Old Office files, made byte by byte as their specifications say; only the container is a library's. */

/** An OLE container of these streams; a path with slashes makes storages. */
export function oleWith(streams: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const container = CFB.utils.cfb_new();
  // The library seeds an empty stream of its own.
  CFB.utils.cfb_del(container, '/\u0001Sh33tJ5');
  for (const [path, data] of Object.entries(streams))
    CFB.utils.cfb_add(container, `/${path}`, Buffer.from(data));
  return Uint8Array.from(CFB.write(container, { type: 'buffer' }) as Buffer);
}

export interface WordParagraph {
  readonly text: string;
  /** Index of its style: 0 body, 1 to 9 headings. */
  readonly style?: number;
  readonly sprms?: readonly number[];
  /** `\r` unless the paragraph ends a cell (`\u0007`). */
  readonly mark?: string;
}

export const LIST_ITEM = [0x0b, 0x46, 0x01, 0x00];
export const IN_TABLE = [0x16, 0x24, 0x01];
export const ROW_END = [0x16, 0x24, 0x01, 0x17, 0x24, 0x01];
export const HEADER_ROW_END = [...ROW_END, 0x04, 0x34, 0x01];

const TEXT_AT = 0x800;
const PAGE = 512;

/** A Word 97 document ([MS-DOC]): text in one UTF-16 piece, one page of paragraph properties, styles 0 to 9. */
export function wordOf(
  paragraphs: readonly WordParagraph[],
  options: {
    readonly footnote?: { readonly at: number; readonly text: string };
    readonly flags?: number;
  } = {},
): Uint8Array {
  const texts = paragraphs.map(({ text, mark = '\r' }) => `${text}${mark}`);
  const body = texts.join('');
  const note = options.footnote === undefined ? '' : `\u0002 ${options.footnote.text}\r`;
  const all = `${body}${note}${note === '' ? '' : '\r'}`;
  const pageAt = Math.ceil((TEXT_AT + 2 * all.length) / PAGE) * PAGE;
  const main = Buffer.alloc(pageAt + PAGE);
  main.write(all, TEXT_AT, 'utf16le');
  paragraphPage(paragraphs, texts).copy(main, pageAt);

  const table: number[] = [];
  const put = (data: readonly number[]): [number, number] => {
    const at = table.length;
    table.push(...data);
    return [at, data.length];
  };
  const pieces = put([2, ...u32(16), ...u32(0), ...u32(all.length), ...u16(0), ...u32(TEXT_AT), ...u16(0)]);
  const end = TEXT_AT + 2 * body.length;
  const pages = put([...u32(TEXT_AT), ...u32(end), ...u32(pageAt / PAGE)]);
  const styles = put([
    ...u16(4),
    ...u16(10),
    ...u16(10),
    ...Array.from({ length: 10 }, (_, i) => style(i)).flat(),
  ]);
  const references = put(
    options.footnote === undefined ? [] : [...u32(options.footnote.at), ...u32(body.length), 1, 0],
  );
  const bounds = put(note === '' ? [] : [...u32(0), ...u32(note.length), ...u32(note.length + 1)]);

  main.writeUInt16LE(0xa5ec, 0);
  main.writeUInt16LE(0xc1, 2);
  main.writeUInt16LE(0x0200 | (options.flags ?? 0), 0x0a);
  main.writeInt32LE(body.length, 0x4c);
  main.writeInt32LE(note.length, 0x50);
  const places: readonly (readonly [number, readonly [number, number]])[] = [
    [0x1a2, pieces],
    [0x102, pages],
    [0xa2, styles],
    [0xaa, references],
    [0xb2, bounds],
  ];
  for (const [at, [start, length]] of places) {
    main.writeUInt32LE(start, at);
    main.writeUInt32LE(length, at + 4);
  }
  return oleWith({ WordDocument: main, '1Table': Buffer.from(table) });
}

/** [MS-DOC] 2.9.175: bounds of the paragraphs, places of their properties, properties from the end backwards. */
function paragraphPage(paragraphs: readonly WordParagraph[], texts: readonly string[]): Buffer {
  const page = Buffer.alloc(PAGE);
  const count = paragraphs.length;
  page[PAGE - 1] = count;
  let at = TEXT_AT;
  let free = PAGE - 2;
  paragraphs.forEach(({ style: istd = 0, sprms = [] }, i) => {
    page.writeUInt32LE(at, 4 * i);
    at += 2 * (texts[i]?.length ?? 0);
    const data = [...u16(istd), ...sprms];
    if (data.length % 2 === 0) data.push(0);
    free -= data.length + 1;
    free -= free % 2;
    page[free] = (data.length + 1) / 2;
    Buffer.from(data).copy(page, free + 1);
    page[4 * (count + 1) + 13 * i] = free / 2;
  });
  page.writeUInt32LE(at, 4 * count);
  return page;
}

/** A style definition: its built-in number, based on nothing. */
const style = (sti: number): number[] => [
  ...u16(10),
  ...u16(sti),
  ...u16(0xfff1),
  ...u16(0),
  ...u16(0),
  ...u16(0),
];

export interface PptSlide {
  readonly id: number;
  /** Placeholder texts: place on the slide and text. */
  readonly texts: readonly (readonly [number, string])[];
  readonly box?: string;
  readonly notes?: string;
}

/** A PowerPoint 97 presentation ([MS-PPT]): the document, its slides and notes, and one save. */
export function pptOf(
  slides: readonly PptSlide[],
  options: { readonly encrypted?: boolean } = {},
): Uint8Array {
  const objects: number[][] = [];
  const persist = (record: number[]): number => objects.push(record) + 1;
  const slideAtoms: number[][] = [];
  const notesAtoms: number[][] = [];
  for (const { id, texts, box, notes } of slides) {
    const notesId = notes === undefined ? 0 : id + 1000;
    const atom = record(0x03ef, [...u32(0), ...Array(8).fill(0), ...u32(0), ...u32(notesId), ...u32(0)]);
    const drawn = box === undefined ? [] : container(0xf002, container(0xf00d, text(4, box)));
    const slide = persist(container(0x03ee, [...atom, ...drawn]));
    slideAtoms.push([...slideAtom(slide, id), ...texts.flatMap(([place, words]) => text(place, words))]);
    if (notes !== undefined) {
      const page = persist(container(0x03f0, container(0xf002, container(0xf00d, text(2, notes)))));
      notesAtoms.push(slideAtom(page, notesId));
    }
  }
  const lists = [...container(0x0ff0, slideAtoms.flat(), 0), ...container(0x0ff0, notesAtoms.flat(), 2)];
  const all = [container(0x03e8, lists), ...objects];
  const offsets: number[] = [];
  const stream: number[] = [];
  for (const object of all) {
    offsets.push(stream.length);
    stream.push(...object);
  }
  const directoryAt = stream.length;
  stream.push(...record(0x1772, [...u32((all.length << 20) | 1), ...offsets.flatMap(u32)]));
  const editAt = stream.length;
  stream.push(
    ...record(0x0ff5, [
      ...u32(0),
      ...u32(0),
      ...u32(0),
      ...u32(directoryAt),
      ...u32(1),
      ...u32(0),
      ...u32(0),
    ]),
  );
  const user = [
    ...u32(20),
    ...u32(0),
    ...u32(20),
    ...u32(options.encrypted ? 0xf3d1c4df : 0xe391c05f),
    ...u32(editAt),
  ];
  return oleWith({ 'PowerPoint Document': Buffer.from(stream), 'Current User': Buffer.from(user) });
}

const slideAtom = (persist: number, id: number): number[] =>
  record(0x03f3, [...u32(persist), ...u32(0), ...u32(0), ...u32(id), ...u32(0)]);
const text = (place: number, words: string): number[] => [
  ...record(0x0f9f, u32(place)),
  ...record(0x0fa0, [...Buffer.from(words, 'utf16le')]),
];
const record = (type: number, data: readonly number[]): number[] => [
  ...u16(0),
  ...u16(type),
  ...u32(data.length),
  ...data,
];
const container = (type: number, data: readonly number[], instance = 0): number[] => [
  ...u16((instance << 4) | 0xf),
  ...u16(type),
  ...u32(data.length),
  ...data,
];

const u16 = (value: number): number[] => [value & 255, (value >> 8) & 255];
const u32 = (value: number): number[] => [...u16(value & 0xffff), ...u16(value >>> 16)];

/** An Outlook message ([MS-OXMSG]): text properties by number, attachments by name. */
export function msgOf(
  texts: Readonly<Record<string, string>>,
  attachments: readonly { readonly name: string; readonly bytes: Uint8Array }[] = [],
): Uint8Array {
  const wide = (value: string): Uint8Array => Buffer.from(value, 'utf16le');
  const streams: Record<string, Uint8Array> = { '__properties_version1.0': Buffer.alloc(32) };
  for (const [tag, value] of Object.entries(texts)) streams[`__substg1.0_${tag}001F`] = wide(value);
  attachments.forEach(({ name, bytes }, i) => {
    const storage = `__attach_version1.0_#0000000${i}`;
    streams[`${storage}/__properties_version1.0`] = Buffer.alloc(8);
    streams[`${storage}/__substg1.0_3707001F`] = wide(name);
    streams[`${storage}/__substg1.0_37010102`] = bytes;
  });
  return oleWith(streams);
}
