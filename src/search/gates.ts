import { decide, type Scope, type ScopeId, ScopeIndex, type Token } from '../../acl/index.ts';
import type { CatalogDocument, CatalogReader, DocumentId } from '../../index/index.ts';

/** Gate 1: the scopes that retrieval may look at. */
export async function gateOne(catalog: CatalogReader, token: Token): Promise<ScopeId[]> {
  return indexOf(await catalog.scopes()).readable(token);
}

/** One for each collection of scopes; a collection only grows, and its descriptors never change. */
const indices = new WeakMap<ReadonlyMap<ScopeId, Scope>, ScopeIndex>();

function indexOf(scopes: ReadonlyMap<ScopeId, Scope>): ScopeIndex {
  const known = indices.get(scopes);
  if (known?.size === scopes.size) return known;
  const index = known ?? new ScopeIndex();
  let at = 0;
  for (const scope of scopes.values()) {
    // Ids ascend, so what is new stands behind what was taken in already.
    if (at >= index.size) index.add(scope);
    at += 1;
  }
  indices.set(scopes, index);
  return index;
}

/**
 * Gate 2: of these documents, the ones the token may read by what the catalog says now.
 *
 * INVARIANT: no text, title, path or count of a document leaves unless it passed here after it was retrieved.
 */
export async function gateTwo(
  catalog: CatalogReader,
  token: Token,
  ids: readonly DocumentId[],
): Promise<ReadonlyMap<DocumentId, CatalogDocument>> {
  const documents = await catalog.documents([...new Set(ids)]);
  const scopes = await catalog.scopes();
  return new Map([...documents].filter(([, document]) => mayRead(document, scopes, token)));
}

/** Whether a document has something to read and its current scope lets the token read it. */
export function mayRead(
  document: CatalogDocument,
  scopes: ReadonlyMap<ScopeId, Scope>,
  token: Token,
): boolean {
  if (document.revision === null || document.scope === null) return false;
  const scope = scopes.get(document.scope);
  return scope !== undefined && decide(scope.descriptor, token).read;
}
