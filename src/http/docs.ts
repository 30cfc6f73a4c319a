import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import type { Addresses } from './addresses.ts';
import type { HttpDeps } from './deps.ts';

/** Its own files only. The user interface sets style attributes by script, which 'self' does not cover. */
const CONTENT_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** `/docs` (for people) and `/docs/json` (OpenAPI), made from the tools' own schemas. */
export async function apiDocs(
  app: FastifyInstance,
  { version }: Pick<HttpDeps, 'version'>,
  at: Addresses,
): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'need-to-know',
        description:
          'Search over company documents in which everyone sees only what they may see. For assistants the same tools stand at /mcp/documents (MCP, Streamable HTTP).',
        version,
      },
      servers: [{ url: at.resource(null) }],
      components: {
        securitySchemes: {
          bearer: {
            type: 'http',
            scheme: 'bearer',
            description:
              'An access token of `ntk token create`, or of an identity provider that is configured here.',
          },
        },
      },
    },
    transform: jsonSchemaTransform,
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: CONTENT_POLICY,
    indexPrefix: at.base,
    theme: { title: 'need-to-know API' },
    uiConfig: { validatorUrl: null, layout: 'BaseLayout' },
  });
}
