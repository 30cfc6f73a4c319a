import type { Descriptor, DescriptorSource, ScopeId } from '../../acl/index.ts';
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
  readonly #known = new WeakMap<Descriptor, Promise<ScopeId>>();

  constructor(catalog: Pick<CatalogWriter, 'intern'>, acl: DescriptorSource) {
    this.#catalog = catalog;
    this.#acl = acl;
  }

  async resolve(file: ListedFile): Promise<SeenFile> {
    const reading = await this.#acl.descriptorOf(file.path);
    if (!reading.ok) return { file, scope: null, aclTrouble: reading };
    return { file, scope: await this.#intern(reading.descriptor), aclTrouble: null };
  }

  /** The scope of a path, null where its permissions cannot be read. */
  async scopeOf(path: string): Promise<ScopeId | null> {
    const reading = await this.#acl.descriptorOf(path);
    return reading.ok ? this.#intern(reading.descriptor) : null;
  }

  #intern(descriptor: Descriptor): Promise<ScopeId> {
    // Sources give the same object for files of one folder: then nothing has to be written out.
    const same = this.#known.get(descriptor);
    if (same !== undefined) return same;
    const key = JSON.stringify(descriptor);
    let scope = this.#scopes.get(key);
    if (scope === undefined) {
      scope = this.#catalog.intern(descriptor);
      this.#scopes.set(key, scope);
    }
    this.#known.set(descriptor, scope);
    return scope;
  }
}
