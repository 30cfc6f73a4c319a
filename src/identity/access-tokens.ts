import { createHash } from 'node:crypto';
import type { PrincipalId } from '../../acl/index.ts';
import type { AccessTokenStore, StoredAccessToken } from '../../index/index.ts';

/** Shows what it is to people and to secret scanners. */
const PREFIX = 'ntk_';
/** Bytes of randomness in a secret: 256 bits need no slow hash at rest. */
const SECRET_BYTES = 32;
const SHAPE = /^ntk_[A-Za-z0-9_-]{43}$/;

export interface NewAccessToken {
  readonly user: PrincipalId;
  readonly scopes: readonly string[];
  readonly label: string | null;
  readonly expiresInSeconds: number;
}

export interface AccessTokenDeps {
  readonly store: AccessTokenStore;
  readonly now: () => number;
  readonly randomBytes: (size: number) => Buffer;
}

/** Makes a personal access token. The secret is given back once and stored only as its SHA-256. */
export async function createAccessToken(
  { store, now, randomBytes }: AccessTokenDeps,
  request: NewAccessToken,
): Promise<{ readonly secret: string; readonly stored: StoredAccessToken }> {
  const secret = PREFIX + randomBytes(SECRET_BYTES).toString('base64url');
  const { user, scopes, label, expiresInSeconds } = request;
  const stored: StoredAccessToken = {
    id: randomBytes(6).toString('hex'),
    hash: hashOf(secret),
    user,
    scopes,
    label,
    created: now(),
    expires: now() + expiresInSeconds * 1000,
    revoked: null,
  };
  await store.add(stored);
  return { secret, stored };
}

/** The token a secret belongs to, or null: unknown, expired and revoked look alike outside. */
export async function verifyAccessToken(
  { store, now }: Omit<AccessTokenDeps, 'randomBytes'>,
  secret: string,
): Promise<StoredAccessToken | null> {
  if (!SHAPE.test(secret)) return null;
  const stored = await store.find(hashOf(secret));
  if (stored === null || stored.revoked !== null || stored.expires <= now()) return null;
  return stored;
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
