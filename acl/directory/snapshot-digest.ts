import { createHash } from 'node:crypto';
import type { DirectorySnapshot } from './snapshot.ts';

/** A hash of what a snapshot says, whatever the order it was read in and whatever its age. */
export function snapshotDigest({ users, groups, groupsOf }: DirectorySnapshot): string {
  const hash = createHash('sha256');
  for (const room of [users, groups]) {
    const lines = [...room].map(([id, { aliases = [], mapped = [], ...labels }]) =>
      JSON.stringify([id, [...aliases].sort(), [...mapped].sort(), Object.entries(labels).sort()]),
    );
    hash.update(`${lines.sort().join('\n')}\n\n`);
  }
  const memberships = [...groupsOf].map(([id, of]) => JSON.stringify([id, [...of].sort()]));
  return hash.update(memberships.sort().join('\n')).digest('hex');
}
