import type { SidecarDescriptor } from '../descriptor.ts';
import { EVERYONE } from '../ids.ts';
import type { DescriptorReading, DescriptorSource } from './port.ts';

/**
 * A share that everyone may read, by the operator's explicit word (`acl.source: open`).
 * The share-level list still applies.
 */
export class OpenSource implements DescriptorSource {
  readonly #descriptor: SidecarDescriptor;

  constructor(options: Pick<SidecarDescriptor, 'share' | 'shareEntries'>) {
    this.#descriptor = {
      system: 'sidecar',
      ...options,
      entries: [{ effect: 'allow', principal: EVERYONE, origin: 'acl.source: open' }],
    };
  }

  beginPass(): void {}

  owns(): boolean {
    return false;
  }

  async descriptorOf(): Promise<DescriptorReading> {
    return { ok: true, descriptor: this.#descriptor };
  }
}
