import type { FastifyInstance } from 'fastify';
import type { HttpDeps } from './deps.ts';

/** How long a probe waits for catalog and store. */
const READY_MS = 2_000;

/** `/healthz`: the process answers. `/readyz`: catalog and store answer as well. Neither says more. */
export function healthRoutes(app: FastifyInstance, { ready }: Pick<HttpDeps, 'ready'>): void {
  const schema = { hide: true };
  app.get('/healthz', { schema }, async () => ({ status: 'ok' }));
  app.get('/readyz', { schema }, async (_request, reply) => {
    const late = new Promise<boolean>((resolve) => setTimeout(resolve, READY_MS, false).unref());
    const yes = await Promise.race([ready().catch(() => false), late]);
    return reply.code(yes ? 200 : 503).send({ status: yes ? 'ready' : 'not-ready' });
  });
}
