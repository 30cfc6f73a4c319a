import { describe, expect, it } from 'vitest';
import {
  type Descriptor,
  decide,
  parsePosix,
  parseSddl,
  principalId,
  shareId,
  type Token,
} from '../../acl/index.ts';
import { descriptor, entries, tokenOf } from '../support/access.ts';

const COUNT = 10_000;
const many = (of: (n: number) => string): string[] => Array.from({ length: COUNT - 1 }, (_, n) => of(n));
const SHARE = { share: shareId('docs'), shareEntries: entries('allow everyone') };

function holding(...principals: readonly string[]): Token {
  const user = principalId('user:bob');
  return { user, principals: new Set([user, ...principals.map(principalId)]), via: new Map() };
}

/** A long list whose last entry alone names bob, made for denying and for allowing him. */
const LISTS: Readonly<Record<string, (effect: 'allow' | 'deny') => Descriptor>> = {
  sidecar: (effect) => descriptor([...many((n) => `deny user:u${n}`), `${effect} user:bob`]),
  Windows: (effect) => {
    const letter = effect === 'allow' ? 'A' : 'D';
    const aces = [
      ...many((n) => `(D;;FR;;;S-1-5-21-1-2-3-${2_000 + n})`),
      `(${letter};;FR;;;S-1-5-21-1-2-3-1001)`,
    ];
    const parsed = parseSddl(`O:BAD:${aces.join('')}`);
    if (!parsed.ok) throw new Error(parsed.error);
    return { ...SHARE, system: 'windows', file: parsed.descriptor, shareLevel: null };
  },
  POSIX: (effect) => {
    // Five more stand around them.
    const named = many((n) => `user:${20_000 + n}:r--`).slice(0, COUNT - 5);
    const bob = `user:1001:${effect === 'allow' ? 'r--' : '---'}`;
    const text = ['user::rw-', bob, ...named, 'group::r--', 'mask::r--', 'other::---'].join(',');
    const parsed = parsePosix(`640:0:0:${text}`);
    if (!parsed.ok) throw new Error(parsed.error);
    return { ...SHARE, system: 'posix', chain: { file: parsed.acl, ancestors: [] } };
  },
};

const BOB = holding('everyone', 'uid:1001', 'gid:100', 'S-1-5-21-1-2-3-1001', 'S-1-1-0');
const EVE = holding('everyone', 'uid:1002', 'gid:100', 'S-1-5-21-1-2-3-1002', 'S-1-1-0');

describe('long lists', () => {
  it.each(Object.keys(LISTS))('a %s list of 10,000 entries is decided to its last entry', (system) => {
    const list = LISTS[system];
    if (list === undefined) throw new Error(system);
    expect(decide(list('allow'), BOB).read).toBe(true);
    expect(decide(list('deny'), BOB).read).toBe(false);
    expect(decide(list('allow'), { ...EVE, principals: new Set([...EVE.principals].slice(1)) }).read).toBe(
      false,
    );
  });
});

it('a person without any group reads what everyone may and nothing else', () => {
  const dora = tokenOf('dora', { users: ['dora', 'bob'], groups: { staff: ['user:bob'] } });
  expect(decide(descriptor(['allow everyone']), dora).read).toBe(true);
  expect(decide(descriptor(['allow authenticated']), dora).read).toBe(true);
  expect(decide(descriptor(['deny group:staff', 'allow everyone']), dora).read).toBe(true);
  expect(decide(descriptor(['allow group:staff']), dora).read).toBe(false);
  expect(decide(descriptor([]), dora).read).toBe(false);
});
