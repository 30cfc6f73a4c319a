/** The MCP servers. Nothing else imports the MCP SDK. */
export { documentsHttpHandler } from './http-handler.ts';
export { serveDocumentsStdio } from './stdio.ts';
