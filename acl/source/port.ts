import type { Descriptor } from '../descriptor.ts';

/** The access-control list of one file, or why it could not be read. A refusal means: nobody reads it. */
export type DescriptorReading =
  | { readonly ok: true; readonly descriptor: Descriptor }
  | { readonly ok: false; readonly reason: 'acl-missing' | 'acl-unreadable'; readonly detail: string };

/**
 * Reads access-control lists of one share: `sidecar` now; Windows and POSIX are further implementations.
 *
 * Obligations: `descriptorOf` takes a path relative to the share's root with `/` between its parts and never
 * throws for trouble of the share. `beginPass` drops whatever an earlier pass remembered, so that one pass
 * sees one state per folder. `owns` names the files that carry permissions and are not documents.
 */
export interface DescriptorSource {
  beginPass(): void;
  owns(path: string): boolean;
  descriptorOf(path: string): Promise<DescriptorReading>;
}
