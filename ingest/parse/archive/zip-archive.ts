import type { Parser } from '../parser.ts';
import { openZip, unpackEntry, type ZipEntry } from '../zip.ts';
import { archiveDocument, LOCKED, type Member } from './members.ts';

/** Zip archives: members stored or deflated are read, others named. */
export const parseZipArchive: Parser = async (input) => {
  const opening = openZip(input.bytes);
  if (!opening.ok) return opening;
  const files = opening.entries.filter(({ name }) => !name.endsWith('/'));
  return archiveDocument(
    files.map((entry) => toMember(entry, input.bytes)),
    input,
  );
};

function toMember(entry: ZipEntry, bytes: Uint8Array): Member {
  return {
    path: entry.name,
    packed: entry.packedSize,
    unpacked: entry.size,
    closed: entry.encrypted ? LOCKED : null,
    unpack: (limit) => {
      const data = unpackEntry(bytes, entry, limit);
      if (data === 'too-large') return 'too-large, it unpacks to more than it declares';
      return data ?? `corrupt, it is damaged or packed by a method not read here (${entry.method})`;
    },
  };
}
