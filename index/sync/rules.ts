import type { FilePolicy } from '../../ingest/index.ts';
import type { Catalog } from '../catalog/catalog.ts';

const KEY = 'files-rules';

/**
 * Lets every file be read again when the rules of what may be read changed, so that what was indexed under the old
 * ones does not stay. An index from before there were rules was read under the usual ones.
 */
export async function readAgainUnderNewRules(
  catalog: Pick<Catalog, 'meta' | 'setMeta' | 'forgetHashes'>,
  policies: readonly { readonly share: string; readonly files: FilePolicy }[],
): Promise<void> {
  const rules = JSON.stringify(policies.map(({ share, files }) => [share, files]).sort());
  const before = await catalog.meta(KEY);
  if (before === rules) return;
  if (before !== null) await catalog.forgetHashes();
  await catalog.setMeta(KEY, rules);
}
