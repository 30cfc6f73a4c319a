/** Which table of LanceDB, and how it is opened. */
export interface LanceOptions {
  /** Folder on a local disk. */
  readonly folder: string;
  /** One table for each embedder: vectors of two models never stand in one column. */
  readonly table: string;
  /** Dimensions of the vectors; null for a lexical index. */
  readonly dimensions: number | null;
  /** Asked where there is no passage at all: whether that can be. Left out: it can. */
  readonly mayBeEmpty?: () => Promise<boolean>;
  /** This process fills a table that an update left to be made; another one may not take it for empty. */
  readonly fills?: boolean;
  /** Bytes the store may keep in memory for indices. */
  readonly indexCacheBytes?: number;
}
