import type { Flow } from './destinations.ts';

/** What a group of RTF sets and its end takes back. */
export interface Group {
  readonly flow: Flow;
  readonly hidden: boolean;
  readonly codePage: string;
  readonly unicodeSkip: number;
  readonly inTable: boolean;
  readonly outline: number | null;
  readonly style: number;
}

/** Before any word: Western text in the body. */
export const START: Group = {
  flow: 'body',
  hidden: false,
  codePage: 'cp1252',
  unicodeSkip: 1,
  inTable: false,
  outline: null,
  style: 0,
};
