import { join } from 'node:path';
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernHttp,
} from '@modelcontextprotocol/client';
import { StdioClientTransport as ModernStdio } from '@modelcontextprotocol/client/stdio';
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as LegacyStdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as LegacyHttp } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport as LegacyTransport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { Company } from '../../support/company.ts';
import type { Served } from '../../support/serve.ts';

/** What the tests ask of a client, whatever its generation. */
export interface TestClient {
  readonly version: string;
  readonly instructions: string;
  tools(): Promise<readonly ListedTool[]>;
  call(name: string, input: Readonly<Record<string, unknown>>): Promise<Called>;
  read(uri: string): Promise<string>;
  templates(): Promise<readonly string[]>;
  resources(): Promise<number>;
  prompt(question: string): Promise<string>;
  close(): Promise<void>;
}

interface ListedTool {
  readonly name: string;
  readonly annotations?: Readonly<Record<string, unknown>> | undefined;
  readonly outputSchema?: unknown;
}

export interface Called {
  readonly isError: boolean;
  readonly structured: unknown;
  readonly texts: readonly string[];
}

const INFO = { name: 'test-client', version: '1.0.0' };
const NTK = join(import.meta.dirname, '..', '..', '..', 'bin', 'ntk.js');

/** Every generation over every transport. */
export const WAYS = [
  { way: 'a 2026-07-28 client over HTTP', version: '2026-07-28', connect: modernOverHttp },
  { way: 'a 2025-11-25 client over HTTP', version: '2025-11-25', connect: legacyOverHttp },
  { way: 'a 2026-07-28 client over stdio', version: '2026-07-28', connect: modernOverStdio },
  { way: 'a 2025-11-25 client over stdio', version: '2025-11-25', connect: legacyOverStdio },
] as const;

interface Where {
  readonly company: Company;
  readonly served: Served;
  readonly login: string;
}

async function httpOf({ company, served, login }: Where) {
  const { secret } = await company.token(login);
  const requestInit = { headers: { authorization: `Bearer ${secret}` } };
  return { url: new URL(`${served.origin}/mcp/documents`), options: { requestInit } };
}

function stdioOf({ company, login }: Where) {
  return {
    command: process.execPath,
    args: [NTK, 'mcp', '--domain', 'documents', '--as', login, '--config', company.configFile],
    stderr: 'inherit' as const,
  };
}

async function modernOverHttp(where: Where): Promise<TestClient> {
  const { url, options } = await httpOf(where);
  return modern(new ModernHttp(url, options));
}

async function modernOverStdio(where: Where): Promise<TestClient> {
  return modern(new ModernStdio(stdioOf(where)));
}

async function legacyOverHttp(where: Where): Promise<TestClient> {
  const { url, options } = await httpOf(where);
  return legacy(new LegacyHttp(url, options));
}

async function legacyOverStdio(where: Where): Promise<TestClient> {
  return legacy(new LegacyStdio(stdioOf(where)));
}

async function modern(transport: ModernHttp | ModernStdio): Promise<TestClient> {
  const client = new ModernClient(INFO, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
  await client.connect(transport);
  return {
    version: client.getNegotiatedProtocolVersion() ?? '',
    instructions: client.getInstructions() ?? '',
    tools: async () => (await client.listTools()).tools,
    call: async (name, input) => called(await client.callTool({ name, arguments: { ...input } })),
    read: async (uri) => textOf((await client.readResource({ uri })).contents),
    templates: async () =>
      (await client.listResourceTemplates()).resourceTemplates.map(({ uriTemplate }) => uriTemplate),
    resources: async () => (await client.listResources()).resources.length,
    prompt: async (question) =>
      promptText(await client.getPrompt({ name: 'answer_from_documents', arguments: { question } })),
    close: () => client.close(),
  };
}

async function legacy(transport: LegacyTransport): Promise<TestClient> {
  const client = new LegacyClient(INFO);
  let version = '';
  // The 1.x client tells its transport which version was agreed on, and nobody else.
  const announce = transport.setProtocolVersion?.bind(transport);
  transport.setProtocolVersion = (agreed: string) => {
    version = agreed;
    announce?.(agreed);
  };
  await client.connect(transport);
  return {
    version,
    instructions: client.getInstructions() ?? '',
    tools: async () => (await client.listTools()).tools,
    call: async (name, input) => called(await client.callTool({ name, arguments: { ...input } })),
    read: async (uri) => textOf((await client.readResource({ uri })).contents),
    templates: async () =>
      (await client.listResourceTemplates()).resourceTemplates.map(({ uriTemplate }) => uriTemplate),
    resources: async () => (await client.listResources()).resources.length,
    prompt: async (question) =>
      promptText(await client.getPrompt({ name: 'answer_from_documents', arguments: { question } })),
    close: () => client.close(),
  };
}

function called(result: object): Called {
  const content: unknown = 'content' in result ? result.content : [];
  return {
    isError: 'isError' in result && result.isError === true,
    structured: 'structuredContent' in result ? result.structuredContent : undefined,
    texts: Array.isArray(content) ? content.map((block) => textBlock(block)) : [],
  };
}

function textBlock(block: unknown): string {
  if (typeof block === 'object' && block !== null && 'text' in block && typeof block.text === 'string') {
    return block.text;
  }
  throw new Error('a content block is no text');
}

function textOf(contents: readonly object[]): string {
  return contents.map((content) => textBlock(content)).join('');
}

function promptText({ messages }: { readonly messages: readonly { readonly content: unknown }[] }): string {
  return messages.map(({ content }) => textBlock(content)).join('\n');
}
