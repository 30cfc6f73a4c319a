import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { bearerSecret } from './challenge.ts';
import { onlyMethods } from './methods.ts';
import { sendProblem } from './problem.ts';

/** What the operator's own machines may ask. It counts hidden documents as well: never for a user. */
export interface MonitoringFace {
  /** Whether this is the secret that the operator set for them. */
  readonly authentic: (secret: string) => boolean;
  readonly status: () => Promise<object>;
  /** In the text format of Prometheus. */
  readonly metrics: () => Promise<string>;
}

const METRICS = '/metrics';
const STATUS = '/api/v1/status/installation';

/** `/metrics` and the state of the installation, behind a secret of their own; nobody's access token opens them. */
export function monitoringRoutes(app: FastifyInstance, face: MonitoringFace): void {
  const onRequest = async (request: FastifyRequest, reply: FastifyReply) => {
    const { authorization } = request.headers;
    const secret = authorization === undefined ? null : bearerSecret(authorization);
    if (secret !== null && face.authentic(secret)) return undefined;
    reply.header('www-authenticate', 'Bearer');
    const message = 'Send the secret of NTK_METRICS_TOKEN as Authorization: Bearer.';
    return sendProblem(reply, 401, 'unauthenticated', message);
  };
  const schema = { hide: true };
  app.get(METRICS, { onRequest, schema }, async (_request, reply) =>
    reply
      .type('text/plain; version=0.0.4; charset=utf-8')
      .serializer(String)
      .send(await face.metrics()),
  );
  app.get(STATUS, { onRequest, schema }, async (_request, reply) => reply.send(await face.status()));
  onlyMethods(app, METRICS, ['GET', 'HEAD']);
  onlyMethods(app, STATUS, ['GET', 'HEAD']);
}
