import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { principalId } from '../../acl/index.ts';
import type { Catalog } from '../../index/index.ts';
import { snapshotOf } from '../support/access.ts';

/** What every `Catalog` keeps beside documents: access tokens, the writer lease, the directory. */
export function catalogKeepingContract(
  name: string,
  make: () => Promise<{ open(): Promise<Catalog> }>,
): void {
  describe(`${name} keeps the catalog contract beside documents`, () => {
    let catalog: Catalog;
    let other: Catalog;
    beforeAll(async () => {
      const { open } = await make();
      catalog = await open();
      other = await open();
    });
    afterAll(async () => {
      await catalog.close();
      await other.close();
    });

    describe('access tokens', () => {
      const token = {
        id: 't1',
        hash: 'abc',
        user: principalId('user:bob'),
        scopes: ['documents:read', 'x:y'],
        label: null,
        created: 1,
        expires: 2,
        revoked: null,
      };

      it('are found by hash only', async () => {
        await catalog.accessTokens.add(token);
        expect(await other.accessTokens.find('abc')).toEqual(token);
        expect(await other.accessTokens.find('ABC')).toBeNull();
        expect(await other.accessTokens.find('t1')).toBeNull();
        expect(await other.accessTokens.find('')).toBeNull();
      });

      it('with a hash that is known are refused', async () => {
        await expect(catalog.accessTokens.add({ ...token, id: 't2' })).rejects.toThrow();
      });

      it('are revoked once, for every connection', async () => {
        expect(await catalog.accessTokens.revoke('t1', 5)).toBe(true);
        expect((await other.accessTokens.find('abc'))?.revoked).toBe(5);
        expect(await other.accessTokens.revoke('t1', 9)).toBe(false);
        expect(await other.accessTokens.revoke('unknown', 9)).toBe(false);
        expect(await other.accessTokens.list()).toEqual([{ ...token, revoked: 5 }]);
      });
    });

    describe('the writer lease', () => {
      const lease = (holder: string, expires: number) => ({ holder, pid: 1, host: 'h', expires });

      it('goes to one of many who ask at once', async () => {
        const taken = await Promise.all(
          Array.from({ length: 10 }, (_, n) =>
            (n % 2 === 0 ? catalog : other).lease.acquire(lease(`p${n}`, 100), 0),
          ),
        );
        expect(taken.filter(({ ok }) => ok)).toHaveLength(1);
        const winner = `p${taken.findIndex(({ ok }) => ok)}`;
        expect(taken.find(({ ok }) => !ok)).toMatchObject({
          holder: { holder: winner, pid: 1, host: 'h', expires: 100 },
        });
        await catalog.lease.release(winner);
      });

      it('is kept by renewing, and refused to others until it expires', async () => {
        expect((await catalog.lease.acquire(lease('a', 100), 0)).ok).toBe(true);
        expect(await catalog.lease.renew(lease('a', 200))).toBe(true);
        expect((await other.lease.acquire(lease('b', 300), 199)).ok).toBe(false);
        expect((await other.lease.acquire(lease('b', 300), 200)).ok).toBe(true);
      });

      it('cannot be renewed by the one who lost it', async () => {
        expect(await catalog.lease.renew(lease('a', 900))).toBe(false);
        expect((await other.lease.acquire(lease('c', 900), 250)).ok).toBe(false);
      });

      it('is renewed after it expired when nobody took it', async () => {
        expect(await other.lease.renew(lease('b', 900))).toBe(true);
        expect((await catalog.lease.acquire(lease('c', 950), 899)).ok).toBe(false);
      });

      it('is released by its holder only', async () => {
        await catalog.lease.release('a');
        expect((await catalog.lease.acquire(lease('c', 900), 250)).ok).toBe(false);
        await other.lease.release('b');
        expect((await catalog.lease.acquire(lease('c', 900), 250)).ok).toBe(true);
        await catalog.lease.release('c');
      });
    });

    describe('the directory', () => {
      const sync = { source: 'test', at: 1, outcome: 'replaced', fingerprint: 'f1', detail: null } as const;

      it('is null before the first snapshot, and a failed reading does not change that', async () => {
        expect(await catalog.directory.current()).toBeNull();
        await catalog.directory.note({ ...sync, outcome: 'failed', fingerprint: null, detail: 'no' });
        expect(await other.directory.current()).toBeNull();
      });

      it('comes back whole, to every connection', async () => {
        const snapshot = snapshotOf({
          users: ['bob', 'anna'],
          disabled: ['anna'],
          groups: { a: ['user:bob', 'group:b'], b: ['group:a'] },
          confirmedAt: 7,
        });
        await catalog.directory.replace(snapshot, sync);
        expect(await other.directory.current()).toEqual({ snapshot, fingerprint: 'f1', source: sync.source });
      });

      it('renews its age when confirmed, and only then', async () => {
        await catalog.directory.note({ ...sync, at: 50, outcome: 'failed' });
        expect((await other.directory.current())?.snapshot.confirmedAt).toBe(7);
        await catalog.directory.note({ ...sync, at: 60, outcome: 'confirmed' });
        expect((await other.directory.current())?.snapshot.confirmedAt).toBe(60);
      });

      it('forgets who is no longer in it', async () => {
        await catalog.directory.replace(snapshotOf({ users: ['bob'] }), sync);
        const current = await other.directory.current();
        expect([...(current?.snapshot.users.keys() ?? [])]).toEqual(['user:bob']);
        expect(current?.snapshot.groupsOf.size).toBe(0);
      });

      it('logs its syncs, newest first', async () => {
        expect((await other.directory.lastSyncs(3)).map(({ outcome }) => outcome)).toEqual([
          'replaced',
          'confirmed',
          'failed',
        ]);
      });
    });
  });
}
