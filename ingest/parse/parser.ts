import type { ParsedDocument, QuarantineReason } from '../document.ts';

/** Bytes of one file with the name it had on the share (for the extension and messages only). */
export interface ParseInput {
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly limits: ParseLimits;
  /** Parses a file inside this one (a mail's attachment), one level deeper; null when too deep or refused. */
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
