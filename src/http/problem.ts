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

/** A refusal on the wire; 401 and 403 say how to get in. */
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
  return sendProblem(reply, httpStatus(refusal), refusal.kind, refusal.message);
}
