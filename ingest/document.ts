/**
 * The neutral document: what every parser makes and everything behind it reads.
 *
 * `page` is the 1-based number of the page, slide, sheet or mail part a block stands on; null where the
 * format has none. Text is Unicode in NFC, without markup, one line per block unless the block is `code`.
 */
export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly text: string; readonly page: number | null }
  | { readonly kind: 'paragraph'; readonly text: string; readonly page: number | null }
  | { readonly kind: 'item'; readonly text: string; readonly page: number | null }
  | { readonly kind: 'code'; readonly text: string; readonly page: number | null }
  | {
      readonly kind: 'table';
      /** Column names, or empty when the table has none. */
      readonly header: readonly string[];
      readonly rows: readonly (readonly string[])[];
      readonly page: number | null;
    };

export interface ParsedDocument {
  /** The document's own title (metadata or first heading); null when it names none. */
  readonly title: string | null;
  readonly blocks: readonly Block[];
  /** How many pages, slides or sheets; null where the format has none. */
  readonly pages: number | null;
  readonly warnings: readonly Warning[];
}

/** Something a reader of the document should know; the text is still used. */
export interface Warning {
  readonly code:
    | 'wrong-extension'
    | 'encoding-guessed'
    | 'truncated'
    | 'part-skipped'
    | 'repaired'
    | 'attachment-skipped'
    | 'macros-left-out'
    | 'read-by-ocr'
    | 'needs-program'
    | 'no-text';
  readonly detail: string;
}

/** Why a file gives no text. Stable names: they stand in the catalog, in `--json` output and in tests. */
export const QUARANTINE_REASONS = [
  'encrypted',
  'corrupt',
  'unsupported',
  'needs-program',
  'blocked',
  'infected',
  'not-scanned',
  'too-large',
  'too-much-text',
  'timeout',
  'out-of-memory',
  'parser-crashed',
  'unreadable',
  'outside-share',
  'acl-missing',
  'acl-unreadable',
  'path-not-utf8',
] as const;
export type QuarantineReason = (typeof QUARANTINE_REASONS)[number];

/** What parsing one file gave. Trouble is a value: a parser throws only for its own defects. */
export type ParseOutcome =
  | { readonly kind: 'parsed'; readonly type: string; readonly document: ParsedDocument }
  | {
      readonly kind: 'refused';
      readonly type: string;
      readonly reason: QuarantineReason;
      readonly detail: string;
    };
