import type { Block } from '../../document.ts';
import type { OcrSettings } from '../parser.ts';
import { findProgram, runWhole } from '../program.ts';
import { readTable } from './tsv.ts';

/** Tesseract with the languages it is to expect. */
export interface Tesseract {
  readonly path: string;
  /** As tesseract names them, joined by "+". */
  readonly languages: string;
}

/** A page that takes longer than this is a pattern, not a text. */
const MAX_PAGE_SECONDS = 40;
const MAX_MEGABYTES = 1_024;
const MAX_TABLE_BYTES = 32 * 1_048_576;
/** What is read when the configuration names no languages, where their data are installed. */
const USUAL = ['eng', 'ita', 'deu', 'fra', 'spa'];

/** Tesseract, where it is installed with data for one of the languages; null where not. */
export async function findTesseract(settings: OcrSettings): Promise<Tesseract | null> {
  const path = findProgram('tesseract');
  if (path === null) return null;
  const installed = await installedLanguages(path);
  const languages = (settings.languages ?? USUAL).filter((language) => installed.includes(language));
  return languages.length === 0 ? null : { path, languages: languages.join('+') };
}

/** Languages whose data tesseract finds. */
export async function installedLanguages(path: string): Promise<readonly string[]> {
  const call = { path, args: ['--list-langs'], input: new Uint8Array(), maxSeconds: 10, maxMegabytes: 512 };
  const listed = await runWhole(call, MAX_TABLE_BYTES);
  // The first line is a sentence about the folder.
  return listed === null ? [] : listed.output.toString('utf8').trim().split('\n').slice(1);
}

/** The text of a picture, or of each picture in a file of several; null when tesseract cannot read it. */
export async function readPicture(
  { path, languages }: Tesseract,
  picture: Uint8Array,
  page: (picture: number) => number,
): Promise<Block[] | null> {
  const args = ['stdin', 'stdout', '-l', languages, '--psm', '3', 'tsv'];
  const call = { path, args, input: picture, maxSeconds: MAX_PAGE_SECONDS, maxMegabytes: MAX_MEGABYTES };
  const result = await runWhole(call, MAX_TABLE_BYTES);
  return result === null ? null : readTable(result.output.toString('utf8'), page);
}
