import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, mcpClient, type SignInCompany, searchedBy, serveSignIn } from '../../support/sign-in.ts';

const RESOURCE = 'urn:need-to-know';
const OTHER_RESOURCE = 'urn:payroll';

let server: Server;
let issuer: string;
let made: SignInCompany;

/** A certified identity provider, with two programs that may ask it for tokens of two resources. */
beforeAll(async () => {
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const client = (id: string) => ({
    client_id: id,
    client_secret: `secret-of-${id}`,
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
  });
  const provider = new Provider(issuer, {
    clients: [client('assistant'), client('stranger')],
    jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: 'k1', alg: 'RS256', use: 'sig' }] },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context, resource) => ({
          scope: 'documents:read openid',
          audience: resource,
          accessTokenTTL: 300,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  });
  server.on('request', provider.callback());
  made = await serveSignIn(
    { issuer },
    { audience: [RESOURCE], typ: 'at+jwt' },
    {
      beside: {
        'identities.yaml': `people: [{login: bruno, subjects: [{issuer: "${issuer}", subject: assistant}]}]`,
      },
    },
  );
});

afterAll(async () => {
  await made.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function token(client: string, resource: string, scope = 'documents:read'): Promise<string> {
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${client}:secret-of-${client}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ grant_type: 'client_credentials', resource, scope }),
  });
  const body = (await response.json()) as { access_token?: string };
  if (body.access_token === undefined) throw new Error(JSON.stringify(body));
  return body.access_token;
}

describe('a token of a real identity provider', () => {
  it('lets its mapped subject find what they may read, over REST and MCP', async () => {
    const secret = await token('assistant', RESOURCE);
    expect(await searchedBy(made, secret, 'leave')).toContain('policies/leave.md');
    const client = await mcpClient(made.server, secret);
    const found = await client.callTool({ name: 'search', arguments: { query: 'quetzalcoatl' } });
    await client.close();
    expect(JSON.stringify(found)).not.toMatch(/salar/i);
  });

  it('for another resource lets nobody in', async () => {
    expect(await searchedBy(made, await token('assistant', OTHER_RESOURCE), 'leave')).toBe(401);
  });

  it('of a subject that is not mapped lets nobody in', async () => {
    expect(await searchedBy(made, await token('stranger', RESOURCE), 'leave')).toBe(401);
  });

  it('without the scope is refused for the scope', async () => {
    expect((await ask(made.server, await token('assistant', RESOURCE, 'openid'))).status).toBe(403);
  });
});
