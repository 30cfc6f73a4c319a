import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { stringify } from 'yaml';
import { type RunningServer, startServing } from '../../src/compose/serving.ts';
import { type Company, type CompanyPlan, makeCompany, TWO_PEOPLE } from './company.ts';
import { AUDIENCE, type TestIssuer } from './issuer.ts';

/** A company that `ntk serve` really serves, and that believes an issuer. */
export interface SignInCompany {
  readonly company: Company;
  readonly server: RunningServer;
  /** What was told to the operator. */
  readonly told: string[];
  /** Writes the identities file anew. */
  identities(content: Readonly<Record<string, unknown>>): Promise<void>;
  close(): Promise<void>;
}

const PUBLIC = 'http://documents.example';

/** Bruno's subject is mapped; `issuer` changes what is configured of the issuer. */
export async function serveSignIn(
  idp: Pick<TestIssuer, 'issuer'>,
  issuer: Readonly<Record<string, unknown>> = {},
  plan: Partial<CompanyPlan> = {},
): Promise<SignInCompany> {
  const mapping = {
    people: [{ login: 'bruno', subjects: [{ issuer: idp.issuer, subject: 'subject-of-bruno' }] }],
  };
  const company = await makeCompany({
    ...TWO_PEOPLE,
    ...plan,
    settings: {
      directory: { source: 'file', path: './directory.yaml', identities: './identities.yaml' },
      signIn: { issuers: [{ issuer: idp.issuer, audience: [AUDIENCE], ...issuer }] },
    },
    beside: { 'identities.yaml': stringify(mapping), ...plan.beside },
  });
  const told: string[] = [];
  const onFault = (where: string, error: unknown): void => {
    told.push(`${where}: ${error instanceof Error ? `${error.message} ${error.stack}` : String(error)}`);
  };
  const server = await startServing(company.core, await company.answering(PUBLIC), {
    host: '127.0.0.1',
    port: 0,
    publicUrl: PUBLIC,
    version: '1.2.3',
    onFault,
  });
  return {
    company,
    server,
    told,
    identities: (content) => company.write('../identities.yaml', stringify(content)),
    async close() {
      await server.close();
      await company.close();
    },
  };
}

/** Paths that a search over REST shows to the bearer of a token; the status where it shows none. */
export async function searchedBy(
  { server }: Pick<SignInCompany, 'server'>,
  token: string,
  query: string,
): Promise<readonly string[] | number> {
  const response = await ask(server, token, query);
  if (response.status !== 200) return response.status;
  const body = (await response.json()) as { results: { path: string }[] };
  return body.results.map(({ path }) => path);
}

export function ask({ url }: RunningServer, token: string | null, query = 'leave'): Promise<Response> {
  return fetch(`${url}/api/v1/search`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query }),
  });
}

/** An MCP client that signs in by a token, over the network. */
export async function mcpClient({ url }: RunningServer, token: string): Promise<Client> {
  const client = new Client({ name: 'test-client', version: '1.0.0' });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${url}/mcp/documents`), {
      requestInit: { headers: { authorization: `Bearer ${token}` } },
    }),
  );
  return client;
}
