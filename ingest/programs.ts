import { findTesseract, installedLanguages } from './parse/ocr/tesseract.ts';
import type { OcrSettings, ParsePrograms } from './parse/parser.ts';
import { findPoppler } from './parse/pdf/poppler/source.ts';
import { findProgram } from './parse/program.ts';

/** What reads documents on this machine, for its operator. */
export interface ProgramsInUse {
  readonly pdf: ParsePrograms['pdf'];
  readonly ocr:
    | { readonly state: 'on'; readonly languages: readonly string[]; readonly missing: readonly string[] }
    | { readonly state: 'off' }
    /** Tesseract, poppler-utils, or the data of every wanted language are not installed. */
    | { readonly state: 'missing'; readonly lacks: 'tesseract' | 'poppler' | 'languages' };
}

/** Looks which of the wanted programs are installed. */
export async function programsInUse({ pdf, ocr }: ParsePrograms): Promise<ProgramsInUse> {
  return {
    pdf: pdf === 'poppler' && findPoppler() !== null ? 'poppler' : 'pdfjs',
    ocr: ocr === null ? { state: 'off' } : await ocrInUse(ocr),
  };
}

async function ocrInUse(settings: OcrSettings): Promise<ProgramsInUse['ocr']> {
  const path = findProgram('tesseract');
  if (path === null) return { state: 'missing', lacks: 'tesseract' };
  if (findProgram('pdftoppm') === null) return { state: 'missing', lacks: 'poppler' };
  const found = await findTesseract(settings);
  if (found === null) return { state: 'missing', lacks: 'languages' };
  const installed = await installedLanguages(path);
  return {
    state: 'on',
    languages: found.languages.split('+'),
    missing: (settings.languages ?? []).filter((language) => !installed.includes(language)),
  };
}
