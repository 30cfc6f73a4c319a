import type { Usage } from '../process-tree.ts';

/** What reading a folder cost. */
export interface PeerIngest {
  readonly seconds: number;
  readonly usage: Usage;
  /** Pieces that are found one by one; null where the program does not say. */
  readonly chunks: number | null;
}

/** A program that is running and answers. */
export interface PeerAnswering {
  /** Milliseconds from the start of its process to its first answer. */
  readonly firstAnswer: number;
  /** Its process, for measuring memory; null where every question is a process of its own. */
  readonly pid: number | null;
  /** How many results a question has, of ten at most. */
  ask(question: string): Promise<number>;
  close(): Promise<void>;
}

/** A program that finds passages or files in a folder, as an assistant uses it. */
export interface Peer {
  readonly name: string;
  ingest(): Promise<PeerIngest>;
  /** Starts it and asks a first question. */
  answer(first: string): Promise<PeerAnswering>;
}

/** Results asked for. */
export const LIMIT = 10;

/** Where a peer reads and writes. */
export interface PeerPlace {
  /** Folder with the files; only read. */
  readonly files: string;
  /** An empty folder of its own. */
  readonly scratch: string;
}
