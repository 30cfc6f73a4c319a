import type { ParsedDocument, QuarantineReason } from '../document.ts';
import type { FilePolicy } from '../policy.ts';
import type { PartBudget } from './part-budget.ts';

/** Bytes of one file with the name it had on the share (for the extension and messages only). */
export interface ParseInput {
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly limits: ParseLimits;
  readonly policy: FilePolicy;
  /** What files inside this one may cost; ask before one is unpacked. */
  readonly budget: PartBudget;
  /** Parses a file inside this one (an attachment, a member), one level deeper, under the same policy. */
  readonly parsePart: (part: { readonly bytes: Uint8Array; readonly name: string }) => Promise<ParsedPart>;
}

export type ParsedPart =
  | { readonly ok: true; readonly document: ParsedDocument }
  | { readonly ok: false; readonly reason: QuarantineReason; readonly detail: string };

export interface ParseLimits {
  /** Characters of text one document may give; the rest is cut with a `truncated` warning. */
  readonly maxCharacters: number;
  /** How deep files may stand inside files. */
  readonly maxDepth: number;
  /** Milliseconds after which no further file inside a file is opened; see `PART_MILLISECONDS`. */
  readonly maxPartMilliseconds?: number;
  /** Programs of this machine that may be called; absent: none. */
  readonly programs?: ParsePrograms;
}

/** Which external programs parsers may call. One that is not installed is done without. */
export interface ParsePrograms {
  /** `poppler`: poppler-utils where installed, pdfjs for what they cannot read; `pdfjs`: never poppler. */
  readonly pdf: 'poppler' | 'pdfjs';
  /** Tesseract for pictures and for pages without text; null: never. */
  readonly ocr: OcrSettings | null;
}

export interface OcrSettings {
  /** As tesseract names them (`ita`, `eng`); null: the usual ones whose data are installed. */
  readonly languages: readonly string[] | null;
  /** Pages of one document that are read. */
  readonly maxPages: number;
  /** Seconds of one document after which no further page is begun. */
  readonly maxSeconds: number;
}

export type ParserResult =
  | { readonly ok: true; readonly document: ParsedDocument }
  | { readonly ok: false; readonly reason: QuarantineReason; readonly detail: string };

/**
 * One format. Runs in the parse child only.
 * Obligations: expected trouble (damaged, encrypted, empty) is a value with a sentence; nothing outside the
 * bytes is read or fetched; an empty document is `ok` with no blocks.
 */
export type Parser = (input: ParseInput) => Promise<ParserResult>;
