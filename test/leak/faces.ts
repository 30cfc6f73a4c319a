import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { runCli } from '../support/run-cli.ts';
import type { SampleCompany } from '../support/sample.ts';

/** A person at the door of the running server. */
export interface Visitor {
  readonly login: string;
  readonly secret: string;
  readonly cookie: string;
  readonly client: Client;
}

/**
 * One way by which text leaves. `ask` takes a text that may be a question, an id or a path, and gives back all
 * that came: status, headers and body.
 *
 * A new face, route or tool gets a row here.
 */
export interface Face {
  readonly name: string;
  readonly takes: 'question' | 'id' | 'path' | 'nothing';
  readonly ask: (visitor: Visitor, text: string) => Promise<string>;
}

export function networkFaces(url: string): readonly Face[] {
  const bearer = ({ secret }: Visitor) => ({ authorization: `Bearer ${secret}` });
  const get = async (visitor: Visitor, path: string): Promise<string> =>
    whole(await fetch(url + path, { headers: bearer(visitor) }));
  const tool =
    (name: string, input: (text: string) => Record<string, unknown>) =>
    async ({ client }: Visitor, text: string): Promise<string> =>
      JSON.stringify(await client.callTool({ name, arguments: input(text) }).catch(String));
  return [
    {
      name: 'POST /api/v1/search',
      takes: 'question',
      ask: async (visitor, query) =>
        whole(
          await fetch(`${url}/api/v1/search`, {
            method: 'POST',
            headers: { ...bearer(visitor), 'content-type': 'application/json' },
            body: JSON.stringify({ query, limit: 50 }),
          }),
        ),
    },
    {
      name: 'GET /api/v1/documents/:id',
      takes: 'id',
      ask: (visitor, id) => get(visitor, `/api/v1/documents/${id}`),
    },
    { name: 'GET /api/v1/status', takes: 'nothing', ask: (visitor) => get(visitor, '/api/v1/status') },
    { name: 'GET /docs/json', takes: 'nothing', ask: (visitor) => get(visitor, '/docs/json') },
    {
      name: 'GET /d/:id',
      takes: 'id',
      ask: async ({ cookie }, id) =>
        whole(await fetch(`${url}/d/${id}`, { headers: { cookie }, redirect: 'manual' })),
    },
    { name: 'MCP search', takes: 'question', ask: tool('search', (query) => ({ query })) },
    {
      name: 'MCP search_documents',
      takes: 'question',
      ask: tool('search_documents', (query) => ({ query, limit: 50 })),
    },
    { name: 'MCP fetch', takes: 'id', ask: tool('fetch', (id) => ({ id })) },
    {
      name: 'MCP check_citation',
      takes: 'id',
      ask: tool('check_citation', (id) => ({ id, quote: 'the' })),
    },
    {
      name: 'MCP list_folder',
      takes: 'path',
      ask: tool('list_folder', (path) => ({ share: 'company', path })),
    },
    {
      name: 'MCP resource',
      takes: 'id',
      ask: async ({ client }, id) =>
        JSON.stringify(await client.readResource({ uri: `ntk://documents/${id}` }).catch(String)),
    },
    {
      name: 'MCP lists',
      takes: 'nothing',
      ask: async ({ client }) =>
        JSON.stringify([
          await client.listTools(),
          await client.listResources(),
          await client.listResourceTemplates(),
          await client.listPrompts(),
        ]),
    },
  ];
}

/** The commands that ask as a person. The operator's commands show every path, on purpose. */
export function commandFaces(config: string): readonly CommandFace[] {
  const command =
    (...words: readonly string[]) =>
    async (login: string, text: string): Promise<string> => {
      const [verb = '', ...options] = words;
      const { code, out, err } = await runCli(verb, text, '--as', login, '--config', config, ...options);
      return `${code}\n${out}\n${err}`;
    };
  return [
    { name: 'ntk search', takes: 'question', ask: command('search', '--limit', '50') },
    { name: 'ntk search --json', takes: 'question', ask: command('search', '--limit', '50', '--json') },
    { name: 'ntk fetch', takes: 'id', ask: command('fetch') },
  ];
}

export interface CommandFace {
  readonly name: string;
  readonly takes: 'question' | 'id';
  readonly ask: (login: string, text: string) => Promise<string>;
}

/** Lets a person in by every door: token, cookie, MCP client. */
export async function visit(sample: SampleCompany, url: string, login: string): Promise<Visitor> {
  const user = await sample.core.userOf(login);
  if (user === null) throw new Error(`nobody is ${login}`);
  const secret = await sample.tokenFor(user);
  const session = await fetch(`${url}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: url },
    body: new URLSearchParams({ token: secret, to: '/' }),
    redirect: 'manual',
  });
  const cookie = session.headers
    .getSetCookie()
    .map((text) => text.split(';')[0])
    .join('; ');
  const client = new Client({ name: 'leak', version: '1' });
  const headers = { Authorization: `Bearer ${secret}` };
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${url}/mcp/documents`), { requestInit: { headers } }),
  );
  return { login, secret, cookie, client };
}

/** A client of `ntk mcp` in a process of its own. */
export async function overStdio(config: string, login: string): Promise<Client> {
  const ntk = join(import.meta.dirname, '..', '..', 'bin', 'ntk.js');
  const args = [ntk, 'mcp', '--domain', 'documents', '--as', login, '--config', config];
  const client = new Client({ name: 'leak', version: '1' });
  await client.connect(new StdioClientTransport({ command: process.execPath, args, stderr: 'ignore' }));
  return client;
}

/** All of a response that a caller can see, without what differs between any two: date and request ids. */
async function whole(response: Response): Promise<string> {
  const headers = [...response.headers].filter(([name]) => name !== 'date');
  return `${response.status}\n${JSON.stringify(headers)}\n${await response.text()}`;
}
