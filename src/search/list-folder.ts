import { setImmediate } from 'node:timers/promises';
import { type ShareId, shareId } from '../../acl/index.ts';
import type { CatalogDocument } from '../../index/index.ts';
import { gateOne, gateTwo } from './gates.ts';
import type { Asker, SearchDeps } from './search.ts';
import { whileWanted } from './while-wanted.ts';

export type FolderEntry =
  | { readonly kind: 'share'; readonly name: string }
  | { readonly kind: 'folder'; readonly name: string; readonly path: string }
  | {
      readonly kind: 'document';
      readonly name: string;
      readonly path: string;
      readonly document: CatalogDocument;
    };

export interface Listing {
  readonly entries: readonly FolderEntry[];
  /** Name to go on after; null at the end. */
  readonly next: string | null;
}

export interface ListQuery {
  /** Null lists the shares themselves. */
  readonly share: string | null;
  /** Folder inside the share; empty for its root. */
  readonly path: string;
  readonly after: string;
  readonly limit: number;
}

/** Sorts behind every name that follows `/` in a path: a name has at most 255 bytes. */
const LAST = '\u{10ffff}'.repeat(64);

/**
 * What stands in a folder as far as the asker may read it: documents, and folders that hold a readable
 * document somewhere. Null when nothing is readable there, whether or not it exists.
 */
export async function listFolder(
  deps: Pick<SearchDeps, 'catalog'> & { readonly shares: readonly ShareId[] },
  query: ListQuery,
  asker: Asker,
): Promise<Listing | null> {
  const catalog = whileWanted(deps.catalog, asker.signal);
  const scopes = await gateOne(catalog, asker.token);
  const next = async (share: ShareId, under: string, after: string): Promise<CatalogDocument | null> => {
    for (let from = after; ; ) {
      // The catalog answers without letting go: between two entries it is the others' turn.
      await setImmediate();
      const [document] = await catalog.listReadable({ share, under, after: from, limit: 1, scopes });
      if (document === undefined) return null;
      const readable = await gateTwo(catalog, await asker.currentToken(), [document.id]);
      const now = readable.get(document.id);
      if (now !== undefined) return now;
      from = document.path;
    }
  };

  if (query.share === null) {
    const names: FolderEntry[] = [];
    for (const share of deps.shares) {
      if ((await next(share, '', '')) !== null) names.push({ kind: 'share', name: share });
    }
    return { entries: names, next: null };
  }

  const share = shareId(query.share);
  const prefix = query.path === '' ? '' : `${query.path}/`;
  const entries: FolderEntry[] = [];
  // The cursor is the last name shown, with `/` behind it when that was a folder.
  const behind = query.after.endsWith('/') ? LAST : '';
  let after = query.after === '' ? '' : `${prefix}${query.after}${behind}`;
  while (entries.length < query.limit) {
    const document = await next(share, query.path, after);
    if (document === null) return entries.length === 0 && query.after === '' ? null : { entries, next: null };
    const rest = document.path.slice(prefix.length);
    const slash = rest.indexOf('/');
    if (slash < 0) {
      entries.push({ kind: 'document', name: rest, path: document.path, document });
      after = document.path;
    } else {
      const name = rest.slice(0, slash);
      entries.push({ kind: 'folder', name, path: `${prefix}${name}` });
      after = `${prefix}${name}/${LAST}`;
    }
  }
  const more = await next(share, query.path, after);
  const last = entries.at(-1);
  if (more === null || last === undefined) return { entries, next: null };
  return { entries, next: last.kind === 'folder' ? `${last.name}/` : last.name };
}
