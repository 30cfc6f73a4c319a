import { ascii, type Format } from '../format.ts';

/** POSIX ustar: the mark stands behind name, mode, owner, size, time, checksum, kind and link. */
const TAR_MARK_AT = 257;
/** The format of a zip that holds no document of a kind known here. */
export const ZIP_ARCHIVE = 'zip';

/** Object identifier of the contents of CMS (RFC 5652), without its last number. */
const PKCS7 = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07];

/** Files that hold files. */
export const ARCHIVE_FORMATS: readonly Format[] = [
  {
    type: ZIP_ARCHIVE,
    label: 'zip archive',
    extensions: ['zip'],
    content: { kind: 'zip', marks: [] },
    parse: async (input) => (await import('../archive/zip-archive.ts')).parseZipArchive(input),
  },
  {
    type: 'tar',
    label: 'tar archive',
    extensions: ['tar'],
    content: { kind: 'magic', bytes: [ascii('ustar')], from: TAR_MARK_AT, within: TAR_MARK_AT },
    parse: async (input) => (await import('../archive/tar.ts')).parseTar(input),
  },
  {
    type: 'gz',
    label: 'gzip archive',
    extensions: ['gz', 'tgz', 'gzip'],
    content: { kind: 'magic', bytes: [[0x1f, 0x8b, 0x08]], within: 0 },
    parse: async (input) => (await import('../archive/compressed.ts')).parseGzip(input),
  },
  {
    type: 'zst',
    label: 'Zstandard archive',
    extensions: ['zst', 'tzst', 'zstd'],
    content: { kind: 'magic', bytes: [[0x28, 0xb5, 0x2f, 0xfd]], within: 0 },
    parse: async (input) => (await import('../archive/compressed.ts')).parseZstd(input),
  },
  {
    type: 'rar',
    label: 'RAR archive',
    extensions: ['rar'],
    content: { kind: 'magic', bytes: [[...ascii('Rar!'), 0x1a, 0x07]], within: 0 },
    parse: async (input) => (await import('../archive/rar.ts')).parseRar(input),
  },
  {
    type: '7z',
    label: '7z archive',
    extensions: ['7z'],
    content: { kind: 'magic', bytes: [[0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]], within: 0 },
    parse: async (input) => (await import('../archive/seven-zip.ts')).parseSevenZip(input),
  },
  {
    type: 'p7m',
    label: 'signed file',
    extensions: ['p7m', 'p7s'],
    content: { kind: 'magic', bytes: [PKCS7], within: 20 },
    parse: async (input) => (await import('../p7m.ts')).parseP7m(input),
  },
];
