import { describe, expect, it } from 'vitest';
import { ConfigError, toConfig } from '../../../src/config/index.ts';

const FILE = '/etc/ntk/need-to-know.yaml';
const withIngest = (
  ingest: string,
): string => `shares: [{ name: docs, path: share, acl: { source: sidecar } }]
directory: { source: file, path: directory.yaml }
ingest: ${ingest}
`;
const ingest = (text: string) => toConfig(FILE, withIngest(text)).ingest;

function refusal(text: string): string {
  try {
    ingest(text);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('not refused');
}

describe('what reads the files', () => {
  it('is what is installed when nothing is said', () => {
    expect(ingest('{}')).toMatchObject({ pdf: 'auto', ocr: { maxPages: 50 } });
  });

  it.each(['auto', 'poppler', 'pdfjs'])('may be %s for PDFs', (pdf) => {
    expect(ingest(`{ pdf: ${pdf} }`).pdf).toBe(pdf);
  });

  it('may leave scans and pictures alone', () => {
    expect(ingest('{ ocr: off }').ocr).toBe('off');
  });

  it('may expect languages', () => {
    expect(ingest('{ ocr: { languages: [ita, deu_latf, script/Latin], maxPages: 5 } }').ocr).toEqual({
      languages: ['ita', 'deu_latf', 'script/Latin'],
      maxPages: 5,
    });
  });

  it.each([
    ['another engine', '{ pdf: mupdf }', /ingest\.pdf/],
    ['a language that is an argument', '{ ocr: { languages: ["--psm"] } }', /ingest\.ocr/],
    ['a language that leads elsewhere', '{ ocr: { languages: ["../../etc/x"] } }', /ingest\.ocr/],
    ['no language', '{ ocr: { languages: [] } }', /ingest\.ocr/],
    ['no page', '{ ocr: { maxPages: 0 } }', /ingest\.ocr/],
    ['a key that does not exist', '{ ocr: { dpi: 300 } }', /ingest\.ocr/],
    ['another word', '{ ocr: yes }', /write off, or languages and maxPages/],
  ])('is refused with %s, and the message says where', (_, text, says) => {
    expect(refusal(text)).toMatch(says);
  });
});
