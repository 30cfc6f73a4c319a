import type { FastifyReply } from 'fastify';

/** Aborts when the client is gone before it has its answer. */
export function gone(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  const { raw } = reply;
  const look = (): void => {
    if (!raw.writableFinished) controller.abort();
  };
  // It may have gone while its credential was looked at.
  if (raw.destroyed) look();
  else raw.once('close', look);
  return controller.signal;
}
