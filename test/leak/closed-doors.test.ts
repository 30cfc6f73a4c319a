import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Company, makeCompany } from '../support/company.ts';
import { type House, openHouse } from '../support/house.ts';

/** Words of paths, titles, texts and people: an answer to a stranger holds none of them. */
const TRACES = /quetzalcoatl|81,450|salar|parental|ferie|policies|hr\/|anna|bruno|group:/i;

let company: Company;
let house: House;
let passage: string;

beforeAll(async () => {
  company = await makeCompany();
  passage = await company.documentId('policies/leave.md');
  house = await openHouse(company.core);
});

afterAll(async () => {
  await house.close();
  await company.close();
});

/** Every address that could tell something; one that is not there must say so and no more. A new face gets a row. */
const ADDRESSES: readonly (readonly [string, string, object?])[] = [
  ['POST', '/api/v1/search', { query: 'leave' }],
  ['GET', '/api/v1/documents/ID'],
  ['GET', '/api/v1/status'],
  ['POST', '/mcp/documents', { jsonrpc: '2.0', id: 1, method: 'tools/list' }],
  [
    'POST',
    '/mcp/documents',
    {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'search', arguments: { query: 'leave' } },
    },
  ],
  ['GET', '/mcp/documents'],
  ['POST', '/mcp/ticketing', { jsonrpc: '2.0', id: 1, method: 'tools/list' }],
  ['GET', '/d/ID'],
  ['GET', '/'],
  ['GET', '/scim/v2/Users'],
  ['GET', '/scim/v2/Groups?count=100'],
  ['GET', '/scim/v2/Users/anna'],
  ['POST', '/scim/v2/Users', { userName: 'eve', active: true }],
  [
    'PATCH',
    '/scim/v2/Groups/hr',
    { Operations: [{ op: 'add', path: 'members', value: [{ value: 'bruno' }] }] },
  ],
  ['GET', '/scim/v2/ServiceProviderConfig'],
  ['GET', '/metrics'],
  ['GET', '/api/v1/status/installation'],
  ['GET', '/docs/json'],
  ['GET', '/healthz'],
  ['GET', '/readyz'],
  ['GET', '/.well-known/oauth-protected-resource/mcp/documents'],
  ['GET', '/api/v1/documents'],
  ['GET', '/api/v1/quarantine'],
  ['GET', '/data/catalog.sqlite'],
  ['GET', '/../need-to-know.yaml'],
];

/** A JWT that nobody signed, for somebody who exists. */
function unsigned(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.`;
}

const CREDENTIALS: Readonly<Record<string, () => Promise<Record<string, string>>>> = {
  'no credential': async () => ({}),
  'a token that was never given': async () => ({ authorization: `Bearer ntk_${'a'.repeat(43)}` }),
  'a token that has expired': async () => {
    const { secret } = await company.token('anna', { seconds: -1 });
    return { authorization: `Bearer ${secret}` };
  },
  'a token that was revoked': async () => {
    const { id, secret } = await company.token('anna');
    await company.core.catalog.accessTokens.revoke(id, company.core.now());
    return { authorization: `Bearer ${secret}` };
  },
  'a name and a password': async () => ({
    authorization: `Basic ${Buffer.from('anna:anna').toString('base64')}`,
  }),
  'a JWT without a signature': async () => ({
    authorization: `Bearer ${unsigned({ sub: 'anna', scope: 'documents:read', exp: 4_102_444_800 })}`,
  }),
  'a cookie of its own making': async () => ({ cookie: 'ntk_session=anna; session=anna' }),
  'headers that a proxy would set': async () => ({
    'x-forwarded-user': 'anna',
    'x-remote-user': 'anna',
    'x-ms-client-principal-name': 'anna',
  }),
};

describe.each(Object.keys(CREDENTIALS))('a stranger with %s', (name) => {
  it('is told nothing of documents or people at any address', async () => {
    const headers = (await CREDENTIALS[name]?.()) ?? {};
    for (const [method, address, body] of ADDRESSES) {
      const answer = await fetch(house.server.url + address.replace('ID', passage), {
        method,
        headers: {
          ...headers,
          accept: 'application/json, text/event-stream',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        redirect: 'manual',
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const said = `${JSON.stringify([...answer.headers])}\n${await answer.text()}`;
      const echoed = address.replace('ID', passage);
      const own = said.replaceAll(echoed, '').replaceAll(encodeURIComponent(echoed), '');
      expect(own, `${method} ${address}`).not.toMatch(TRACES);
      if (address.startsWith('/api/v1/') || address.startsWith('/mcp/documents')) {
        expect(answer.status === 404 ? 401 : answer.status, `${method} ${address}`).toBe(401);
      }
      if (address.startsWith('/scim/'))
        expect([401, 403, 404], `${method} ${address}`).toContain(answer.status);
    }
  });
});

it('a personal access token opens no address that has a secret of its own', async () => {
  const { secret } = await company.token('anna');
  for (const [method, address, body] of ADDRESSES.filter(([, path]) => path.startsWith('/scim/'))) {
    const answer = await fetch(house.server.url + address, {
      method,
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    expect([401, 403, 404], `${method} ${address}`).toContain(answer.status);
  }
});
