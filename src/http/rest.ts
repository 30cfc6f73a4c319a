import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type CallResult, defineTool } from '../governance/index.ts';
import { DOCUMENTS_READ } from '../tools/index.ts';
import type { Addresses } from './addresses.ts';
import { bearerCallers } from './bearer.ts';
import type { HttpDeps } from './deps.ts';
import { gone } from './gone.ts';
import { onlyMethods } from './methods.ts';
import { problemBody, sendRefusal } from './problem.ts';

/** A question and a few filters. */
const MAX_BODY_BYTES = 1_048_576;

const problems = {
  400: problemBody.describe('The request is not valid.'),
  401: problemBody.describe('No valid access token.'),
  403: problemBody.describe('The access token lacks the scope.'),
  429: problemBody.describe('Too many calls of yours are waiting: see Retry-After.'),
  503: problemBody.describe('Not available just now, or too many people are asking: see Retry-After.'),
  504: problemBody.describe('No answer in time.'),
};

/** `/api/v1`: the document tools for programs. Bodies and answers are those of the tools. */
export async function restRoutes(app: FastifyInstance, deps: HttpDeps, at: Addresses): Promise<void> {
  const how = { scopes: [DOCUMENTS_READ], resourceMetadataUrl: at.metadata('documents') };
  const callers = bearerCallers(deps.authenticate, 'http', how);
  const { gate, tools } = deps;
  const status = statusTool(deps);
  const described = { security: [{ bearer: [] }], tags: ['documents'] };

  await app.register(
    async (api) => {
      api.addHook('onRequest', callers.require);

      api.post(
        '/search',
        {
          bodyLimit: MAX_BODY_BYTES,
          schema: {
            summary: 'Search documents',
            description: tools.searchDocuments.description,
            ...described,
            body: tools.searchDocuments.input,
            response: {
              200: tools.searchDocuments.output,
              ...problems,
              404: problemBody.describe('No such share, or nothing in it that you may read.'),
              413: problemBody.describe('The body is too large.'),
              415: problemBody.describe('The body is not application/json.'),
            },
          },
        },
        async (request, reply) =>
          answer(
            reply,
            await gate.call(tools.searchDocuments, callers.of(request), request.body, gone(reply)),
          ),
      );

      api.get(
        '/documents/:id',
        {
          schema: {
            summary: 'Read a passage or document',
            description: tools.fetch.description,
            ...described,
            params: tools.fetch.input,
            response: {
              200: tools.fetch.output,
              ...problems,
              404: problemBody.describe('No such document, or you may not read it.'),
            },
          },
        },
        async (request, reply) =>
          answer(reply, await gate.call(tools.fetch, callers.of(request), request.params, gone(reply))),
      );

      api.get(
        '/status',
        {
          schema: {
            summary: 'What this server does',
            ...described,
            response: { 200: status.output, ...problems },
          },
        },
        async (request: FastifyRequest, reply) =>
          answer(reply, await gate.call(status, callers.of(request), {}, gone(reply))),
      );
    },
    { prefix: '/api/v1' },
  );

  onlyMethods(app, '/api/v1/search', ['POST']);
  onlyMethods(app, '/api/v1/documents/:id', ['GET', 'HEAD']);
  onlyMethods(app, '/api/v1/status', ['GET', 'HEAD']);

  function answer(reply: FastifyReply, result: CallResult<object>): FastifyReply {
    return result.ok ? reply.send(result.output) : sendRefusal(reply, result.refusal, how);
  }
}

/** Nothing here depends on what stands in the shares: a count would tell of hidden documents. */
function statusTool({ mode, ready, version, now }: HttpDeps) {
  return defineTool({
    name: 'status',
    title: 'Status',
    description: 'How this server answers.',
    scope: DOCUMENTS_READ,
    effect: 'read',
    input: z.strictObject({}),
    output: z.object({
      index: z.enum(['ready', 'not-ready']),
      mode: z.enum(['hybrid', 'lexical']).describe('lexical: by words alone, no embedding model in use.'),
      version: z.string(),
      time: z.string().describe('Now, by the clock of the server (ISO 8601).'),
    }),
    async run() {
      const index = (await ready().catch(() => false)) ? 'ready' : 'not-ready';
      return { index, mode: mode(), version, time: new Date(now()).toISOString() } as const;
    },
    cited: () => [],
  });
}
