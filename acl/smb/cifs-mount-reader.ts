import { readBelow } from '../source/below-root.ts';
import { parseSecurityDescriptor } from '../windows/binary.ts';
import type { AttributeReader, AttributeReading } from '../xattr/attribute-reader.ts';
import { type SmbReader, type SmbReading, unreadable } from './reader.ts';

export interface CifsMountReaderOptions {
  /** Where the root of the server's share is mounted. */
  readonly root: string;
  /** Reads `system.cifs_acl` or `system.cifs_ntsd`, whose value is the descriptor as the server sent it. */
  readonly attributes: AttributeReader;
}

/** Asks a file server through a mount of Linux (fs/smb/client/xattr.c), which does not tell the list of the share. */
export class CifsMountReader implements SmbReader {
  readonly #options: CifsMountReaderOptions;

  constructor(options: CifsMountReaderOptions) {
    this.#options = options;
  }

  async read(paths: readonly string[]): Promise<ReadonlyMap<string, SmbReading>> {
    const { root, attributes } = this.#options;
    const readings = await readBelow<AttributeReading>(root, paths, attributes);
    return new Map([...readings].map(([path, reading]) => [path, toDescriptor(reading)]));
  }

  async readShare(): Promise<SmbReading> {
    return unreadable('a mount does not tell it: write shareSddl');
  }
}

function toDescriptor(reading: AttributeReading): SmbReading {
  if (!reading.ok) return unreadable(reading.error);
  if (reading.value === null) return unreadable('the mount gives no descriptor');
  const parsed = parseSecurityDescriptor(reading.value);
  return parsed.ok ? parsed : unreadable(parsed.error);
}
