/** The MCP servers. Nothing else imports the MCP SDK. */
export type { DocumentsServerDeps } from './documents-server.ts';
export { documentsHttpHandler, type McpHttpHandler } from './http-handler.ts';
export { serveDocumentsStdio } from './stdio.ts';
