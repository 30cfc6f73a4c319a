import { createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type DirectorySnapshot, principalId } from '../../../acl/index.ts';
import { SignInUnavailable } from '../../../src/identity/index.ts';
import type { Issuer } from '../../../src/identity/issuer.ts';
import { jwtSignIn, looksLikeJwt } from '../../../src/identity/jwt-sign-in.ts';
import { AUDIENCE, startIssuer, type TestIssuer } from '../../support/issuer.ts';

let idp: TestIssuer;
let other: TestIssuer;
let told: string[];
let clock: number;

beforeAll(async () => {
  idp = await startIssuer('/tenant-a');
  other = await startIssuer('/tenant-b');
});

afterAll(async () => {
  await idp.close();
  await other.close();
});

beforeEach(() => {
  told = [];
  clock = Date.now();
  idp.answer('well');
  idp.asked.length = 0;
});

afterEach(() => {
  vi.useRealTimers();
});

function directory(issuer = idp.issuer): DirectorySnapshot {
  const bruno = principalId('user:bruno');
  const mapped = [principalId(`sub:${issuer}#subject-of-bruno`)];
  return {
    users: new Map([[bruno, { id: bruno, name: 'Bruno', login: 'bruno', enabled: true, mapped }]]),
    groups: new Map(),
    groupsOf: new Map(),
    confirmedAt: 0,
  };
}

/** Sign-in with the issuer configured so, as `ntk serve` keeps it over many requests. */
function signIn(changes: Partial<Issuer> = {}, snapshot: DirectorySnapshot | null = directory()) {
  const issuer: Issuer = {
    issuer: idp.issuer,
    audience: [AUDIENCE, 'second-audience'],
    algorithms: ['RS256', 'ES256'],
    maxAge: 3_600,
    user: { claims: ['sub'] },
    matches: 'subject',
    groups: { from: 'directory' },
    scopes: {},
    ...changes,
  };
  return jwtSignIn({
    issuers: [issuer],
    snapshot: async () => snapshot,
    now: () => clock,
    onRefused: (_issuer, refusal) => told.push(refusal),
  });
}

const seconds = (): number => Math.floor(clock / 1000);

describe('a good token', () => {
  it('signs in whom its subject is mapped to, with its scopes and its end', async () => {
    const exp = seconds() + 120;
    expect(await signIn()(await idp.token({ exp }))).toEqual({
      user: 'user:bruno',
      groups: { kind: 'directory' },
      scopes: new Set(['documents:read']),
      expires: exp * 1000,
    });
  });

  it('may be for one of several audiences and name several itself', async () => {
    const enter = signIn();
    expect(await enter(await idp.token({ aud: 'second-audience' }))).not.toBeNull();
    expect(await enter(await idp.token({ aud: ['elsewhere', AUDIENCE] }))).not.toBeNull();
  });

  it.each([undefined, 'JWT', 'jwt', 'at+jwt', 'application/at+jwt'])('may be of the type %s', async (typ) => {
    expect(await signIn()(await idp.token({}, { typ }))).not.toBeNull();
  });

  it('counts by the clock that is given', async () => {
    const enter = signIn();
    const token = await idp.token();
    expect(await enter(token)).not.toBeNull();
    clock += 331_000;
    expect(await enter(token)).toBeNull();
  });

  it('asks the issuer once for its metadata and once for its keys, however many tokens come', async () => {
    const enter = signIn();
    await Promise.all(Array.from({ length: 5 }, async () => enter(await idp.token())));
    await enter(await idp.token());
    expect(idp.asked).toEqual(['/tenant-a/.well-known/openid-configuration', '/tenant-a/keys']);
  });

  it('asks only for the keys where the operator says where they are', async () => {
    await signIn({ jwksUri: `${idp.issuer}/keys` })(await idp.token());
    expect(idp.asked).toEqual(['/tenant-a/keys']);
  });
});

