import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../governance/index.ts';
import { SignInUnavailable } from '../identity/index.ts';
import { bearerSecret, challenge } from './challenge.ts';
import type { HttpDeps } from './deps.ts';
import { sendProblem } from './problem.ts';

/** Callers of requests that passed `requireBearer`. */
export interface Callers {
  /** Reads the credential before anything else of the request is looked at. For `onRequest`. */
  require(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined>;
  /** Who sends this request. */
  of(request: FastifyRequest): Caller;
}

const UNAVAILABLE = 'unavailable';
const NO_KEYS =
  'Nobody can sign in just now: the keys of the identity provider cannot be had. Try again, or tell the administrator.';
const RETRY_SECONDS = 5;

/** Nobody is let in while it cannot be told who they are; the operator was told already. */
function unavailable(error: unknown): typeof UNAVAILABLE {
  if (error instanceof SignInUnavailable) return UNAVAILABLE;
  throw error;
}

/** Authenticates by `Authorization: Bearer`. A cookie is never looked at, so no other site can act here. */
export function bearerCallers(
  authenticate: HttpDeps['authenticate'],
  via: Caller['via'],
  how: { readonly scopes: readonly string[]; readonly resourceMetadataUrl: string },
): Callers {
  const callers = new WeakMap<FastifyRequest, Caller>();
  return {
    async require(request, reply) {
      const { authorization } = request.headers;
      const secret = authorization === undefined ? null : bearerSecret(authorization);
      const credential = secret === null ? null : await authenticate(secret).catch(unavailable);
      if (credential === UNAVAILABLE) {
        reply.header('retry-after', RETRY_SECONDS);
        return sendProblem(reply, 503, 'unavailable', NO_KEYS);
      }
      if (credential === null) {
        const error = authorization === undefined ? {} : { error: 'invalid_token' as const };
        reply.header('www-authenticate', challenge({ ...how, ...error }));
        const message = 'A valid access token is needed, as `Authorization: Bearer …`.';
        return sendProblem(reply, 401, 'unauthenticated', message);
      }
      const { user, scopes, groups } = credential;
      callers.set(request, { user, scopes, groups, via });
      return undefined;
    },
    of(request) {
      const caller = callers.get(request);
      if (caller === undefined) throw new Error('a route without authentication asked for its caller');
      return caller;
    },
  };
}
