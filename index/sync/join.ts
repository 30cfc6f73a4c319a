import type { Listed, ListedFile, ListedTrouble } from '../../ingest/index.ts';
import type { CatalogDocument } from '../catalog/catalog.ts';

/** A path with the file that stands there, the document the catalog knows there, or both. */
export interface Joined {
  readonly file: ListedFile | null;
  readonly document: CatalogDocument | null;
}

/**
 * Walks a listing and the catalog side by side, so that neither is ever held whole.
 *
 * Both must come in the order of `comparePaths`. Troubles of the listing are handed to `onTrouble`: they have no
 * place in the order, for a folder that cannot be listed stands for all that is below it.
 */
export async function* joinByPath(
  listing: AsyncIterable<Listed>,
  known: AsyncIterable<CatalogDocument>,
  onTrouble: (trouble: ListedTrouble) => void,
): AsyncGenerator<Joined> {
  const documents = known[Symbol.asyncIterator]();
  let next = await documents.next();
  try {
    for await (const listed of listing) {
      if (listed.kind === 'trouble') {
        onTrouble(listed.trouble);
        continue;
      }
      const { file } = listed;
      while (next.done !== true && comparePaths(next.value.path, file.path) < 0) {
        yield { file: null, document: next.value };
        next = await documents.next();
      }
      if (next.done !== true && next.value.path === file.path) {
        yield { file, document: next.value };
        next = await documents.next();
      } else yield { file, document: null };
    }
    for (; next.done !== true; next = await documents.next()) yield { file: null, document: next.value };
  } finally {
    await documents.return?.(undefined);
  }
}

/** The order of paths by the bytes of their UTF-8, as file systems and SQLite have it. */
export function comparePaths(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left !== right) return byteOrder(left) - byteOrder(right);
  }
  return a.length - b.length;
}

/** UTF-16 puts surrogates, which stand for the highest characters, before U+E000: UTF-8 does not. */
function byteOrder(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
