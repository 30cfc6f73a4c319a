import type { Format } from './format.ts';
import { ARCHIVE_FORMATS } from './formats/archives.ts';
import { LISTED_FORMATS } from './formats/listed.ts';
import { OFFICE_FORMATS } from './formats/office.ts';
import { PICTURE_FORMATS } from './formats/pictures.ts';
import { TEXT_FORMATS } from './formats/text.ts';

export type { Format } from './format.ts';
export { ZIP_ARCHIVE } from './formats/archives.ts';
export { PLAIN_TEXT } from './formats/text.ts';

/**
 * Every format that is known. To add one, add a descriptor to its list in `formats/` and its parser beside this
 * file; nothing else enumerates them.
 *
 * Parsers load when first used, so a child that reads only Markdown never loads the spreadsheet library.
 */
export const FORMATS: readonly Format[] = [
  ...OFFICE_FORMATS,
  ...TEXT_FORMATS,
  ...ARCHIVE_FORMATS,
  ...PICTURE_FORMATS,
  ...LISTED_FORMATS,
];

export function formatByType(type: string): Format | undefined {
  return FORMATS.find((format) => format.type === type);
}

export function formatByExtension(extension: string): Format | undefined {
  return FORMATS.find((format) => format.extensions.includes(extension));
}
