import type { SecurityDescriptor } from '../windows/security-descriptor.ts';

/** What a Samba server keeps of a share as a whole. */
export interface SambaShare {
  /** The list of the share itself. */
  readonly shareLevel: SecurityDescriptor;
  /**
   * What the server takes for a file without a stored descriptor where it ignores POSIX lists: one made of the mode
   * bits, or something not known here.
   */
  readonly withoutDescriptor: 'mode' | 'unknown';
}

export type SambaShareReading =
  | { readonly ok: true; readonly value: SambaShare }
  | { readonly ok: false; readonly error: string };

/**
 * Tells what decides over a share beside its files. Nothing is thrown; the sentence of an error ends with the mend.
 * `beginPass` makes it look at everything again, `refresh` at the list of the share.
 */
export interface SambaShareSource {
  beginPass(): void;
  refresh(): void;
  read(): Promise<SambaShareReading>;
}

/** A share as the operator describes it, where the server's configuration cannot be read. */
export function declaredShare(shareLevel: SecurityDescriptor): SambaShareSource {
  return {
    beginPass() {},
    refresh() {},
    read: async () => ({ ok: true, value: { shareLevel, withoutDescriptor: 'unknown' } }),
  };
}
