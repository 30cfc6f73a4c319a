import { serveStdio } from '@modelcontextprotocol/server/stdio';
import type { Caller } from '../governance/index.ts';
import { type DocumentsServerDeps, documentsServer } from './documents-server.ts';

/**
 * Serves the documents server on this process's standard input and output, for one caller named by the
 * operator. Ends by itself when the client closes the input.
 */
export function serveDocumentsStdio(
  deps: DocumentsServerDeps & {
    readonly caller: Caller;
    readonly onFault: (where: string, error: unknown) => void;
  },
): { readonly close: () => Promise<void> } {
  const { serverFor } = documentsServer(deps);
  return serveStdio(() => serverFor(deps.caller), { onerror: (error) => deps.onFault('mcp', error) });
}
