import type { ReadOutcome, ReadRequest } from './read-document.ts';

/**
 * Reads files of shares. Obligations: never rejects; trouble of the file or of what reads it is a refusal with a
 * reason; calls may overlap, each has its own outcome.
 */
export interface FileReader {
  read(request: ReadRequest): Promise<ReadOutcome>;
}
