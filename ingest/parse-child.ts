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
// A library may leave a promise of its own behind, rejected, on a damaged file. What counts is the one that is waited
// for; where that never settles, the time limit names the file.
process.on('unhandledRejection', () => undefined);
process.on('disconnect', () => {
  try {
    // Programs that were called go too: they are in the group that this process leads.
    if (process.platform !== 'win32') process.kill(-process.pid, 'SIGKILL');
  } finally {
    process.exit(0);
  }
});

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
