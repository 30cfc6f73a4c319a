import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHUNK_OPTIONS, type Chunk, toChunks } from '../../ingest/index.ts';

const OPTIONS = { target: 80, max: 120 };
const section = (...lines: readonly string[]) => ({ path: ['S'], page: 1, lines });
const texts = (chunks: readonly Chunk[]): string[] => chunks.map(({ text }) => text);
const letters = (text: string): string => text.replace(/\s+/g, '');

describe('toChunks', () => {
  it('keeps short lines together up to the target', () => {
    const lines = Array.from({ length: 10 }, (_, n) => `This is line number ${n}.`);
    const chunks = toChunks([section(...lines)], OPTIONS);
    expect(texts(chunks).join('\n')).toBe(lines.join('\n'));
    expect(chunks.length).toBe(3);
  });

  it('never spans two sections or pages', () => {
    const chunks = toChunks([
      { path: ['A'], page: 1, lines: ['a'] },
      { path: ['A'], page: 2, lines: ['b'] },
      { path: ['B'], page: 2, lines: ['c'] },
    ]);
    expect(chunks.map(({ text, page, section: path }) => [text, page, path])).toEqual([
      ['a', 1, ['A']],
      ['b', 2, ['A']],
      ['c', 2, ['B']],
    ]);
  });

  it('cuts a long line behind a sentence', () => {
    const line = `${'One word after another here. '.repeat(10)}`.trim();
    for (const text of texts(toChunks([section(line)], OPTIONS))) expect(text).toMatch(/here\.$/);
  });

  it('cuts a line without sentences at a space', () => {
    const chunks = toChunks([section('word '.repeat(200).trim())], OPTIONS);
    for (const text of texts(chunks)) expect(text).toMatch(/^word( word)*$/);
  });

  it('cuts a line without spaces, and no pair of surrogates', () => {
    const chunks = toChunks([section(`a${'😀'.repeat(5_000)}`)], OPTIONS);
    expect(texts(chunks).join('')).toBe(`a${'😀'.repeat(5_000)}`);
    for (const text of texts(chunks)) {
      expect(text.isWellFormed()).toBe(true);
      expect(text.length).toBeLessThanOrEqual(OPTIONS.max);
    }
  });

  it('cuts a line of a million characters in no long time', () => {
    const chunks = toChunks([section('x'.repeat(1_000_000))]);
    expect(chunks.reduce((sum, { text }) => sum + text.length, 0)).toBe(1_000_000);
    expect(chunks.every(({ text }) => text.length <= CHUNK_OPTIONS.max)).toBe(true);
  });

  it('makes no chunk of white space', () => {
    expect(
      toChunks([section('', ' ', '\t'), section('   ', 'x'.repeat(119))], OPTIONS).map(({ text }) =>
        text.trim(),
      ),
    ).not.toContain('');
  });

  it('numbers chunks from 0 and counts characters on without a gap', () => {
    const chunks = toChunks([section('one'), section('two', 'three')]);
    expect(chunks.map(({ ordinal, start, end }) => [ordinal, start, end])).toEqual([
      [0, 0, 3],
      [1, 4, 13],
    ]);
  });

  it('loses no text, keeps to the limits and counts on, whatever the lines', () => {
    const word = fc.string({
      unit: fc.constantFrom('a', 'é', '.', ' ', '?', '😀', '\u00a0', ';', '1'),
      maxLength: 400,
    });
    const sections = fc.array(
      fc.record({
        path: fc.constant(['S']),
        page: fc.constantFrom(null, 1, 2),
        lines: fc.array(word, { maxLength: 8 }),
      }),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(sections, (given) => {
        const chunks = toChunks(given, OPTIONS);
        expect(letters(texts(chunks).join(''))).toBe(letters(given.flatMap(({ lines }) => lines).join('')));
        let offset = 0;
        for (const [at, chunk] of chunks.entries()) {
          expect(chunk.ordinal).toBe(at);
          expect(chunk.start).toBe(offset);
          expect(chunk.end - chunk.start).toBe(chunk.text.length);
          expect(chunk.text.length).toBeLessThanOrEqual(OPTIONS.max);
          expect(chunk.text.trim()).not.toBe('');
          expect(chunk.text.isWellFormed()).toBe(true);
          offset = chunk.end + 1;
        }
      }),
      { numRuns: 300 },
    );
  });
});
