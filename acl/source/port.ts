import type { Descriptor } from '../descriptor.ts';

/** The access-control list of one file, or why it could not be read. A refusal means: nobody reads it. */
export type DescriptorReading<Kind extends Descriptor = Descriptor> =
  | { readonly ok: true; readonly descriptor: Kind }
  | { readonly ok: false; readonly reason: 'acl-missing' | 'acl-unreadable'; readonly detail: string };

/**
 * Reads access-control lists of one share.
 *
 * Obligations: `descriptorOf` takes a path relative to the share's root with `/` between its parts and never
 * throws for trouble of the share. `beginPass` drops whatever an earlier pass remembered; `refresh` makes the
 * next readings see the share as it is from then on, so that permissions can be read again after the content.
 * `believedUntil` is the time (milliseconds since the epoch) after which readings of this pass must not be believed
 * any more, null where they are as true as the share itself; asked after the readings of a pass.
 * `owns` is asked for every listed file and names those that carry permissions and are not documents.
 */
export interface DescriptorSource {
  beginPass(): void;
  refresh(): void;
  believedUntil(): number | null;
  owns(path: string): boolean;
  descriptorOf(path: string): Promise<DescriptorReading>;
}