/** Every token that lets nobody in, whatever is wrong with it. */
const REFUSED: readonly {
  readonly name: string;
  readonly make: () => Promise<string>;
  readonly changes?: Partial<Issuer>;
}[] = [
  { name: 'of another issuer', make: () => other.token({ sub: 'subject-of-bruno' }) },
  {
    name: 'of another issuer that calls itself ours',
    make: () => other.token({ iss: idp.issuer, sub: 'subject-of-bruno' }),
  },
  {
    name: 'of another tenant of the same provider',
    make: () => idp.token({ iss: idp.issuer.replace('tenant-a', 'tenant-b') }),
  },
  { name: 'whose issuer has a slash more', make: () => idp.token({ iss: `${idp.issuer}/` }) },
  { name: 'without an issuer', make: () => idp.token({ iss: undefined }) },
  { name: 'for another audience', make: () => idp.token({ aud: 'api://other' }) },
  { name: 'for an audience that begins as ours does', make: () => idp.token({ aud: `${AUDIENCE}/x` }) },
  { name: 'without an audience', make: () => idp.token({ aud: undefined }) },
  { name: 'that has ended', make: () => idp.token({ exp: seconds() - 31 }) },
  { name: 'without an end', make: () => idp.token({ exp: undefined }) },
  { name: 'whose end is in words', make: () => idp.token({ exp: 'tomorrow' }) },
  { name: 'that does not count yet', make: () => idp.token({ nbf: seconds() + 60 }) },
  { name: 'from the future', make: () => idp.token({ iat: seconds() + 60 }) },
  { name: 'without a time of issue', make: () => idp.token({ iat: undefined }) },
  {
    name: 'that is older than we allow, though it has not ended',
    make: () => idp.token({ iat: seconds() - 3_700, exp: seconds() + 9_999 }),
  },
  { name: 'with an unknown key id', make: () => idp.token({}, { kid: 'nobodys' }) },
  { name: 'of the type of a logout token', make: () => idp.token({}, { typ: 'logout+jwt' }) },
  { name: 'of the type of a proof', make: () => idp.token({}, { typ: 'dpop+jwt' }) },
  {
    name: 'of another type than is asked for',
    make: () => idp.token({}, { typ: 'JWT' }),
    changes: { typ: 'at+jwt' },
  },
  {
    name: 'without the type that is asked for',
    make: () => idp.token({}, { typ: undefined }),
    changes: { typ: 'at+jwt' },
  },
  { name: 'with a critical header that we do not know', make: () => critical() },
  { name: 'without a signature (alg none)', make: () => unsigned() },
  { name: 'signed with our public key as a shared secret (HS256)', make: () => confused() },
  {
    name: 'by an algorithm that is not allowed',
    make: () => idp.token(),
    changes: { algorithms: ['ES256'] },
  },
  { name: 'that brings its own key', make: () => ownKey() },
  { name: 'with a changed payload', make: async () => tampered(await idp.token()) },
  { name: 'whose signature is cut short', make: async () => (await idp.token()).slice(0, -4) },
  { name: 'of three words', make: async () => 'a.b.c' },
  { name: 'of somebody who is not mapped', make: () => idp.token({ sub: 'stranger' }) },
  { name: 'without a subject', make: () => idp.token({ sub: undefined }) },
];

describe('a token that lets nobody in', () => {
  it.each(REFUSED)('$name', async ({ make, changes = {} }) => {
    expect(await signIn(changes)(await make())).toBeNull();
  });

  it('of a subject that two people have', async () => {
    const plain = directory();
    const bruno = plain.users.get(principalId('user:bruno'));
    if (bruno === undefined) throw new Error('there is no bruno');
    const twin = { ...bruno, id: principalId('user:twin'), login: 'twin' };
    const users = new Map(plain.users).set(twin.id, twin);
    expect(await signIn({}, { ...plain, users })(await idp.token())).toBeNull();
    expect(told).toEqual(['several']);
  });

  it('while there is no directory', async () => {
    expect(await signIn({}, null)(await idp.token())).toBeNull();
  });

  it('is told to the operator when it was good, and not when anybody could have written it', async () => {
    const enter = signIn();
    await enter(await idp.token({ sub: 'stranger' }));
    expect(told).toEqual(['nobody']);
    await enter(await idp.token({ aud: 'api://other' }));
    await enter(tampered(await idp.token()));
    expect(told).toEqual(['nobody']);
  });

  it('makes nobody ask the issuer when it names an issuer that is not configured', async () => {
    await signIn()(await other.token());
    expect(idp.asked).toEqual([]);
  });
});

