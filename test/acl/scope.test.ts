import { describe, expect, it } from 'vitest';
import { descriptorHash, readableScopes, scopeId, shareId } from '../../acl/index.ts';
import { descriptor, entry, tokenOf } from '../support/access.ts';

describe('readableScopes', () => {
  const token = tokenOf('bob', { users: ['bob'], groups: { staff: ['user:bob'] } });
  const scopes = [
    { id: scopeId(10), descriptor: descriptor(['allow group:staff']) },
    { id: scopeId(9), descriptor: descriptor(['deny user:bob', 'allow everyone']) },
    { id: scopeId(2), descriptor: descriptor(['allow everyone']) },
    { id: scopeId(1), descriptor: descriptor(['allow everyone'], []) },
  ];

  it('gives the readable ones, ascending by number', () => {
    expect(readableScopes(scopes, token)).toEqual([2, 10]);
  });

  it('gives none of none', () => {
    expect(readableScopes([], token)).toEqual([]);
  });
});

describe('descriptorHash', () => {
  const base = descriptor(['deny user:bob', 'allow group:staff']);

  it('does not see where an entry came from', () => {
    const elsewhere = {
      ...base,
      entries: base.entries.map((own) => ({ ...own, origin: 'other/.acl.yaml' })),
    };
    expect(descriptorHash(elsewhere)).toBe(descriptorHash(base));
  });

  it.each([
    { name: 'the order of entries', other: descriptor(['allow group:staff', 'deny user:bob']) },
    { name: 'an effect', other: descriptor(['allow user:bob', 'allow group:staff']) },
    { name: 'a principal', other: descriptor(['deny user:bobby', 'allow group:staff']) },
    { name: 'the kind of a principal', other: descriptor(['deny group:bob', 'allow group:staff']) },
    { name: 'an entry more', other: descriptor(['deny user:bob', 'allow group:staff', 'allow everyone']) },
    {
      name: 'the share list',
      other: descriptor(['deny user:bob', 'allow group:staff'], ['allow authenticated']),
    },
    { name: 'the share', other: { ...base, share: shareId('other') } },
  ])('sees $name', ({ other }) => {
    expect(descriptorHash(other)).not.toBe(descriptorHash(base));
  });

  it('does not confuse the two lists', () => {
    expect(descriptorHash(descriptor(['allow everyone'], []))).not.toBe(
      descriptorHash(descriptor([], ['allow everyone'])),
    );
  });

  it('cannot be forged by a principal that looks like two entries', () => {
    const forged = {
      ...base,
      entries: [{ ...entry('allow everyone'), principal: entry('allow everyone').principal }],
    };
    const tricky = {
      ...base,
      entries: [
        {
          ...entry('deny user:x'),
          principal: `user:x","allow everyone` as (typeof forged.entries)[0]['principal'],
        },
      ],
    };
    expect(descriptorHash(tricky)).not.toBe(descriptorHash(forged));
    expect(descriptorHash(tricky)).not.toBe(
      descriptorHash({ ...base, entries: [entry('deny user:x'), entry('allow everyone')] }),
    );
  });
});
