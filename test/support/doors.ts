import { randomBytes } from 'node:crypto';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { principalId } from '../../acl/index.ts';
import type { Answering, Core } from '../../src/compose/index.ts';
import { createAccessToken } from '../../src/identity/index.ts';

/** What one person was shown by one call. */
export interface Shown {
  /** Paths of the documents, in their order. */
  readonly paths: readonly string[];
  /** All that came, as text. */
  readonly body: string;
}

/** One face as a person uses it. Whoever is refused is shown nothing, and the refusal is the body. */
export interface Door {
  readonly name: string;
  search(login: string, query: string, share?: string): Promise<Shown>;
  fetch(login: string, id: string): Promise<Shown>;
  /** Every document below a folder of a share, page by page; null where the face lists nothing. */
  readonly list: ((login: string, share: string, path?: string) => Promise<Shown>) | null;
}

interface Entry {
  readonly kind: string;
  readonly path: string;
}

interface Page {
  readonly entries: readonly Entry[];
  readonly next: string | null;
}

const LIMIT = 50;
/** Small, so that a walk turns pages. */
const PAGE = 3;

/** The tool functions behind the gate, as the command line calls them. */
export function functionDoor({ gate, tools }: Pick<Answering, 'gate' | 'tools'>): Door {
  const callerOf = (login: string) => ({
    user: principalId(`user:${login}`),
    scopes: new Set(['documents:read']),
    via: 'cli' as const,
  });
  return {
    name: 'functions',
    async search(login, query, share) {
      const input = { query, limit: LIMIT, ...(share === undefined ? {} : { share }) };
      const result = await gate.call(tools.searchDocuments, callerOf(login), input);
      const paths = result.ok ? result.output.results.map(({ path }) => path) : [];
      return { paths, body: JSON.stringify(result) };
    },
    async fetch(login, id) {
      const result = await gate.call(tools.fetch, callerOf(login), { id });
      return { paths: result.ok ? pathIn(result.output) : [], body: JSON.stringify(result) };
    },
    list: (login, share, path = '') =>
      walk(path, async (under, after) => {
        const input = { share, path: under, after, limit: PAGE };
        const result = await gate.call(tools.listFolder, callerOf(login), input);
        return { page: result.ok ? result.output : null, body: JSON.stringify(result) };
      }),
  };
}

/** The REST API with personal access tokens. */
export function restDoor(core: Core, url: string): Door {
  const secretOf = secrets(core);
  const call = async (login: string, path: string, body?: object): Promise<Response> =>
    fetch(`${url}/api/v1${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${await secretOf(login)}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return {
    name: 'REST',
    async search(login, query, share) {
      const response = await call(login, '/search', { query, limit: LIMIT, ...(share && { share }) });
      const body = await response.text();
      const paths = response.ok ? (JSON.parse(body) as { results: Entry[] }).results : [];
      return { paths: paths.map(({ path }) => path), body };
    },
    async fetch(login, id) {
      const response = await call(login, `/documents/${encodeURIComponent(id)}`);
      const body = await response.text();
      return { paths: response.ok ? pathIn(JSON.parse(body)) : [], body };
    },
    list: null,
  };
}

/** MCP over HTTP with the client of the SDK. Closing it closes the clients. */
export function mcpDoor(core: Core, url: string): Door & { close(): Promise<void> } {
  const secretOf = secrets(core);
  const clients = new Map<string, Client>();
  const clientOf = async (login: string): Promise<Client> => {
    const known = clients.get(login);
    if (known !== undefined) return known;
    const client = new Client({ name: 'door', version: '1' });
    const headers = { Authorization: `Bearer ${await secretOf(login)}` };
    const to = new URL(`${url}/mcp/documents`);
    await client.connect(new StreamableHTTPClientTransport(to, { requestInit: { headers } }));
    clients.set(login, client);
    return client;
  };
  const call = async (login: string, name: string, input: object): Promise<Called> => {
    try {
      const client = await clientOf(login);
      const result = await client.callTool({ name, arguments: { ...input } });
      return {
        content: result.isError === true ? null : result.structuredContent,
        body: JSON.stringify(result),
      };
    } catch (error) {
      return { content: null, body: String(error) };
    }
  };
  return {
    name: 'MCP',
    async search(login, query, share) {
      const input = { query, limit: LIMIT, ...(share && { share }) };
      const { content, body } = await call(login, 'search_documents', input);
      const results = (content as { results: Entry[] } | null)?.results ?? [];
      return { paths: results.map(({ path }) => path), body };
    },
    async fetch(login, id) {
      const { content, body } = await call(login, 'fetch', { id });
      return { paths: content === null ? [] : pathIn(content), body };
    },
    list: (login, share, path = '') =>
      walk(path, async (under, after) => {
        const input = { share, path: under, after, limit: PAGE };
        const { content, body } = await call(login, 'list_folder', input);
        return { page: content as Page | null, body };
      }),
    async close() {
      for (const client of clients.values()) await client.close();
    },
  };
}

interface Called {
  readonly content: unknown;
  readonly body: string;
}

/** Every document below a folder, by listing folder after folder in small pages. */
async function walk(
  path: string,
  list: (path: string, after: string) => Promise<{ readonly page: Page | null; readonly body: string }>,
): Promise<Shown> {
  const paths: string[] = [];
  const bodies: string[] = [];
  for (let after = ''; ; ) {
    const { page, body } = await list(path, after);
    bodies.push(body);
    for (const entry of page?.entries ?? []) {
      if (entry.kind === 'document') paths.push(entry.path);
      else if (entry.kind === 'folder') {
        const below = await walk(entry.path, list);
        paths.push(...below.paths);
        bodies.push(below.body);
      }
    }
    if (page === null || page.next === null) return { paths, body: bodies.join('\n') };
    after = page.next;
  }
}

function pathIn(fetched: unknown): string[] {
  return [(fetched as { metadata: { path: string } }).metadata.path];
}

/** A personal access token for each person, made when first needed; also for one whose account is disabled. */
function secrets({ catalog, now }: Core): (login: string) => Promise<string> {
  const known = new Map<string, Promise<string>>();
  const make = async (login: string): Promise<string> => {
    const request = {
      user: principalId(`user:${login}`),
      scopes: ['documents:read'],
      label: null,
      expiresInSeconds: 3_600,
    };
    return (await createAccessToken({ store: catalog.accessTokens, now, randomBytes }, request)).secret;
  };
  return (login) => {
    const secret = known.get(login) ?? make(login);
    known.set(login, secret);
    return secret;
  };
}
