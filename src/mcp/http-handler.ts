import type { IncomingMessage, ServerResponse } from 'node:http';
import { type NodeIncomingMessageLike, toNodeHandler, toWebRequest } from '@modelcontextprotocol/node';
import { type AuthInfo, createMcpHandler } from '@modelcontextprotocol/server';
import type { Caller } from '../governance/index.ts';
import { type DocumentsServerDeps, type DomainServer, documentsServer } from './documents-server.ts';

/** One MCP server on HTTP, for callers whom the HTTP face has authenticated. */
interface McpHttpHandler {
  /** The scopes of its tools; a caller with none of them is not let in. */
  readonly scopes: readonly string[];
  /** Answers one request, whose body must not have been read. */
  handle(
    request: IncomingMessage,
    response: ServerResponse,
    caller: Caller,
    resourceMetadataUrl: string,
  ): Promise<void>;
  /** Ends what is under way. */
  close(): Promise<void>;
}

/** A tool call is a question and a few filters. */
const MAX_BODY_BYTES = 1_048_576;
/** Streams of change notices open at once. Nothing is ever told on them, so few are enough. */
const MAX_SUBSCRIPTIONS = 100;

type OnFault = (where: string, error: unknown) => void;

/** The documents server over Streamable HTTP, stateless, for clients of 2026-07-28 and of 2025. */
export function documentsHttpHandler(
  deps: DocumentsServerDeps & { readonly onFault: OnFault },
): McpHttpHandler {
  return overHttp(documentsServer(deps), deps.onFault);
}

function overHttp({ tools, serverFor }: DomainServer, onFault: OnFault): McpHttpHandler {
  const onerror = (error: Error): void => onFault('mcp', error);
  // A caller is found by the object that the SDK hands through: nothing that a client sends can name one.
  const callers = new WeakMap<AuthInfo, Caller>();
  const handler = createMcpHandler(
    ({ authInfo }) => {
      const caller = authInfo === undefined ? undefined : callers.get(authInfo);
      if (caller === undefined) throw new Error('an MCP request came without its caller');
      return serverFor(caller);
    },
    { maxRequestBodySize: MAX_BODY_BYTES, maxSubscriptions: MAX_SUBSCRIPTIONS, onerror },
  );
  const node = toNodeHandler(handler, { maxRequestBodySize: MAX_BODY_BYTES, onerror });
  const scopes = [...new Set(tools.map(({ scope }) => scope))];
  return {
    scopes,
    async handle(request, response, caller, resourceMetadataUrl) {
      if (!scopes.some((scope) => caller.scopes.has(scope))) {
        await auditRefusedCall(request, caller);
        forbid(response, scopes, resourceMetadataUrl);
        return;
      }
      const auth: AuthInfo = { token: '', clientId: caller.user, scopes: [...caller.scopes] };
      callers.set(auth, caller);
      await node({ ...withoutCredentials(request), auth }, response);
    },
    close: () => handler.close(),
  };

  /** The gate refuses for the missing scope and writes that down; its answer is not needed. */
  async function auditRefusedCall(request: IncomingMessage, caller: Caller): Promise<void> {
    const options = { maxRequestBodySize: MAX_BODY_BYTES };
    const body: unknown = await toWebRequest(withoutCredentials(request), undefined, options)
      .then((web) => web.json())
      .catch(() => null);
    const name = calledTool(body);
    const tool = tools.find((one) => one.name === name);
    await tool?.call(caller, {}, new AbortController().signal);
  }
}

/** The request without what authenticated it: no handler needs a secret, so none gets one. */
function withoutCredentials(request: IncomingMessage): NodeIncomingMessageLike {
  const { authorization: _authorization, cookie: _cookie, ...headers } = request.headers;
  return {
    method: request.method ?? 'GET',
    url: request.url ?? '/',
    headers,
    [Symbol.asyncIterator]: () => request[Symbol.asyncIterator](),
  };
}

function calledTool(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || !('method' in body) || !('params' in body)) return null;
  const { method, params } = body;
  if (method !== 'tools/call' || typeof params !== 'object' || params === null) return null;
  return 'name' in params ? params.name : null;
}

/** RFC 6750, section 3.1, naming every scope at once. */
function forbid(response: ServerResponse, scopes: readonly string[], resourceMetadataUrl: string): void {
  const scope = scopes.join(' ');
  const message = `This needs the scope ${scope}.`;
  response.writeHead(403, {
    'content-type': 'application/json; charset=utf-8',
    'www-authenticate': `Bearer error="insufficient_scope", error_description="${message}", scope="${scope}", resource_metadata="${resourceMetadataUrl}"`,
  });
  response.end(JSON.stringify({ error: { code: 'insufficient-scope', message } }));
}
