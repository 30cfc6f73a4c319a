import { detectLanguage } from './language.ts';
import type { Language } from './languages.ts';
import type { Section } from './sections.ts';

/** A passage of one section with its citation anchor. `start` and `end` count characters of the document's text. */
export interface Chunk {
  readonly ordinal: number;
  readonly text: string;
  readonly section: readonly string[];
  readonly page: number | null;
  readonly start: number;
  readonly end: number;
  readonly language: Language;
}

export interface ChunkOptions {
  /** Characters after which a chunk is closed at the next line. About four characters make one token. */
  readonly target: number;
  /** Characters a chunk never exceeds: a longer line is cut, at a sentence where possible. */
  readonly max: number;
}

/** 1,200 characters are about 300 tokens, the middle of the 200–400 that retrieval practice recommends. */
export const CHUNK_OPTIONS: ChunkOptions = { target: 1_200, max: 1_800 };

/**
 * Cuts sections into chunks. A chunk never spans two sections or two pages, and chunks do not overlap: the
 * texts of a section, joined by newlines, are the section's text.
 */
export function toChunks(sections: readonly Section[], options: ChunkOptions = CHUNK_OPTIONS): Chunk[] {
  const chunks: Chunk[] = [];
  let offset = 0;
  let language: Language = 'und';
  for (const section of sections) {
    for (const text of pack(section.lines, options)) {
      language = detectLanguage(text, language);
      const { path, page } = section;
      chunks.push({
        ordinal: chunks.length,
        text,
        section: path,
        page,
        start: offset,
        end: offset + text.length,
        language,
      });
      offset += text.length + 1;
    }
  }
  return withLanguageFromBelow(chunks);
}

/** Short passages at the beginning, before any language could be told, take the first that was. */
function withLanguageFromBelow(chunks: readonly Chunk[]): Chunk[] {
  const first = chunks.findIndex(({ language }) => language !== 'und');
  const language = chunks[first]?.language;
  if (language === undefined) return [...chunks];
  return chunks.map((chunk, at) => (at < first ? { ...chunk, language } : chunk));
}

function pack(lines: readonly string[], { target, max }: ChunkOptions): string[] {
  const texts: string[] = [];
  let open = '';
  for (const line of lines.flatMap((long) => cut(long, max))) {
    if (open !== '' && (open.length >= target || open.length + 1 + line.length > max)) {
      if (open.trim() !== '') texts.push(open);
      open = '';
    }
    open = open === '' ? line : `${open}\n${line}`;
  }
  if (open.trim() !== '') texts.push(open);
  return texts;
}

/** Pieces of at most `max` characters: cut behind a sentence, else at a space, else anywhere but inside a pair. */
function cut(line: string, max: number): string[] {
  const pieces: string[] = [];
  let rest = line;
  while (rest.length > max) {
    const window = rest.slice(0, max);
    const sentence = Math.max(...['. ', '? ', '! ', '; '].map((end) => window.lastIndexOf(end)));
    const space = window.lastIndexOf(' ');
    let at = sentence > max / 2 ? sentence + 1 : space > max / 2 ? space : max;
    if (isHighSurrogate(rest.charCodeAt(at - 1))) at -= 1;
    pieces.push(rest.slice(0, at).trimEnd());
    rest = rest.slice(at).trimStart();
  }
  if (rest !== '') pieces.push(rest);
  return pieces;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
