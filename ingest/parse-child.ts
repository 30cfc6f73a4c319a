/** The process in which files are parsed. It does one file at a time and is killed for any misbehaviour. */
import { type ReadOutcome, type ReadRequest, readDocument } from './read-document.ts';

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
