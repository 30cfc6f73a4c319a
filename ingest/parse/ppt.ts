import type { Block, Warning } from '../document.ts';
import { OleStreams } from './ole-streams.ts';
import type { Parser, ParserResult } from './parser.ts';
import { looseTexts, readSlides, type Slide, type SlideText } from './powerpoint97/slides.ts';
import { cleanLine } from './tidy.ts';

/** [MS-PPT] 2.3.2: this token says that the document stream is encrypted. */
const ENCRYPTED_TOKEN = 0xf3d1c4df;
/** A UserEditAtom with a place for the key ([MS-PPT] 2.3.3). */
const EDIT_WITH_KEY_BYTES = 32;
/** What an empty placeholder of notes and slides shows. */
const FIELD_MARK = /^[*\s]*$/;

/** PowerPoint 97–2003: each slide's title as heading, its text, then its notes; page = slide. */
export const parsePpt: Parser = async ({ bytes }): Promise<ParserResult> => {
  const streams = new OleStreams(bytes);
  const stream = streams.stream('PowerPoint Document');
  if (stream === null) {
    const detail = 'a presentation from before PowerPoint 97, or a damaged one: its text cannot be found';
    return { ok: false, reason: 'unsupported', detail };
  }
  const user = streams.stream('Current User') ?? new Uint8Array();
  const view = new DataView(user.buffer, user.byteOffset, user.byteLength);
  const lastEdit = user.length >= 20 ? view.getUint32(16, true) : -1;
  if (isEncrypted(stream, lastEdit) || (user.length >= 16 && view.getUint32(12, true) === ENCRYPTED_TOKEN)) {
    return { ok: false, reason: 'encrypted', detail: 'the presentation is protected by a password' };
  }
  const slides = readSlides(stream, lastEdit);
  const warnings: Warning[] = [];
  let blocks = slides.flatMap(slideBlocks);
  const broken = slides.filter(({ isWhole }) => !isWhole).length;
  if (broken > 0) {
    const detail = `of ${broken} of ${slides.length} slides only the outline can be found`;
    warnings.push({ code: 'part-skipped', detail });
  }
  if (slides.length === 0) {
    blocks = looseTexts(stream).flatMap(({ text }) => lines(text).map((line) => paragraph(line, null)));
    if (blocks.length > 0) {
      warnings.push({ code: 'repaired', detail: 'the order of the slides is lost: read as one text' });
    }
  }
  const titled = slides
    .flatMap(({ texts }) => texts)
    .find(({ isTitle, text }) => isTitle && cleanLine(text) !== '');
  const title = cleanLine(titled?.text ?? '') || null;
  return { ok: true, document: { title, blocks, pages: slides.length > 0 ? slides.length : null, warnings } };
};

function isEncrypted(stream: Uint8Array, lastEdit: number): boolean {
  if (lastEdit < 0 || lastEdit + 8 > stream.length) return false;
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  return (
    view.getUint16(lastEdit + 2, true) === 0x0ff5 &&
    view.getUint32(lastEdit + 4, true) === EDIT_WITH_KEY_BYTES
  );
}

function slideBlocks({ number, texts, notes }: Slide): Block[] {
  const titled = texts.find(({ isTitle, text }) => isTitle && cleanLine(text) !== '');
  const rest = texts.filter((text) => text !== titled);
  const body = rest.flatMap(({ text }) => lines(text));
  const said = notes.flatMap(lines);
  if (titled === undefined && body.length + said.length === 0) return [];
  const heading = titled === undefined ? `Slide ${number}` : cleanLine(titled.text);
  return [
    { kind: 'heading', level: 1, text: heading, page: number },
    ...[...body, ...said].map((line) => paragraph(line, number)),
  ];
}

const paragraph = (text: string, page: number | null): Block => ({ kind: 'paragraph', text, page });

/** Paragraphs end with a return, lines inside them with a vertical tab. */
const lines = (text: SlideText['text']): string[] =>
  text
    .split(/[\r\n]/)
    .map(cleanLine)
    .filter((line) => line !== '' && !FIELD_MARK.test(line));
