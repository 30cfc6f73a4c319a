import type { SecurityDescriptor } from '../windows/security-descriptor.ts';

/** The descriptor of one file, folder or share, or why there is none. The sentence ends with the mend where there is one. */
export type SmbReading =
  | { readonly ok: true; readonly descriptor: SecurityDescriptor }
  | { readonly ok: false; readonly reason: 'missing' | 'unreadable'; readonly error: string };

/**
 * Asks a file server for security descriptors.
 *
 * Obligations: paths are relative to the root of the server's share with `/` between parts, the root an empty text.
 * `read` answers for every path and says what the server has from then on, never an older answer. A descriptor is
 * whole and of just that path; whatever casts doubt on it is an error of that path. Nothing is thrown.
 */
export interface SmbReader {
  read(paths: readonly string[]): Promise<ReadonlyMap<string, SmbReading>>;
  /** The list of the share itself. */
  readShare(): Promise<SmbReading>;
}

export function unreadable(error: string): SmbReading {
  return { ok: false, reason: 'unreadable', error };
}
