import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decide } from '../../acl/index.ts';
import { type DirectoryText, descriptor, tokenOf } from '../support/access.ts';

const USERS = ['u0', 'u1', 'u2'];
const GROUPS = ['g0', 'g1', 'g2', 'g3', 'g4'];
const NODES = [...USERS.map((id) => `user:${id}`), ...GROUPS.map((id) => `group:${id}`)];

/** Which node is a member of which, transitively: Warshall's closure of the membership matrix. */
function reachable(groups: Readonly<Record<string, readonly string[]>>): boolean[][] {
  const matrix = NODES.map((member) =>
    NODES.map((node) => groups[node.replace('group:', '')]?.includes(member) ?? false),
  );
  for (const [k] of NODES.entries()) {
    for (const row of matrix) {
      if (row[k] === true)
        matrix[k]?.forEach((yes, j) => {
          if (yes) row[j] = true;
        });
    }
  }
  return matrix;
}

/** The decision written a second way: walk backwards, the earliest match overwrites. */
function referenceReads(user: string, text: DirectoryText, lists: readonly (readonly string[])[]): boolean {
  const from = NODES.indexOf(`user:${user}`);
  const row = reachable(text.groups ?? {})[from] ?? [];
  const holds = (principal: string): boolean =>
    principal === 'everyone' ||
    principal === 'authenticated' ||
    NODES.indexOf(principal) === from ||
    row[NODES.indexOf(principal)] === true;
  return lists.every((list) => {
    let read = false;
    for (const line of [...list].reverse()) {
      const [effect, principal = ''] = line.split(' ');
      if (holds(principal)) read = effect === 'allow';
    }
    return read;
  });
}

const principal = fc.constantFrom(...NODES, 'everyone', 'authenticated', 'group:unknown');
const line = fc.tuple(fc.constantFrom('allow', 'deny'), principal).map((parts) => parts.join(' '));
const list = fc.array(line, { maxLength: 6 });
const directory = fc
  .tuple(...GROUPS.map(() => fc.uniqueArray(fc.constantFrom(...NODES), { maxLength: 4 })))
  .map(
    (members): DirectoryText => ({
      users: USERS,
      groups: Object.fromEntries(GROUPS.map((id, at) => [id, members[at] ?? []])),
    }),
  );

it('decides as an independently written reference does, for random directories and lists', () => {
  let read = 0;
  fc.assert(
    fc.property(directory, list, list, fc.constantFrom(...USERS), (text, share, file, user) => {
      const expected = referenceReads(user, text, [share, file]);
      if (expected) read += 1;
      expect(decide(descriptor(file, share), tokenOf(user, text)).read).toBe(expected);
    }),
    { numRuns: 3_000 },
  );
  // Both answers must occur often, or the comparison says nothing.
  expect(read).toBeGreaterThan(150);
  expect(read).toBeLessThan(2_850);
});
