import { describe, expect, it } from 'vitest';
import type { ProgramsInUse } from '../../../ingest/index.ts';
import { readingFindings } from '../../../src/admin/reading-findings.ts';
import type { Config } from '../../../src/config/index.ts';

type Pdf = Config['ingest']['pdf'];

function findings(pdf: Pdf, programs: ProgramsInUse) {
  const ingest = { pdf, ocr: { maxPages: 50 } } as Config['ingest'];
  return readingFindings({ ingest }, programs);
}

const OFF = { state: 'off' } as const;

describe('what doctor says of the programs that read', () => {
  it.each([
    ['auto', 'poppler', 'ok', 'read by poppler', null],
    ['auto', 'pdfjs', 'ok', 'read by pdfjs', /install poppler-utils/],
    ['pdfjs', 'pdfjs', 'ok', 'read by pdfjs', null],
    ['poppler', 'poppler', 'ok', 'read by poppler', null],
    ['poppler', 'pdfjs', 'failed', /not installed/, /install poppler-utils/],
  ] as const)('PDFs: %s where %s reads is %s', (wanted, used, state, detail, mend) => {
    const [finding] = findings(wanted, { pdf: used, ocr: OFF });
    expect(finding).toMatchObject({ check: 'PDFs', state });
    expect(finding?.detail).toMatch(detail);
    if (mend === null) expect(finding?.mend).toBeNull();
    else expect(finding?.mend).toMatch(mend);
  });

  it.each([
    [OFF, 'ok', /ingest\.ocr is off/],
    [{ state: 'on', languages: ['eng', 'ita'], missing: [] }, 'ok', /tesseract \(eng, ita\)/],
    [{ state: 'on', languages: ['eng'], missing: ['ita'] }, 'warning', /without ita/],
    [{ state: 'missing', lacks: 'tesseract' }, 'warning', /tesseract is not installed/],
    [{ state: 'missing', lacks: 'poppler' }, 'warning', /poppler-utils/],
    [{ state: 'missing', lacks: 'languages' }, 'warning', /ingest\.ocr/],
  ] as const)('scans: %j is %s', (ocr, state, detail) => {
    const [, finding] = findings('auto', { pdf: 'poppler', ocr });
    expect(finding).toMatchObject({ check: 'scans and pictures', state });
    expect(finding?.detail).toMatch(detail);
    expect(finding?.mend === null).toBe(state === 'ok');
  });
});
