import { type ShareId, shareId } from '../../acl/index.ts';
import type { CatalogDocument, CatalogReader } from '../../index/index.ts';

/**
 * The document an operator means by a path: `SHARE/PATH`, or `PATH` in whichever share has it. A path on the
 * file system below a share's root is understood too.
 */
export async function locate(
  deps: {
    readonly catalog: CatalogReader;
    readonly shares: readonly { readonly name: string; readonly path: string }[];
  },
  text: string,
): Promise<CatalogDocument | null> {
  const wanted: { readonly share: ShareId; readonly path: string }[] = [];
  for (const { name, path: root } of deps.shares) {
    const share = shareId(name);
    if (text.startsWith(`${root}/`)) wanted.push({ share, path: text.slice(root.length + 1) });
    if (text.startsWith(`${name}/`)) wanted.push({ share, path: text.slice(name.length + 1) });
    wanted.push({ share, path: text });
  }
  for (const { share, path } of wanted) {
    const document = await deps.catalog.documentAt(share, path.normalize('NFC'));
    const found = document ?? (await deps.catalog.documentAt(share, path));
    if (found !== null) return found;
  }
  return null;
}
