import type { Parser } from './parser.ts';

/** One kind of file: how it is told from others, and what reads it. */
export interface Format {
  /** Stable short name: stands in the catalog and in `--type`. */
  readonly type: string;
  /** What a message calls it. */
  readonly label: string;
  /** Lower case, without the dot; the first is the usual one. */
  readonly extensions: readonly string[];
  readonly content: Content;
  /** null: the file is listed with its type, its text is not read. */
  readonly parse: Parser | null;
}

/** How a format is recognised by its bytes. */
export type Content =
  /** `sniff` recognises it whatever the name; without one the extension decides. `weak` only if no text type is named. */
  | { readonly kind: 'text'; readonly sniff?: (start: string) => boolean; readonly weak?: boolean }
  /** `marks` are looked for in `[Content_Types].xml` and in `mimetype`; `part` is the tell-tale entry without them. */
  | { readonly kind: 'zip'; readonly marks: readonly string[]; readonly part?: string }
  /** Any of these streams (lower case) in an OLE container. */
  | { readonly kind: 'ole'; readonly streams: readonly string[] }
  /** The bytes begin at `from` (0) at the earliest and `within` at the latest (PDF readers accept junk in front). */
  | {
      readonly kind: 'magic';
      readonly bytes: readonly (readonly number[])[];
      readonly from?: number;
      readonly within: number;
    };

/** Bytes of a text in single-byte letters, for signatures. */
export const ascii = (text: string): number[] => [...Buffer.from(text, 'latin1')];
