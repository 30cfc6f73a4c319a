import {
  bearers,
  type DirectorySnapshot,
  loginName,
  type PrincipalId,
  subjectName,
} from '../../acl/index.ts';
import type { Issuer } from './issuer.ts';

/** Whom a subject of an issuer names in the directory. */
export type Person =
  | { readonly kind: 'found'; readonly user: PrincipalId }
  | { readonly kind: 'nobody' }
  | { readonly kind: 'several' };

/** The one user of the directory whom a subject names, as the issuer is configured to be matched. */
export function personOf(
  snapshot: DirectorySnapshot,
  { issuer, matches }: Pick<Issuer, 'issuer' | 'matches'>,
  subject: string,
): Person {
  const ids = candidates();
  if (ids.length > 1) return { kind: 'several' };
  const [user] = ids;
  // A group may bear the name as well: it is no person.
  return user === undefined || !snapshot.users.has(user) ? { kind: 'nobody' } : { kind: 'found', user };

  function candidates(): readonly PrincipalId[] {
    const { of } = bearers(snapshot);
    switch (matches) {
      case 'subject':
        return of(subjectName(issuer, subject));
      case 'login':
        return of(loginName(subject));
      case 'externalId':
        return [...snapshot.users.values()]
          .filter(({ externalId }) => externalId === subject)
          .map(({ id }) => id);
    }
  }
}
