import type { FastifyInstance, HTTPMethods } from 'fastify';
import { sendProblem } from './problem.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const satisfies HTTPMethods[];
type Method = (typeof METHODS)[number];

/** Answers 405 with `Allow` for the methods that a path does not have. */
export function onlyMethods(app: FastifyInstance, url: string, allowed: readonly Method[]): void {
  const list = allowed.join(', ');
  app.route({
    method: METHODS.filter((method) => !allowed.includes(method)),
    url,
    schema: { hide: true },
    // Before the body is looked at: what it holds does not matter here.
    onRequest: async (_request, reply) =>
      sendProblem(reply.header('allow', list), 405, 'method-not-allowed', `Use ${list}.`),
    handler: async (_request, reply) => reply,
  });
}
