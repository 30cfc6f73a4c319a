import type { Descriptor } from './descriptor.ts';
import type { PrincipalId } from './ids.ts';
import { READ } from './posix/posix-acl.ts';
import { readableScopes, type Scope, type ScopeId } from './scope.ts';
import type { Token } from './token.ts';
import { aceKind } from './windows/ace-types.ts';
import { UNKNOWN_SID, WELL_KNOWN } from './windows/sid.ts';

/**
 * Scopes by the principals that could open them, so that a question is decided for those only that name somebody of
 * its token: most of a company's lists have nothing to say to one person.
 *
 * It leaves out and never lets in: every scope that it finds is decided as any other.
 */
export class ScopeIndex {
  readonly #scopes: Scope[] = [];
  /** Positions in `#scopes`. */
  readonly #byPrincipal = new Map<PrincipalId, number[]>();
  /** Positions of scopes that nobody in particular opens. */
  readonly #open: number[] = [];

  /** How many scopes it holds. */
  get size(): number {
    return this.#scopes.length;
  }

  add(scope: Scope): void {
    const at = this.#scopes.push(scope) - 1;
    const openers = openersOf(scope.descriptor);
    if (openers === null) this.#open.push(at);
    for (const principal of new Set(openers)) {
      const places = this.#byPrincipal.get(principal);
      if (places === undefined) this.#byPrincipal.set(principal, [at]);
      else places.push(at);
    }
  }

  /** The scopes a token may read, ascending: what `readableScopes` gives over all that were added. */
  readable(token: Token): ScopeId[] {
    const found = [this.#open];
    let candidates = this.#open.length;
    for (const principal of token.principals) {
      const places = this.#byPrincipal.get(principal);
      if (places === undefined) continue;
      found.push(places);
      candidates += places.length;
    }
    // Who is named nearly everywhere is asked about everything at once.
    if (candidates * 2 > this.#scopes.length) return readableScopes(this.#scopes, token);
    return readableScopes(this.#once(found), token);
  }

  *#once(found: readonly (readonly number[])[]): Generator<Scope> {
    const seen = new Set<number>();
    for (const places of found) {
      for (const at of places) {
        const scope = this.#scopes[at];
        if (seen.has(at) || scope === undefined) continue;
        seen.add(at);
        yield scope;
      }
    }
  }
}

/** Principals one of whom a token must hold to be let in; null where that cannot be said. */
function openersOf(descriptor: Descriptor): readonly PrincipalId[] | null {
  switch (descriptor.system) {
    case 'sidecar':
      return descriptor.entries.filter(({ effect }) => effect === 'allow').map(({ principal }) => principal);
    case 'posix': {
      const { owner, users, group, groups, other } = descriptor.chain.file;
      if ((other & READ) !== 0) return null;
      const uids = [owner, ...users.map(({ uid }) => uid)].map((uid) => `uid:${uid}` as PrincipalId);
      return [...uids, ...[group, ...groups.map(({ gid }) => gid)].map((gid) => `gid:${gid}` as PrincipalId)];
    }
    case 'windows': {
      const { file, samba } = descriptor;
      if (samba !== undefined || file.dacl.kind === 'null') return null;
      if (file.dacl.kind === 'absent') return [];
      const sids = file.dacl.aces
        .filter(({ type }) => aceKind(type).effect === 'allow')
        .map(({ sid }) => sid);
      // OWNER RIGHTS speaks of the owner, whoever that is.
      if (sids.includes(WELL_KNOWN.ownerRights) && file.owner !== null) return [...sids, file.owner];
      return sids.includes(UNKNOWN_SID) ? null : sids;
    }
  }
}
