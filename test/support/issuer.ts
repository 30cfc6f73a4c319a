import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';

/** An identity provider on this machine with real keys: metadata, keys, and tokens as the test wants them. */
export interface TestIssuer {
  readonly issuer: string;
  /** A token with these claims over good ones, and this header over a good one. */
  token(
    claims?: Readonly<Record<string, unknown>>,
    header?: Readonly<Record<string, unknown>>,
  ): Promise<string>;
  /** Signs with another key, published under another id, and no longer publishes the old one. */
  rotate(): Promise<void>;
  /** The key that is published now, as anybody can read it. */
  publicKey(): JWK;
  /** Answers of what kind from now on. */
  answer(kind: 'well' | 'down' | 'broken' | 'elsewhere'): void;
  /** Paths that were asked for, oldest first. */
  readonly asked: string[];
  close(): Promise<void>;
}

export const AUDIENCE = 'api://need-to-know';

/** `path` is what stands behind the host in the issuer, as with tenants. */
export async function startIssuer(path = ''): Promise<TestIssuer> {
  const asked: string[] = [];
  let state: Parameters<TestIssuer['answer']>[0] = 'well';
  let key = await makeKey('key-1');
  const server: Server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (state === 'down') {
      response.writeHead(503).end();
      return;
    }
    const body =
      request.url === `${path}/keys`
        ? state === 'broken'
          ? { keys: 'none' }
          : { keys: [key.published] }
        : request.url === `${path}/.well-known/openid-configuration`
          ? { issuer: state === 'elsewhere' ? `${issuer}/other` : issuer, jwks_uri: `${issuer}/keys` }
          : null;
    response.writeHead(body === null ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  return {
    issuer,
    asked,
    async token(claims = {}, header = {}) {
      const now = Math.floor(Date.now() / 1000);
      const payload = {
        iss: issuer,
        aud: AUDIENCE,
        sub: 'subject-of-bruno',
        scope: 'documents:read',
        iat: now,
        exp: now + 300,
        ...claims,
      };
      return new SignJWT(payload as JWTPayload)
        .setProtectedHeader({ alg: 'RS256', kid: key.id, typ: 'at+jwt', ...header })
        .sign(key.secret);
    },
    async rotate() {
      key = await makeKey('key-2');
    },
    publicKey: () => key.published,
    answer(kind) {
      state = kind;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function makeKey(
  id: string,
): Promise<{ readonly id: string; readonly secret: CryptoKey; readonly published: JWK }> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const published = { ...(await exportJWK(publicKey)), kid: id, alg: 'RS256', use: 'sig' };
  return { id, secret: privateKey, published };
}
