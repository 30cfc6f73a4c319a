import { ascii, type Content, type Format } from '../format.ts';
import type { Parser } from '../parser.ts';

const parsePicture: Parser = async (input) => (await import('../ocr/picture.ts')).parsePicture(input);

const picture = (type: string, label: string, extensions: readonly string[], content: Content): Format => ({
  type,
  label,
  extensions,
  content,
  parse: parsePicture,
});

const starting = (...bytes: (readonly number[])[]): Content => ({ kind: 'magic', bytes, within: 0 });

/** Pictures: their words are read where tesseract is installed. */
export const PICTURE_FORMATS: readonly Format[] = [
  picture('png', 'PNG picture', ['png'], starting([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])),
  picture('jpg', 'JPEG picture', ['jpg', 'jpeg', 'jpe', 'jfif'], starting([0xff, 0xd8, 0xff])),
  picture(
    'tif',
    'TIFF picture',
    ['tif', 'tiff'],
    starting([0x49, 0x49, 0x2a, 0x00], [0x4d, 0x4d, 0x00, 0x2a]),
  ),
  // "RIFF" opens other files too, and "WEBP" alone may stand in a text.
  picture('webp', 'WebP picture', ['webp'], { kind: 'magic', bytes: [ascii('WEBPVP8')], from: 8, within: 8 }),
  // "BM" may open a text; the length of the header that follows may not.
  picture('bmp', 'bitmap', ['bmp', 'dib'], {
    kind: 'magic',
    bytes: [
      [0x28, 0, 0, 0],
      [0x7c, 0, 0, 0],
    ],
    from: 14,
    within: 14,
  }),
];
