import { z } from 'zod';

/** What reads PDFs: poppler-utils where installed, or always pdfjs. `poppler` alone makes `ntk doctor` insist on it. */
export const pdfEngine = z.enum(['auto', 'poppler', 'pdfjs']);

const LANGUAGE = /^[A-Za-z][A-Za-z_]{1,20}(?:\/[A-Za-z_]{1,20})?$/;

/** Reading of pictures and of pages without text by tesseract, where it is installed. */
export const ocr = z.union(
  [
    z.literal('off'),
    z.strictObject({
      languages: z
        .array(z.string().regex(LANGUAGE, "write tesseract's names: eng, ita, deu"))
        .min(1)
        .max(8)
        .optional(),
      maxPages: z.int().min(1).max(10_000).default(50),
    }),
  ],
  { error: 'write off, or languages and maxPages' },
);
