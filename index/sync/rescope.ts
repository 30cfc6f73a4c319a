import type { ScopeMove } from '../catalog/catalog.ts';
import type { PassDeps } from './deps.ts';
import { ScopeReader, type SharePass } from './scope-reader.ts';

const PAGE = 20_000;

/**
 * Gives the known documents below a folder the scopes their lists have by now, before anything is listed or read:
 * a folder that was closed is closed for all that is in it within one statement for each page.
 */
export async function rescopeKnown(
  { catalog, turn }: PassDeps,
  { share, acl }: SharePass,
  under: string,
  signal: AbortSignal,
): Promise<void> {
  acl.refresh();
  const scopes = new ScopeReader(catalog, acl);
  for (let after = ''; ; ) {
    signal.throwIfAborted();
    const page = await catalog.listScoped({ share: share.id, under, after, limit: PAGE });
    const seen = await Promise.all(page.map(({ path }) => scopes.scopeOf(path)));
    // Taking away needs nothing else; giving back what was withheld is for whoever looks at the file.
    const moves = page.flatMap(({ id, scope: from }, at): ScopeMove[] => {
      const scope = seen[at] ?? null;
      return scope === from ? [] : [{ document: id, from, scope }];
    });
    await turn.run(() => catalog.repoint(moves));
    if (page.length < PAGE) return;
    after = page.at(-1)?.path ?? '';
  }
}
