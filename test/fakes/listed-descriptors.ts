import type { Descriptor, DescriptorReading, DescriptorSource } from '../../acl/index.ts';

/** Permissions by path, written down; null stands for a list that cannot be read. */
export class ListedDescriptors implements DescriptorSource {
  readonly #lists: ReadonlyMap<string, Descriptor | null>;

  constructor(lists: ReadonlyMap<string, Descriptor | null>) {
    this.#lists = lists;
  }

  beginPass(): void {}

  refresh(): void {}

  believedUntil(): null {
    return null;
  }

  owns(): boolean {
    return false;
  }

  async descriptorOf(path: string): Promise<DescriptorReading> {
    const descriptor = this.#lists.get(path);
    if (descriptor === undefined)
      return { ok: false, reason: 'acl-missing', detail: 'nothing is listed for it' };
    if (descriptor === null)
      return { ok: false, reason: 'acl-unreadable', detail: 'the list cannot be read' };
    return { ok: true, descriptor };
  }
}
