import type { ProgramsInUse } from '../../ingest/index.ts';
import type { Config } from '../config/index.ts';
import type { Finding } from './finding.ts';

/** What reads PDFs, scans and pictures on this machine, as findings. */
export function readingFindings({ ingest }: Pick<Config, 'ingest'>, programs: ProgramsInUse): Finding[] {
  return [pdfFinding(ingest.pdf, programs.pdf), ocrFinding(programs.ocr)];
}

function pdfFinding(wanted: Config['ingest']['pdf'], used: ProgramsInUse['pdf']): Finding {
  const check = 'PDFs';
  if (used === 'poppler') return { check, state: 'ok', detail: 'read by poppler', mend: null };
  if (wanted === 'poppler') {
    const detail = 'ingest.pdf is poppler, but it is not installed: pdfjs reads them, slower';
    return { check, state: 'failed', detail, mend: 'install poppler-utils, or set ingest.pdf to auto' };
  }
  const mend = wanted === 'auto' ? 'install poppler-utils, which is faster' : null;
  return { check, state: 'ok', detail: 'read by pdfjs', mend };
}

const LACKS = {
  tesseract: 'tesseract is not installed',
  poppler: 'poppler-utils, which draw the pages, are not installed',
  languages: 'tesseract has the data of none of the languages of ingest.ocr',
} as const;

function ocrFinding(ocr: ProgramsInUse['ocr']): Finding {
  const check = 'scans and pictures';
  if (ocr.state === 'off') return { check, state: 'ok', detail: 'not read: ingest.ocr is off', mend: null };
  if (ocr.state === 'missing') {
    const mend =
      'install tesseract-ocr with the data of your languages and poppler-utils, or set ingest.ocr to off';
    return { check, state: 'warning', detail: `not read: ${LACKS[ocr.lacks]}`, mend };
  }
  const detail = `read by tesseract (${ocr.languages.join(', ')})`;
  if (ocr.missing.length === 0) return { check, state: 'ok', detail, mend: null };
  return {
    check,
    state: 'warning',
    detail: `${detail}, without ${ocr.missing.join(', ')}`,
    mend: 'install the data of these languages (Debian: tesseract-ocr-ita and so on)',
  };
}
