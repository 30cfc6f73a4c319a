import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  type DiscoveryKind,
  describeService,
  errorBody,
  type ResourceKind,
  type ScimAnswer,
  ScimBusy,
  type ScimMethod,
  type ScimType,
} from '../../../acl/index.ts';
import { bearerSecret } from '../challenge.ts';
import type { HttpDeps, ScimFace } from '../deps.ts';

/** A group of a hundred thousand members still fits. */
const MAX_BODY_BYTES = 16_777_216;
const RETRY_SECONDS = 5;
const TYPE = 'application/scim+json; charset=utf-8';

const KINDS: readonly ResourceKind[] = ['Users', 'Groups'];
const DESCRIPTIONS: readonly DiscoveryKind[] = ['ServiceProviderConfig', 'Schemas', 'ResourceTypes'];
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const COLLECTION: readonly ScimMethod[] = ['GET', 'POST'];
const RESOURCE: readonly ScimMethod[] = ['GET', 'PUT', 'PATCH', 'DELETE'];

/** `/scim/v2`: an identity provider pushes users and groups (RFC 7644). Opened by one secret, which opens nothing else. */
export function scimRoutes(
  app: FastifyInstance,
  { onFault }: Pick<HttpDeps, 'onFault'>,
  { authentic, base, provider }: ScimFace,
): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    ['application/scim+json', 'application/json'],
    { parseAs: 'string', bodyLimit: MAX_BODY_BYTES },
    (_request, body, done) => {
      try {
        done(null, body === '' ? undefined : JSON.parse(body as string));
      } catch {
        done(Object.assign(new Error('not JSON'), { statusCode: 400 }));
      }
    },
  );
  app.addHook('onRequest', async (request, reply) => {
    const { authorization } = request.headers;
    const secret = authorization === undefined ? null : bearerSecret(authorization);
    if (secret === null || !authentic(secret)) {
      reply.header('www-authenticate', 'Bearer realm="scim"');
      return sendError(reply, 401, null, 'Send the secret of NTK_SCIM_TOKEN as Authorization: Bearer.');
    }
    await provider.contact();
    return undefined;
  });
  app.setErrorHandler((error: FastifyError, _request, reply) => fault(error, reply, onFault));
  app.setNotFoundHandler((_request, reply) => sendError(reply, 404, null, 'Nothing is here.'));

  for (const kind of KINDS) {
    serve(kind, `/${kind}`, COLLECTION);
    serve(kind, `/${kind}/:id`, RESOURCE);
  }
  for (const kind of DESCRIPTIONS) {
    for (const url of [`/${kind}`, `/${kind}/:id`]) {
      app.get(url, { schema: { hide: true } }, async (request, reply) =>
        send(reply, describeService(kind, idOf(request), 'filter' in queryOf(request), base)),
      );
      refuseOthers(url, ['GET']);
    }
  }

  function serve(kind: ResourceKind, url: string, methods: readonly ScimMethod[]): void {
    app.route({
      method: [...methods],
      url,
      bodyLimit: MAX_BODY_BYTES,
      schema: { hide: true },
      handler: async (request, reply) => {
        // A HEAD is answered by what the GET would say.
        const method = request.method === 'HEAD' ? 'GET' : (request.method as ScimMethod);
        const answer = await provider.handle({
          method,
          kind,
          id: idOf(request),
          query: queryOf(request),
          ifMatch: request.headers['if-match'] ?? null,
          ifNoneMatch: request.headers['if-none-match'] ?? null,
          body: request.body,
        });
        return send(reply, answer);
      },
    });
    refuseOthers(url, methods);
  }

  function refuseOthers(url: string, allowed: readonly ScimMethod[]): void {
    app.route({
      method: METHODS.filter((method) => !allowed.includes(method)),
      url,
      schema: { hide: true },
      // Before the body is looked at, and after the secret.
      onRequest: async (_request, reply) => {
        const list = allowed.join(', ');
        return sendError(reply.header('allow', list), 405, null, `Use ${list}.`);
      },
      handler: async (_request, reply) => reply,
    });
  }
}

function send(reply: FastifyReply, { status, body, etag, location }: ScimAnswer): FastifyReply {
  if (etag !== undefined) reply.header('etag', etag);
  if (location !== undefined) reply.header('location', location);
  reply.code(status);
  return body === null ? reply.send() : reply.type(TYPE).send(JSON.stringify(body));
}

function sendError(
  reply: FastifyReply,
  status: number,
  scimType: ScimType | null,
  detail: string,
): FastifyReply {
  return send(reply, { status, body: errorBody(status, scimType, detail) });
}

/** Words of our own for every error: what a library or the system says never leaves. */
function fault(error: FastifyError, reply: FastifyReply, onFault: HttpDeps['onFault']): FastifyReply {
  if (error instanceof ScimBusy) {
    reply.header('retry-after', String(RETRY_SECONDS));
    return sendError(reply, 503, null, 'The directory is busy: send the request again.');
  }
  const status = error.statusCode ?? 500;
  switch (status) {
    case 413:
      return sendError(reply, 413, null, 'The body is too large: send the members in several requests.');
    case 415:
      return sendError(reply, 415, null, 'Send the body as application/scim+json.');
  }
  if (status >= 400 && status < 500)
    return sendError(reply, 400, 'invalidSyntax', 'The body is not valid JSON.');
  onFault('scim', error);
  return sendError(reply, 500, null, 'Something went wrong here. Try again, or tell the administrator.');
}

function idOf(request: FastifyRequest): string | null {
  return (request.params as { readonly id?: string }).id ?? null;
}

/** Of a parameter that stands several times the first counts. */
function queryOf(request: FastifyRequest): Record<string, string> {
  const query = request.query as Record<string, string | string[]>;
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, Array.isArray(value) ? (value[0] ?? '') : value]),
  );
}
