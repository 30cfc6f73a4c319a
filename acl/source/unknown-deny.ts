import type { AclEntry } from '../descriptor.ts';
import { AUTHENTICATED, EVERYONE, type PrincipalId } from '../ids.ts';

/**
 * A sentence about the first deny entry that names nobody the directory knows, or null.
 *
 * Such an entry is a doubt (a typing error would open the folder), so it makes the list unreadable. An allow
 * entry that names nobody merely grants nothing.
 */
export function unknownDeny(
  entries: readonly AclEntry[],
  knows: (principal: PrincipalId) => boolean,
): string | null {
  const unknown = entries.find(
    ({ effect, principal }) =>
      effect === 'deny' && principal !== EVERYONE && principal !== AUTHENTICATED && !knows(principal),
  );
  return unknown === undefined
    ? null
    : `${unknown.origin} denies ${unknown.principal}, whom the directory does not know: mend the name there or in the directory`;
}
