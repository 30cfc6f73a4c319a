import type { DirectorySnapshot } from '../../acl/index.ts';

/** What a snapshot says, in one order and without its age. */
export function said({ users, groups, groupsOf }: DirectorySnapshot): unknown {
  return {
    users: [...users.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
    groups: [...groups.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
    groupsOf: [...groupsOf].map(([id, of]) => `${id} ${[...of].sort().join()}`).sort(),
  };
}
