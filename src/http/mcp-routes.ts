import type { FastifyInstance } from 'fastify';
import { type Addresses, METADATA_PATH } from './addresses.ts';
import { bearerCallers } from './bearer.ts';
import type { HttpDeps } from './deps.ts';

const METADATA_HEADERS = { 'access-control-allow-origin': '*', 'cache-control': 'public, max-age=300' };

/** `/mcp/NAME` for each server, and the metadata by which a client finds how to get in (RFC 9728). */
export function mcpRoutes(app: FastifyInstance, deps: HttpDeps, at: Addresses): void {
  const { mcp, authenticate, authorizationServers } = deps;
  // The MCP handlers read the body themselves: how large it may be and what is wrong with it is theirs to say.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));

  const everything = [...new Set([...mcp.values()].flatMap(({ scopes }) => scopes))];
  metadata(null, everything);
  for (const [name, server] of mcp) {
    metadata(name, server.scopes);
    const resourceMetadataUrl = at.metadata(name);
    const callers = bearerCallers(authenticate, 'mcp', { scopes: server.scopes, resourceMetadataUrl });
    app.route({
      method: ['GET', 'POST', 'DELETE'],
      url: `/mcp/${name}`,
      exposeHeadRoute: false,
      schema: { hide: true },
      onRequest: callers.require,
      handler: async (request, reply) => {
        reply.hijack();
        for (const [header, value] of Object.entries(reply.getHeaders())) {
          if (value !== undefined) reply.raw.setHeader(header, value);
        }
        await server.handle(request.raw, reply.raw, callers.of(request), resourceMetadataUrl);
      },
    });
  }

  function metadata(name: string | null, scopes: readonly string[]): void {
    const body = {
      resource: at.resource(name),
      ...(authorizationServers.length === 0 ? {} : { authorization_servers: authorizationServers }),
      scopes_supported: scopes,
      bearer_methods_supported: ['header'],
      resource_name: name === null ? 'need-to-know' : `need-to-know ${name}`,
    };
    // Proxies that take a path prefix away leave it in here: it stands behind the well-known part.
    for (const base of new Set(['', at.base])) {
      const path = METADATA_PATH + base + (name === null ? '' : `/mcp/${name}`);
      app.get(path, { schema: { hide: true } }, async (_request, reply) =>
        reply.headers(METADATA_HEADERS).send(body),
      );
    }
  }
}
