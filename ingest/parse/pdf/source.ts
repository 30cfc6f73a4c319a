import type { Run } from './spans.ts';

export interface OutlineEntry {
  readonly title: string;
  readonly level: number;
  /** 1-based page the entry points at. */
  readonly page: number;
}

/** The text of one page in the order it was drawn. */
export interface PageText {
  readonly number: number;
  readonly runs: readonly Run[];
}

/** What an engine says of one page. `turned`: it holds text at an angle that this engine cannot place. */
export type PageReading =
  | ({ readonly kind: 'text' | 'turned' } & PageText)
  | { readonly kind: 'damaged'; readonly number: number };

/**
 * An open PDF, whichever engine reads it. What it gives is the same neutral thing: runs of text with place,
 * size and font name; the layout code behind it makes rows, headings and tables of them.
 *
 * `pages` comes first and once; the other three are asked when it was read to its end, or left.
 */
export interface PdfSource {
  /** The pages in order; ends early after many damaged ones in a row. @throws {EngineFailed} */
  pages(): AsyncIterable<PageReading>;
  /** How many pages the document says it has. */
  pageCount(): Promise<number>;
  /** Bookmarks in order, less those that lead nowhere; empty when they are damaged. */
  outline(): Promise<readonly OutlineEntry[]>;
  /** Titles that its maker wrote into it, the more official one first. */
  titles(): Promise<readonly string[]>;
  /** Which of these fonts are bold; each comes with a page it stands on. */
  boldFonts(wanted: ReadonlyMap<string, number>): Promise<ReadonlySet<string>>;
  close(): Promise<void>;
}

/** Outlines longer or deeper than this are machine noise (one entry per paragraph) or hostile. */
export const MAX_OUTLINE_ENTRIES = 5_000;
export const MAX_OUTLINE_LEVEL = 6;

/** This engine cannot read the file; another one may. */
export class EngineFailed extends Error {
  readonly code = 'pdf-engine-failed';
}
