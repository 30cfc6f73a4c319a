import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Caller, httpStatus, type Refusal } from '../../governance/index.ts';
import { DOCUMENTS_READ } from '../../tools/index.ts';
import type { Addresses } from '../addresses.ts';
import { challenge } from '../challenge.ts';
import type { HttpDeps } from '../deps.ts';
import { gone } from '../gone.ts';
import { fromOwnPage } from '../hosts.ts';
import { sayWhen } from '../problem.ts';
import { PAGE_POLICY, type View, view } from './layout.ts';
import { memorySessions } from './sessions.ts';
import {
  forbiddenPage,
  notFoundPage,
  passagePage,
  refusedPage,
  signedInPage,
  signInPage,
  unavailablePage,
} from './views.ts';
import { tongueOf } from './words.ts';

/** A token and a path. */
const MAX_FORM_BYTES = 16_384;
/** Longest time to stay signed in; the token may end it sooner. A week is the rhythm of a working person. */
const SESSION_MS = 7 * 86_400_000;
/** Where a form may send a reader: to a document of ours, nowhere else. */
const DOCUMENT_PATH = /^\/d\/[a-z0-9.]{1,64}$/;

/** `/d/ID` and the session behind it: the cited passage in its place, for people in a browser. */
export function pageRoutes(app: FastifyInstance, deps: HttpDeps, at: Addresses): void {
  const sessions = memorySessions(deps);
  // The prefix makes browsers refuse the cookie from any other host or path.
  const name = at.secure && at.base === '' ? '__Host-ntk-session' : 'ntk-session';
  const attributes = {
    path: at.base === '' ? '/' : at.base,
    httpOnly: true,
    secure: at.secure,
    // Lax and not strict: a link in a chat application must arrive signed in.
    sameSite: 'lax',
  } as const;
  const signInChallenge = challenge({
    scopes: [DOCUMENTS_READ],
    resourceMetadataUrl: at.metadata('documents'),
  });
  const schema = { hide: true };

  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: MAX_FORM_BYTES },
    (_request, body, done) => done(null, new URLSearchParams(String(body))),
  );

  // People read these, so even a fault is a page.
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) return send(reply, status, refusedPage(viewOf(request)));
    deps.onFault('page', error);
    return send(reply, 503, unavailablePage(viewOf(request)));
  });

  app.get<{ Params: { id: string } }>('/d/:id', { schema }, async (request, reply) => {
    const caller = await signedIn(request);
    if (caller === null) {
      const path = `/d/${request.params.id}`;
      return signIn(request, reply, { to: DOCUMENT_PATH.test(path) ? path : null, wrong: false });
    }
    const { id } = request.params;
    const result = await deps.gate.call(deps.tools.showPassage, caller, { id }, gone(reply));
    if (result.ok) return send(reply, 200, passagePage(viewOf(request), result.output));
    return refuse(request, reply, result.refusal);
  });

  app.get('/session', { schema }, async (request, reply) =>
    (await signedIn(request)) === null
      ? signIn(request, reply, { to: null, wrong: false })
      : send(reply, 200, signedInPage(viewOf(request))),
  );

  app.post('/session', { schema }, async (request, reply) => {
    if (!fromOwnPage(request.headers, at.host)) return send(reply, 403, refusedPage(viewOf(request)));
    const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
    const to = form.get('to');
    const path = to !== null && DOCUMENT_PATH.test(to) ? to : null;
    const secret = (form.get('token') ?? '').trim();
    const credential = await deps.authenticate(secret);
    if (credential === null) return signIn(request, reply, { to: path, wrong: true });
    endSession(request);
    const now = deps.now();
    const expires = Math.min(credential.expires, now + SESSION_MS);
    const maxAge = Math.floor((expires - now) / 1000);
    reply.setCookie(name, sessions.begin(secret, expires), { ...attributes, maxAge });
    return reply.redirect(at.base + (path ?? '/session'), 303);
  });

  app.post('/session/end', { schema }, async (request, reply) => {
    if (!fromOwnPage(request.headers, at.host)) return send(reply, 403, refusedPage(viewOf(request)));
    endSession(request);
    return reply.clearCookie(name, attributes).redirect(`${at.base}/session`, 303);
  });

  async function signedIn(request: FastifyRequest): Promise<Caller | null> {
    const id = request.cookies[name];
    const credential = id === undefined ? null : await sessions.credential(id);
    if (credential === null) return null;
    const { user, scopes, groups } = credential;
    return { user, scopes, groups, via: 'page' };
  }

  function endSession(request: FastifyRequest): void {
    const id = request.cookies[name];
    if (id !== undefined) sessions.end(id);
  }

  function viewOf(request: FastifyRequest): View {
    return view(tongueOf(request.headers['accept-language']), at.base);
  }

  function refuse(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply {
    const shown = viewOf(request);
    switch (refusal.kind) {
      case 'not-found':
      case 'invalid-input':
        return send(reply, 404, notFoundPage(shown));
      case 'insufficient-scope':
        return send(reply, 403, forbiddenPage(shown));
      case 'unauthenticated':
        return signIn(request, reply, { to: null, wrong: true });
      case 'timeout':
      case 'too-many-requests':
      case 'busy':
      case 'cancelled':
      case 'unavailable':
        sayWhen(reply, refusal);
        return send(reply, httpStatus(refusal), unavailablePage(shown));
    }
  }

  function signIn(
    request: FastifyRequest,
    reply: FastifyReply,
    state: { readonly to: string | null; readonly wrong: boolean },
  ): FastifyReply {
    reply.header('www-authenticate', signInChallenge);
    return send(reply, 401, signInPage(viewOf(request), state));
  }
}

function send(reply: FastifyReply, status: number, markup: string): FastifyReply {
  return (
    reply
      .code(status)
      .type('text/html; charset=utf-8')
      .header('content-security-policy', PAGE_POLICY)
      // Not no-referrer: with it browsers send forms with `Origin: null`. No other site learns of a link.
      .header('referrer-policy', 'same-origin')
      .header('vary', 'accept-language, cookie')
      .send(markup)
  );
}
