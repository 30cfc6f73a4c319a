import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { readHead } from '../../../ingest/parse/text-head.ts';

const line = (n: number): string => `Number ${n} – città’s café\n`;
const TEXT = Array.from({ length: 2_000 }, (_, n) => line(n)).join('');

const ENCODED = [
  ['UTF-8', Buffer.from(TEXT, 'utf8')],
  ['UTF-16 with its mark', Buffer.from(`\ufeff${TEXT}`, 'utf16le')],
  ['UTF-16 without one', Buffer.from(TEXT, 'utf16le')],
  ['an old code page', Buffer.from(TEXT.replace(/[–’]/g, '-'), 'latin1')],
] as const;

describe('the head of a long text', () => {
  it.each(ENCODED)('is what the whole text begins with, in %s', (_, bytes) => {
    const { text, cut } = readHead(bytes, 5_000);
    expect(cut).toBe(true);
    expect(text.length).toBeGreaterThan(4_999);
    expect(TEXT.replace(/[–’]/g, '-').startsWith(text.replace(/[–’]/g, '-'))).toBe(true);
  });

  it.each(ENCODED)('is all of it where there is room, in %s', (_, bytes) => {
    const { text, cut } = readHead(bytes, 1_000_000);
    expect(cut).toBe(false);
    expect(text.replace(/[–’]/g, '-')).toBe(TEXT.replace(/[–’]/g, '-'));
  });

  it.each([0, 1, 2, 3, 4])('is not cut inside a character (%i bytes further)', (shift) => {
    const bytes = Buffer.from(`${'a'.repeat(shift)}${'€\u{1f600}'.repeat(3_000)}`, 'utf8');
    const { text, warnings } = readHead(bytes, 1_000);
    expect(text).not.toContain('\ufffd');
    expect(warnings).toEqual([]);
  });

  it('is told to be cut where a character has two bytes', () => {
    const bytes = iconv.encode('中心是人生。\n'.repeat(1_000), 'gb18030');
    const { text, cut } = readHead(bytes, 1_000);
    expect(text.startsWith('中心是人生。\n')).toBe(true);
    expect(text.length).toBeLessThan(7_000);
    expect(cut).toBe(true);
  });

  it('does not decode what can not matter', () => {
    // Bytes that are no UTF-8 stand far behind: they would change how all of it is read.
    const bytes = Buffer.concat([Buffer.from('è\n'.repeat(5_000)), Buffer.alloc(50_000, 0xe8)]);
    const { text, warnings } = readHead(bytes, 1_000);
    expect(text.startsWith('è\n')).toBe(true);
    expect(warnings).toEqual([]);
  });
});
