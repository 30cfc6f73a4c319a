import type { SidecarDescriptor } from '../descriptor.ts';
import { EVERYONE, type PrincipalId } from '../ids.ts';
import type { DescriptorReading, DescriptorSource } from './port.ts';
import { unknownDeny } from './unknown-deny.ts';

export interface OpenOptions extends Pick<SidecarDescriptor, 'share' | 'shareEntries'> {
  /** Whether the directory knows a principal; see `unknownDeny`. */
  readonly knows: (principal: PrincipalId) => boolean;
}

/**
 * A share that everyone may read, by the operator's explicit word (`acl.source: open`).
 * The share-level list still applies.
 */
export class OpenSource implements DescriptorSource {
  readonly #reading: DescriptorReading;

  constructor({ share, shareEntries, knows }: OpenOptions) {
    const descriptor: SidecarDescriptor = {
      system: 'sidecar',
      share,
      shareEntries,
      entries: [{ effect: 'allow', principal: EVERYONE, origin: 'acl.source: open' }],
    };
    const doubt = unknownDeny(shareEntries, knows);
    this.#reading =
      doubt === null ? { ok: true, descriptor } : { ok: false, reason: 'acl-unreadable', detail: doubt };
  }

  beginPass(): void {}

  refresh(): void {}

  believedUntil(): null {
    return null;
  }

  owns(): boolean {
    return false;
  }

  async descriptorOf(): Promise<DescriptorReading> {
    return this.#reading;
  }
}
