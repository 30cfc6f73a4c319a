import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { httpStatus, type Refusal } from '../governance/index.ts';
import { type Challenge, challenge } from './challenge.ts';

/** The body of every answer that is no success. */
export const problemBody = z.object({
  error: z.object({
    code: z.string().describe('Stable word for programs, for example not-found.'),
    message: z.string().describe('Plain words for people.'),
  }),
});

export function sendProblem(
  reply: FastifyReply,
  status: number,
  code: string,
  message: string,
): FastifyReply {
  return reply.code(status).type('application/json; charset=utf-8').send({ error: { code, message } });
}

/** Says when to come back, where a refusal says so. */
export function sayWhen(reply: FastifyReply, refusal: Refusal): void {
  if ('retryAfterSeconds' in refusal) reply.header('retry-after', refusal.retryAfterSeconds);
}

/** A refusal on the wire; 401 and 403 say how to get in, 429 and 503 when to come back. */
export function sendRefusal(
  reply: FastifyReply,
  refusal: Refusal,
  how: Omit<Challenge, 'error'>,
): FastifyReply {
  if (refusal.kind === 'unauthenticated') {
    reply.header('www-authenticate', challenge({ ...how, error: 'invalid_token' }));
  }
  if (refusal.kind === 'insufficient-scope') {
    reply.header('www-authenticate', challenge({ ...how, error: 'insufficient_scope' }));
  }
  sayWhen(reply, refusal);
  return sendProblem(reply, httpStatus(refusal), refusal.kind, refusal.message);
}
