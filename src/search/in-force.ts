import type { Scope, ScopeId } from '../../acl/index.ts';
import type { CatalogReader } from '../../index/index.ts';

/**
 * A catalog whose scopes are those that count now: permissions that were read from a dated source (an export made
 * on another server) end at their time, not only when the next pass looks. Nobody reads what stood in them.
 */
export function inForce(catalog: CatalogReader, now: () => number): CatalogReader {
  return {
    documents: (ids) => catalog.documents(ids),
    documentAt: (share, path) => catalog.documentAt(share, path),
    documentsAt: (share, paths) => catalog.documentsAt(share, paths),
    listDocuments: (query) => catalog.listDocuments(query),
    listScoped: (query) => catalog.listScoped(query),
    listReadable: (query) => catalog.listReadable(query),
    unlabelled: (limit) => catalog.unlabelled(limit),
    permissionsUntil: () => catalog.permissionsUntil(),
    counts: () => catalog.counts(),
    languages: () => catalog.languages(),
    lastPass: () => catalog.lastPass(),
    meta: (key) => catalog.meta(key),
    async scopes(): Promise<ReadonlyMap<ScopeId, Scope>> {
      const [scopes, until] = await Promise.all([catalog.scopes(), catalog.permissionsUntil()]);
      const time = now();
      // Written so that a clock that gives no number ends them as well.
      const ended = new Set([...until].filter(([, end]) => !(time <= end)).map(([share]) => share));
      if (ended.size === 0) return scopes;
      return new Map([...scopes].filter(([, { descriptor }]) => !ended.has(descriptor.share)));
    },
  };
}
