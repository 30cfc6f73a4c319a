import { describe, expect, it } from 'vitest';
import { scopeId } from '../../../acl/index.ts';
import { gateOne, gateTwo, mayRead } from '../../../src/search/gates.ts';
import { descriptor, tokenOf } from '../../support/access.ts';
import { documentRow, Shelf } from '../../support/shelf.ts';

const BOB = tokenOf('bob', { users: ['bob'] });
const SCOPES = new Map(
  [descriptor(['allow user:bob']), descriptor(['allow user:anna'])].map((list, at) => [
    scopeId(at + 1),
    { id: scopeId(at + 1), descriptor: list },
  ]),
);

describe('mayRead', () => {
  it.each([
    { name: 'a current revision in a readable scope', fields: { scope: scopeId(1) }, read: true },
    { name: 'a scope of others', fields: { scope: scopeId(2) }, read: false },
    { name: 'no scope', fields: { scope: null }, read: false },
    { name: 'a scope that is not known', fields: { scope: scopeId(3) }, read: false },
    { name: 'no revision', fields: { scope: scopeId(1), revision: null }, read: false },
    {
      name: 'a readable label but a scope of others',
      fields: { scope: scopeId(2), labelledScope: scopeId(1) },
      read: false,
    },
  ])('$name: $read', ({ fields, read }) => {
    expect(mayRead(documentRow(1, fields), SCOPES, BOB)).toBe(read);
  });
});

describe('the gates', () => {
  it('gate 2 gives the readable of the asked documents, once each, and leaves out unknown ids', async () => {
    const shelf = await Shelf.open();
    const [own, other] = await shelf.add(
      { path: 'own.txt', acl: ['allow user:bob'], chunks: ['x'] },
      { path: 'other.txt', acl: ['allow user:anna'], chunks: ['x'] },
    );
    if (own === undefined || other === undefined) throw new Error('nothing was added');
    const asked = [own.id, other.id, own.id, documentRow(99).id];
    expect([...(await gateTwo(shelf.catalog, BOB, asked)).keys()]).toEqual([own.id]);
    expect(await gateTwo(shelf.catalog, BOB, [])).toEqual(new Map());
  });

  it('gate 1 sees a scope that another process has just given', async () => {
    const shelf = await Shelf.open();
    expect(await gateOne(shelf.catalog, BOB)).toEqual([]);
    const id = await shelf.catalog.intern(descriptor(['allow user:bob']));
    await shelf.catalog.intern(descriptor(['allow user:anna']));
    expect(await gateOne(shelf.catalog, BOB)).toEqual([id]);
  });
});
