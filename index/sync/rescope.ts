import type { ScopeId } from '../../acl/index.ts';
import { lookAt, rootOf, stillAt } from '../../ingest/index.ts';
import type { ScopedDocument } from '../catalog/catalog.ts';
import type { PassDeps } from './deps.ts';
import { contentMayDiffer } from './plan.ts';
import { ScopeReader, type SharePass } from './scope-reader.ts';

const PAGE = 20_000;
/** Files looked at in one turn. */
const WINDOW = 1_000;

/** A document whose list is another than the one it stands under. */
interface Changed {
  readonly id: ScopedDocument['id'];
  readonly scope: ScopeId | null;
}

/**
 * Gives the known documents below a folder the scopes their lists have by now, before anything is listed or read:
 * a folder that was closed is closed for all that is in it within one statement for each page.
 *
 * INVARIANT: nobody reads an old text under a new list. A list and a text are often changed together, so a document
 * whose list changed is first read by nobody, and then by whom the new list names where its file is as it was.
 * Whoever looks at the others does the rest, as for what had been withheld before.
 * @throws {ShareUnavailable} when the share is away or goes away; no list of it is believed then
 */
export async function rescopeKnown(
  deps: PassDeps,
  pass: SharePass,
  under: string,
  signal: AbortSignal,
): Promise<void> {
  const { catalog, turn } = deps;
  const { share, acl } = pass;
  const root = await rootOf(share);
  acl.refresh();
  const scopes = new ScopeReader(catalog, acl);
  const changed: Changed[] = [];
  for (let after = ''; ; ) {
    signal.throwIfAborted();
    const page = await catalog.listScoped({ share: share.id, under, after, limit: PAGE });
    const seen = await Promise.all(page.map(({ path }) => scopes.scopeOf(path)));
    await stillAt(share, root);
    const others = page.flatMap(({ id, scope: from }, at) => {
      const scope = seen[at] ?? null;
      return scope === from ? [] : [{ id, from, scope }];
    });
    await turn.run(() =>
      catalog.repoint(others.map(({ id, from }) => ({ document: id, from, scope: null }))),
    );
    changed.push(...others);
    if (page.length < PAGE) break;
    after = page.at(-1)?.path ?? '';
  }
  await giveBack(deps, pass, changed, signal);
}

async function giveBack(
  { catalog, turn }: PassDeps,
  { share }: SharePass,
  changed: readonly Changed[],
  signal: AbortSignal,
): Promise<void> {
  const readable = changed.filter(({ scope }) => scope !== null);
  for (let at = 0; at < readable.length; at += WINDOW) {
    signal.throwIfAborted();
    const window = readable.slice(at, at + WINDOW);
    await turn.run(async () => {
      const documents = await catalog.documents(window.map(({ id }) => id));
      const moves = window.map(async ({ id, scope }) => {
        const document = documents.get(id);
        // Somebody else has decided meanwhile.
        if (document === undefined || document.scope !== null || document.outcome === 'quarantined')
          return [];
        const file = await lookAt(share, document.path);
        return file === null || contentMayDiffer(document, file, false) ? [] : [{ document: id, scope }];
      });
      await catalog.repoint((await Promise.all(moves)).flat());
    });
  }
}
