import { describe, expect, it } from 'vitest';
import { isBlank } from '../../../ingest/parse/ocr/blank.ts';

const SIZE = 100;

/** A greymap of one shade, with some pixels of another. */
function greymap(paper: number, ink: readonly number[] = [], shade = 0): Uint8Array {
  const pixels = new Uint8Array(SIZE * SIZE).fill(paper);
  for (const at of ink) pixels[at] = shade;
  return new Uint8Array([...Buffer.from(`P5\n${SIZE} ${SIZE}\n255\n`), ...pixels]);
}

describe('a page drawn in grey', () => {
  it.each([255, 200, 0])('of shade %i all over is blank', (paper) => {
    expect(isBlank(greymap(paper))).toBe(true);
  });

  it('is blank with dust on it', () => {
    expect(isBlank(greymap(255, [10, 5_000]))).toBe(true);
  });

  it('is blank though its paper is not even', () => {
    expect(
      isBlank(
        greymap(
          240,
          Array.from({ length: 4_000 }, (_, at) => at),
          225,
        ),
      ),
    ).toBe(true);
  });

  it('is not blank with as little as a page number', () => {
    expect(isBlank(greymap(255, [9_800, 9_801, 9_802, 9_803, 9_804]))).toBe(false);
  });

  it('is not blank with white letters on black', () => {
    expect(isBlank(greymap(0, [9_800, 9_801, 9_802, 9_803], 255))).toBe(false);
  });

  it('is not called blank where it is no greymap', () => {
    expect(isBlank(new Uint8Array([0x89, 0x50]))).toBe(false);
  });
});
