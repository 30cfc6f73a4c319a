import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shareId } from '../../../acl/index.ts';
import { openSqliteCatalog } from '../../../index/catalog/sqlite-catalog.ts';
import type { Catalog } from '../../../index/index.ts';
import { inForce } from '../../../src/search/index.ts';
import { descriptor } from '../../support/access.ts';

describe('a catalog with permissions in force', () => {
  let catalog: Catalog;
  let scope: number;
  beforeAll(async () => {
    catalog = await openSqliteCatalog(':memory:');
    scope = await catalog.intern(descriptor(['allow everyone']));
  });
  afterAll(() => catalog.close());

  it.each([
    { name: 'before their time', until: 1_000, now: 999, kept: true },
    { name: 'at their time', until: 1_000, now: 1_000, kept: true },
    { name: 'after their time', until: 1_000, now: 1_001, kept: false },
    { name: 'by a clock without a number', until: 1_000, now: Number.NaN, kept: false },
    { name: 'where they have no time', until: null, now: 1e15, kept: true },
  ])('gives the scopes of a share or withholds them: $name', async ({ until, now, kept }) => {
    await catalog.setPermissionsUntil(shareId('docs'), until);
    expect([...(await inForce(catalog, () => now).scopes()).keys()]).toEqual(kept ? [scope] : []);
  });

  it('withholds the scopes of no other share', async () => {
    await catalog.setPermissionsUntil(shareId('docs'), null);
    await catalog.setPermissionsUntil(shareId('elsewhere'), 1);
    expect([...(await inForce(catalog, () => 2).scopes()).keys()]).toEqual([scope]);
  });
});
