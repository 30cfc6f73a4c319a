import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { principalId } from '../../../acl/index.ts';
import { openSqliteCatalog, type SqliteCatalog } from '../../../index/catalog/sqlite-catalog.ts';
import { createAccessToken, verifyAccessToken } from '../../../src/identity/index.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const folder = tempFolder();
const clock = { at: 1_000_000 };
let catalog: SqliteCatalog;

beforeAll(async () => {
  catalog = await openSqliteCatalog(join(folder, 'catalog.sqlite'));
});
afterAll(() => catalog.close());

const deps = () => ({ store: catalog.accessTokens, now: () => clock.at, randomBytes });
const make = (expiresInSeconds = 60) =>
  createAccessToken(deps(), {
    user: principalId('user:bob'),
    scopes: ['documents:read'],
    label: 'laptop',
    expiresInSeconds,
  });

describe('access tokens', () => {
  it('are verified by their secret and say whom they are for', async () => {
    const { secret, stored } = await make();
    expect(await verifyAccessToken(deps(), secret)).toEqual(stored);
    expect(stored).toMatchObject({
      user: 'user:bob',
      scopes: ['documents:read'],
      label: 'laptop',
      revoked: null,
    });
  });

  it('never stand in the database, whole or without prefix', async () => {
    const { secret, stored } = await make();
    const bytes = readdirSync(folder).map((file) => readFileSync(join(folder, file)));
    expect(bytes.some((content) => content.includes(stored.hash))).toBe(true);
    for (const part of [secret, secret.slice(4), secret.slice(10, 30)]) {
      expect(bytes.some((content) => content.includes(part))).toBe(false);
    }
  });

  it('differ from each other', async () => {
    const secrets = await Promise.all(Array.from({ length: 50 }, () => make()));
    expect(new Set(secrets.map(({ secret }) => secret)).size).toBe(50);
    expect(new Set(secrets.map(({ stored }) => stored.id)).size).toBe(50);
  });

  it.each([
    { name: 'until the last moment', later: 59_999, ok: true },
    { name: 'not at the moment they expire', later: 60_000, ok: false },
    { name: 'not after it', later: 1e9, ok: false },
  ])('count $name', async ({ later, ok }) => {
    const { secret } = await make(60);
    const before = clock.at;
    clock.at += later;
    expect((await verifyAccessToken(deps(), secret)) !== null).toBe(ok);
    clock.at = before;
  });

  it('count no more once revoked', async () => {
    const { secret, stored } = await make();
    await catalog.accessTokens.revoke(stored.id, clock.at);
    expect(await verifyAccessToken(deps(), secret)).toBeNull();
  });

  it('are nothing when unknown, altered or malformed, and the id or hash is no secret', async () => {
    const { secret, stored } = await make();
    const flipped = `${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`;
    const unknown = `ntk_${randomBytes(32).toString('base64url')}`;
    const tries = [
      unknown,
      flipped,
      secret.toUpperCase(),
      `${secret}\n`,
      ` ${secret}`,
      `${secret}x`,
      secret.slice(4),
      '',
      'ntk_',
      stored.hash,
      stored.id,
      `ntk_${stored.hash.slice(0, 43)}`,
    ];
    for (const given of tries) expect(await verifyAccessToken(deps(), given), given).toBeNull();
  });

  it('reject when the store fails', async () => {
    const { secret } = await make();
    const store = { ...bound(), find: () => Promise.reject(new Error('locked')) };
    await expect(verifyAccessToken({ ...deps(), store }, secret)).rejects.toThrow('locked');
  });
});

function bound() {
  const { accessTokens } = catalog;
  return {
    add: accessTokens.add.bind(accessTokens),
    list: accessTokens.list.bind(accessTokens),
    revoke: accessTokens.revoke.bind(accessTokens),
  };
}
