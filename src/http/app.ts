import cookie from '@fastify/cookie';
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { addresses } from './addresses.ts';
import type { HttpDeps } from './deps.ts';
import { apiDocs } from './docs.ts';
import { healthRoutes } from './health.ts';
import { hostNames, nameOf, originAllowed } from './hosts.ts';
import { mcpRoutes } from './mcp-routes.ts';
import { monitoringRoutes } from './monitoring.ts';
import { pageRoutes } from './page/routes.ts';
import { sendProblem } from './problem.ts';
import { restRoutes } from './rest.ts';
import { scimRoutes } from './scim/routes.ts';

/** Longest request body of any face but those that set their own. */
const BODY_BYTES = 1_048_576;
/** A whole request must have arrived by then: a client that sends byte by byte holds nothing for long. */
const REQUEST_MS = 30_000;
/** Longer than any id: a tool says that an id is none, in its own words. Node ends a request over 16 KiB. */
const MAX_PARAMETER = 16_384;

/** Headers of every answer. Pages and the API documentation widen the content policy for themselves. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

/** Paths that probes ask by whatever address a machine has; they say nothing but yes or no. */
const PROBES = new Set(['/healthz', '/readyz']);
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * The HTTP face: REST, MCP mounts, link page, API documentation, probes. Nothing is logged here; faults go
 * to `onFault`, without the request. Call `listen` on what comes back, and `close` to end.
 */
export function createHttpApp(deps: HttpDeps): FastifyInstance {
  const at = addresses(deps.publicUrl);
  const names = hostNames(deps.publicUrl, deps.allowedHosts);
  const app = fastify({
    logger: false,
    bodyLimit: BODY_BYTES,
    requestTimeout: REQUEST_MS,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: MAX_PARAMETER },
    frameworkErrors: (_error, _request, reply) => {
      reply.headers(HEADERS);
      sendProblem(reply, 400, 'bad-request', 'The address of the request is not valid.');
    },
  });

  // Tools validate their input and the gate checks their output: doing either here as well could only differ.
  app.setValidatorCompiler(() => (value) => ({ value }));
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(HEADERS);
    if (PROBES.has(request.url)) return;
    const name = nameOf(request.headers.host);
    if (name === null || !names.has(name)) {
      const message = 'This host name is not configured: see http.publicUrl and http.allowedHosts.';
      return sendProblem(reply, 403, 'forbidden-host', message);
    }
    const guarded = !SAFE.has(request.method) || request.url.startsWith('/mcp/');
    if (guarded && !originAllowed(request.headers.origin, names)) {
      return sendProblem(reply, 403, 'forbidden-origin', 'Other sites may not call this server.');
    }
  });
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, 404, 'no-such-path', 'Nothing is here.'));
  app.setErrorHandler((error: FastifyError, _request, reply) => fault(error, reply, deps.onFault));

  app.register(cookie);
  app.register(async (scope) => {
    await apiDocs(scope, deps, at);
    await restRoutes(scope, deps, at);
  });
  app.register(async (scope) => healthRoutes(scope, deps));
  app.register(async (scope) => mcpRoutes(scope, deps, at));
  app.register(async (scope) => pageRoutes(scope, deps, at));
  const { scim, monitoring } = deps;
  if (monitoring !== null) app.register(async (scope) => monitoringRoutes(scope, monitoring));
  if (scim !== null) app.register(async (scope) => scimRoutes(scope, deps, scim), { prefix: '/scim/v2' });
  return app;
}

/** Words of our own for every error: what a library or the system says never leaves. */
function fault(error: FastifyError, reply: FastifyReply, onFault: HttpDeps['onFault']): FastifyReply {
  const status = error.statusCode ?? 500;
  switch (status) {
    case 400:
      return sendProblem(reply, 400, 'bad-request', 'The body is not valid JSON.');
    case 413:
      return sendProblem(reply, 413, 'too-large', 'The body is too large.');
    case 415:
      return sendProblem(reply, 415, 'unsupported-media-type', 'Send the body as application/json.');
  }
  if (status > 400 && status < 500) {
    return sendProblem(reply, status, 'bad-request', 'The request is not valid.');
  }
  onFault('http', error);
  return sendProblem(reply, 500, 'fault', 'Something went wrong here. Try again, or tell the administrator.');
}
