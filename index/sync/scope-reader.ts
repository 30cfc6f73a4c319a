import type { DescriptorSource, ScopeId } from '../../acl/index.ts';
import type { ListedFile, Share } from '../../ingest/index.ts';
import type { CatalogWriter } from '../catalog/catalog.ts';
import type { SeenFile } from './plan.ts';

/** A share and where its permissions come from. */
export interface SharePass {
  readonly share: Share;
  readonly acl: DescriptorSource;
}

/** Turns permissions into scopes, asking the catalog once for each distinct list. */
export class ScopeReader {
  readonly #catalog: Pick<CatalogWriter, 'intern'>;
  readonly #acl: DescriptorSource;
  readonly #scopes = new Map<string, Promise<ScopeId>>();

  constructor(catalog: Pick<CatalogWriter, 'intern'>, acl: DescriptorSource) {
    this.#catalog = catalog;
    this.#acl = acl;
  }

  async resolve(file: ListedFile): Promise<SeenFile> {
    const reading = await this.#acl.descriptorOf(file.path);
    if (!reading.ok) return { file, scope: null, aclTrouble: reading };
    const key = JSON.stringify(reading.descriptor);
    let scope = this.#scopes.get(key);
    if (scope === undefined) {
      scope = this.#catalog.intern(reading.descriptor);
      this.#scopes.set(key, scope);
    }
    return { file, scope: await scope, aclTrouble: null };
  }
}
