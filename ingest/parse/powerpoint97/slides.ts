import { child, descendants, type PptRecord, recordAt, records, viewOf } from './records.ts';

/** Record types ([MS-PPT] 2.13.24). */
const SLIDE = 0x03ee;
const SLIDE_ATOM = 0x03ef;
const NOTES = 0x03f0;
const SLIDE_PERSIST = 0x03f3;
const SLIDE_LIST = 0x0ff0;
const TEXT_HEADER = 0x0f9f;
const TEXT_CHARACTERS = 0x0fa0;
const TEXT_BYTES = 0x0fa8;
const TEXT_BOX = 0xf00d;
const USER_EDIT = 0x0ff5;
const PERSIST_DIRECTORY = 0x1772;
/** Instances of a slide list: the slides, then their notes. */
const SLIDES_INSTANCE = 0;
const NOTES_INSTANCE = 2;
/** Places of a text ([MS-PPT] 2.13.33): a title, a title in the middle. */
const TITLE_PLACES = new Set([0, 6]);
const NO_PLACE = 4;
const MAX_EDITS = 10_000;

export interface SlideText {
  /** Place of the text on the slide, as the format numbers them. */
  readonly isTitle: boolean;
  readonly text: string;
}

export interface Slide {
  /** 1-based place in the show. */
  readonly number: number;
  readonly texts: readonly SlideText[];
  readonly notes: readonly string[];
  /** False when the slide itself cannot be found, only the texts listed for it. */
  readonly isWhole: boolean;
}

/**
 * The slides of a presentation in the order of the show, each with the text of its placeholders (kept in a list
 * of the document), of its drawn boxes, and of its notes.
 */
export function readSlides(stream: Uint8Array, lastEdit: number): Slide[] {
  const places = persistPlaces(stream, lastEdit);
  const document = [...records(stream)].findLast(({ type }) => type === 0x03e8);
  const current = documentOf(stream, places, lastEdit) ?? document;
  if (current === undefined || current === null) return [];
  const lists = [...records(current.data)].filter(({ type }) => type === SLIDE_LIST);
  const listed = (instance: number): Listed[] =>
    lists.filter((list) => list.instance === instance).flatMap((list) => readList(list.data));
  const notes = new Map(listed(NOTES_INSTANCE).map((entry) => [entry.slideId, entry]));
  return listed(SLIDES_INSTANCE).map((entry, i) => {
    const slide = recordOf(stream, places, entry.persist, SLIDE);
    const notesId = slide === null ? 0 : notesOf(slide);
    const note = notes.get(notesId);
    const page = note === undefined ? null : recordOf(stream, places, note.persist, NOTES);
    return {
      number: i + 1,
      isWhole: slide !== null,
      texts: [...entry.texts, ...(slide === null ? [] : boxTexts(slide.data))],
      notes: [...(note?.texts ?? []), ...(page === null ? [] : boxTexts(page.data))].map(({ text }) => text),
    };
  });
}

/** Every text of a stream whose structure is broken, in stored order. */
export function looseTexts(stream: Uint8Array): SlideText[] {
  return gather(descendants(stream));
}

interface Listed {
  readonly persist: number;
  readonly slideId: number;
  readonly texts: readonly SlideText[];
}

/** A slide's atom is followed by the texts of its placeholders, up to the next slide's. */
function readList(data: Uint8Array): Listed[] {
  const entries: { persist: number; slideId: number; records: PptRecord[] }[] = [];
  for (const record of records(data)) {
    if (record.type === SLIDE_PERSIST && record.data.length >= 16) {
      const view = viewOf(record.data);
      entries.push({ persist: view.getUint32(0, true), slideId: view.getUint32(12, true), records: [] });
    } else {
      entries.at(-1)?.records.push(record);
    }
  }
  return entries.map(({ persist, slideId, records: own }) => ({ persist, slideId, texts: gather(own) }));
}

/** Texts drawn on a slide itself; those of placeholders stand in the list and are only referred to here. */
function boxTexts(data: Uint8Array): SlideText[] {
  const texts: SlideText[] = [];
  for (const record of descendants(data)) {
    if (record.type === TEXT_BOX) texts.push(...gather(records(record.data)));
  }
  return texts;
}

function gather(from: Iterable<PptRecord>): SlideText[] {
  const texts: SlideText[] = [];
  let place = NO_PLACE;
  for (const { type, data } of from) {
    if (type === TEXT_HEADER && data.length >= 4) place = viewOf(data).getUint32(0, true);
    const isTitle = TITLE_PLACES.has(place);
    if (type === TEXT_CHARACTERS) {
      texts.push({ isTitle, text: Buffer.from(data.subarray(0, data.length & ~1)).toString('utf16le') });
    } else if (type === TEXT_BYTES) {
      texts.push({ isTitle, text: Buffer.from(data).toString('latin1') });
    } else continue;
    place = NO_PLACE;
  }
  return texts;
}

function notesOf(slide: PptRecord): number {
  const atom = child(slide.data, SLIDE_ATOM);
  return atom !== null && atom.data.length >= 20 ? viewOf(atom.data).getUint32(16, true) : 0;
}

function recordOf(
  stream: Uint8Array,
  places: ReadonlyMap<number, number>,
  persist: number,
  type: number,
): PptRecord | null {
  const at = places.get(persist);
  const record = at === undefined ? null : recordAt(stream, at);
  return record?.type === type ? record : null;
}

/** The document as the last edit left it. */
function documentOf(
  stream: Uint8Array,
  places: ReadonlyMap<number, number>,
  lastEdit: number,
): PptRecord | null {
  const edit = recordAt(stream, lastEdit);
  if (edit === null || edit.type !== USER_EDIT || edit.data.length < 20) return null;
  return recordOf(stream, places, viewOf(edit.data).getUint32(16, true), 0x03e8);
}

/** [MS-PPT] 2.3.4: each save adds a directory of the objects it moved; the newest place of each counts. */
function persistPlaces(stream: Uint8Array, lastEdit: number): Map<number, number> {
  const places = new Map<number, number>();
  const seen = new Set<number>();
  for (let at = lastEdit; !seen.has(at) && seen.size < MAX_EDITS; ) {
    seen.add(at);
    const edit = recordAt(stream, at);
    if (edit === null || edit.type !== USER_EDIT || edit.data.length < 20) break;
    const view = viewOf(edit.data);
    const directory = recordAt(stream, view.getUint32(12, true));
    if (directory?.type === PERSIST_DIRECTORY) addPlaces(directory.data, places);
    at = view.getUint32(8, true);
    if (at === 0) break;
  }
  return places;
}

function addPlaces(data: Uint8Array, places: Map<number, number>): void {
  const view = viewOf(data);
  for (let at = 0; at + 4 <= data.length; ) {
    const head = view.getUint32(at, true);
    const first = head & 0xfffff;
    const count = head >>> 20;
    at += 4;
    for (let i = 0; i < count && at + 4 <= data.length; i++, at += 4) {
      if (!places.has(first + i)) places.set(first + i, view.getUint32(at, true));
    }
  }
}
