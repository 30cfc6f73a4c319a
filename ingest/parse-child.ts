/** The process in which files are parsed. It does one file at a time and is killed for any misbehaviour. */
import { enableCompileCache } from 'node:module';
import type { ReadOutcome, ReadRequest } from './read-document.ts';

// Before the parsers are loaded: a child is started often, and most of its start is compiling them.
enableCompileCache();
const { readDocument } = await import('./read-document.ts');

export interface ChildRequest {
  readonly id: number;
  readonly request: ReadRequest;
}

export type ChildReply =
  | { readonly id: number; readonly outcome: ReadOutcome; readonly resident: number }
  | { readonly id: number; readonly failed: string };

process.on('message', (message: ChildRequest) => {
  void answer(message);
});
process.on('disconnect', () => process.exit(0));

async function answer({ id, request }: ChildRequest): Promise<void> {
  try {
    const outcome = await readDocument(request);
    send({ id, outcome, resident: process.memoryUsage.rss() });
  } catch (error) {
    send({ id, failed: error instanceof Error ? error.message : String(error) });
  }
}

function send(reply: ChildReply): void {
  process.send?.(reply);
}