describe('the keys of an issuer', () => {
  it('that were exchanged are fetched for the first token with the new one, and the old one counts no more', async () => {
    const enter = signIn();
    const old = await idp.token();
    expect(await enter(old)).not.toBeNull();
    await idp.rotate();
    // The library's own clock: keys that were just fetched are not fetched again at once.
    clock += 31_000;
    vi.useFakeTimers({ toFake: ['Date'], now: clock });
    expect(await enter(await idp.token())).not.toBeNull();
    expect(await enter(old)).toBeNull();
  });

  it('are not fetched again for every unknown key id', async () => {
    const enter = signIn();
    await enter(await idp.token());
    for (const kid of ['a', 'b', 'c']) expect(await enter(await idp.token({}, { kid }))).toBeNull();
    expect(idp.asked.filter((path) => path.endsWith('/keys'))).toHaveLength(1);
  });

  it.each(['down', 'broken', 'elsewhere'] as const)(
    'cannot be had while it answers %s: nobody is let in, and somebody again when it is mended',
    async (state) => {
      idp.answer(state);
      const enter = signIn();
      const trouble = await enter(await idp.token()).catch((error: unknown) => error);
      expect(trouble).toBeInstanceOf(SignInUnavailable);
      expect(Object(trouble).message).toContain(idp.issuer);
      idp.answer('well');
      clock += 2_000;
      expect(await enter(await idp.token())).not.toBeNull();
    },
  );

  it('that cannot be had are not asked for at every request', async () => {
    idp.answer('down');
    const enter = signIn();
    for (const _ of [1, 2, 3]) {
      await expect(enter(await idp.token())).rejects.toThrow(SignInUnavailable);
    }
    expect(idp.asked).toHaveLength(1);
  });

  it('that were fetched before go on counting while the issuer is down, but not for long', async () => {
    const enter = signIn();
    const token = await idp.token();
    await enter(token);
    idp.answer('down');
    expect(await enter(token)).not.toBeNull();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 601_000 });
    await expect(enter(token)).rejects.toThrow(SignInUnavailable);
  });

  it('are believed from nowhere that the token itself names', async () => {
    const jku = `${other.issuer}/keys`;
    const token = await other.token({ iss: idp.issuer }, { jku });
    other.asked.length = 0;
    expect(await signIn()(token)).toBeNull();
    expect(other.asked).toEqual([]);
  });
});

it.each([
  [`ntk_${'a'.repeat(43)}`, false],
  ['a.b.c', true],
  ['a.b', false],
  ['a.b.c.d.e', false],
  ['a.b.', false],
])('%s has the shape of a JWT: %s', (secret, expected) => {
  expect(looksLikeJwt(secret)).toBe(expected);
});

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

async function payloadOf(): Promise<string> {
  return (await idp.token()).split('.')[1] ?? '';
}

async function unsigned(): Promise<string> {
  return `${part({ alg: 'none', typ: 'JWT' })}.${await payloadOf()}.${part('x')}`;
}

/** The oldest trick: the public key, which everybody has, as the secret of an HMAC (RFC 8725, 2.1). */
async function confused(): Promise<string> {
  const pem = createPublicKey({ key: idp.publicKey() as never, format: 'jwk' }).export({
    type: 'spki',
    format: 'pem',
  });
  const text = `${part({ alg: 'HS256', typ: 'JWT', kid: idp.publicKey().kid })}.${await payloadOf()}`;
  return `${text}.${createHmac('sha256', pem).update(text).digest('base64url')}`;
}

async function ownKey(): Promise<string> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const payload = JSON.parse(Buffer.from(await payloadOf(), 'base64url').toString());
  const jwk = publicKey.export({ format: 'jwk' });
  return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', jwk: jwk as never }).sign(privateKey);
}

async function critical(): Promise<string> {
  const [head = '', payload, signature] = (await idp.token()).split('.');
  const header = JSON.parse(Buffer.from(head, 'base64url').toString());
  return `${part({ ...header, crit: ['x'], x: 1 })}.${payload}.${signature}`;
}

function tampered(token: string): string {
  const [head, payload = '', signature] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  return `${head}.${part({ ...claims, sub: 'subject-of-bruno', scope: 'documents:read x' })}.${signature}`;
}
