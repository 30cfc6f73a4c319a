import type { QuarantineReason, Warning } from '../document.ts';
import type { FileTraits } from '../policy.ts';
import { decodeText, isProvenText, isText } from './decode.ts';
import { extensionOf } from './extension.ts';
import { isOle, oleNames } from './ole.ts';
import { FORMATS, type Format, formatByExtension, formatByType, PLAIN_TEXT, ZIP_ARCHIVE } from './table.ts';
import { isProgram, oleHasMacros, zipHasMacros } from './traits.ts';
import { openZip, readSmallPart, type ZipEntry } from './zip.ts';

/** What a file is. A format without a parser is `known` too: the caller refuses it by name. */
export type Detection = Found & Omit<FileTraits, 'type'>;

type Found =
  | { readonly kind: 'known'; readonly format: Format; readonly warnings: readonly Warning[] }
  | {
      readonly kind: 'refused';
      readonly type: string;
      readonly reason: QuarantineReason;
      readonly detail: string;
    };

/** How much of a text is looked at to tell HTML, mail and tables from prose. */
const SNIFF_BYTES = 8 * 1024;
/** [MS-OFFCRYPTO] 2.3.4: the stream that holds a password-protected OOXML file. */
const ENCRYPTED_STREAM = 'encryptedpackage';

/** Class of the root of a Windows Installer database, {000C1084-0000-0000-C000-000000000046}. */
const INSTALLER_CLASS = Buffer.from('84100c0000000000c000000000000046', 'hex');

const APPLE = new Set(['pages', 'numbers', 'key']);
const isApplePart = (name: string): boolean => /^index(\.(xml|apxl|zip)(\.gz)?|\/document\.iwa)$/.test(name);

const LISTED_ONLY = 'the file is listed, its content is not read';

const refused = (type: string, reason: QuarantineReason, detail: string): Found => ({
  kind: 'refused',
  type,
  reason,
  detail,
});

/** Tells a file's format by its content first and its extension second, and whether it carries code. */
export async function detect(bytes: Uint8Array, name: string): Promise<Detection> {
  const found = await find(bytes, name);
  const type = found.kind === 'known' ? found.format.type : found.type;
  return { ...found, hasMacros: hasMacros(bytes), isProgram: isProgram(type, bytes, name) };
}

function hasMacros(bytes: Uint8Array): boolean {
  if (isOle(bytes)) return oleHasMacros(bytes, oleNames(bytes));
  if (!isZip(bytes)) return false;
  const zip = openZip(bytes);
  return zip.ok && zipHasMacros(zip.entries.map((entry) => entry.name));
}

async function find(bytes: Uint8Array, name: string): Promise<Found> {
  const named = formatByExtension(extensionOf(name));
  if (bytes.length === 0) return known(named?.parse ? named : plainText(), name);
  if (isZip(bytes)) return detectZip(bytes, name, named);
  if (isOle(bytes)) return detectOle(bytes, name, named);
  const magic = FORMATS.find((format) => hasMagic(bytes, format));
  if (magic) return known(magic, name);
  // Proven text comes before signatures of two or three letters: "BM" opens a bitmap and a letter about BMW.
  if (isProvenText(bytes)) return detectText(bytes, name, named);
  return (await detectBinary(bytes, name, named)) ?? detectText(bytes, name, named);
}

function known(format: Format, name: string): Found {
  const extension = extensionOf(name);
  const meant = formatByExtension(extension);
  if (meant === undefined || meant.type === format.type) return { kind: 'known', format, warnings: [] };
  const detail = `named .${extension}, but its content is ${format.label} (${format.type})`;
  return { kind: 'known', format, warnings: [{ code: 'wrong-extension', detail }] };
}

function detectZip(bytes: Uint8Array, name: string, named: Format | undefined): Found {
  const meant = named?.content.kind === 'zip' ? named.type : 'zip';
  const zip = openZip(bytes);
  if (!zip.ok) return refused(meant, zip.reason, zip.detail);
  const marks = [
    readSmallPart(bytes, zip.entries, '[Content_Types].xml'),
    readSmallPart(bytes, zip.entries, 'mimetype'),
    readSmallPart(bytes, zip.entries, 'META-INF/manifest.xml'),
  ];
  const format = zipFormat(marks, zip.entries, named);
  if (format && isOdfEncrypted(marks[2])) {
    return refused(format.type, 'encrypted', `the ${format.label} is protected by a password`);
  }
  if (format) return known(format, name);
  const archive = formatByType(ZIP_ARCHIVE);
  if (named?.content.kind === 'zip' && named !== archive) {
    return zip.entries.some((entry) => entry.encrypted)
      ? refused(meant, 'encrypted', 'the zip container is protected by a password')
      : refused(named.type, 'corrupt', `the zip container is readable, but holds no ${named.label}`);
  }
  if (archive === undefined) throw new Error('the parser table has no zip archive');
  return known(archive, name);
}

/** The content types name the main part; the tell-tale entry stands in where they are missing or damaged. */
function zipFormat(
  marks: readonly (string | null | undefined)[],
  entries: readonly ZipEntry[],
  named: Format | undefined,
): Format | undefined {
  const [types, mimetype, manifest] = marks;
  const odfType = (mimetype ?? /manifest:full-path="\/"[^>]*/.exec(manifest ?? '')?.[0] ?? '').trim();
  const zips = FORMATS.filter((format) => format.content.kind === 'zip');
  const marked = zips.find(
    ({ content }) =>
      content.kind === 'zip' &&
      content.marks.some(
        (mark) => types?.includes(mark) || odfType.startsWith(mark) || odfType.includes(`"${mark}"`),
      ),
  );
  if (marked !== undefined) return marked;
  const names = new Set(entries.map((entry) => entry.name.toLowerCase()));
  const has = (format: Format): boolean =>
    format.content.kind === 'zip' && format.content.part !== undefined && names.has(format.content.part);
  // All programs of Apple's office keep the same parts: believe the name if it is one of theirs.
  return named !== undefined && APPLE.has(named.type) && [...names].some(isApplePart)
    ? named
    : zips.find(has);
}

/** OpenDocument 1.2 part 3, 3.4.1: an encrypted entry carries `encryption-data` in the manifest. */
function isOdfEncrypted(manifest: string | null | undefined): boolean {
  return manifest?.includes(':encryption-data') ?? false;
}

function detectOle(bytes: Uint8Array, name: string, named: Format | undefined): Found {
  // [MS-CFB] 2.6.4 compares names in upper case; damaged and old writers do change them.
  const names = oleNames(bytes).map((entry) => entry.toLowerCase());
  if (names.includes(ENCRYPTED_STREAM)) {
    const type = named?.content.kind === 'zip' ? named.type : 'ooxml';
    return refused(type, 'encrypted', 'the Office file is protected by a password');
  }
  // A workbook may embed a document and the reverse: believe the name if it fits, else what is stored first.
  const has = (format: Format, stream: string): boolean =>
    format.content.kind === 'ole' && format.content.streams.includes(stream);
  if (named && names.some((stream) => has(named, stream))) return known(named, name);
  for (const stream of names) {
    const format = FORMATS.find((candidate) => has(candidate, stream));
    if (format) return known(format, name);
  }
  if (named?.content.kind === 'ole') {
    return refused(named.type, 'corrupt', `the container is readable, but holds no ${named.label}`);
  }
  if (Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(INSTALLER_CLASS)) {
    return refused('msi', 'unsupported', `an installer of Windows (msi): ${LISTED_ONLY}`);
  }
  return refused('ole', 'unsupported', `an OLE container of unknown content: ${LISTED_ONLY}`);
}

/** A name that says mail, table or Markdown is believed; plain text and names of other kinds let the content speak. */
function detectText(bytes: Uint8Array, name: string, named: Format | undefined): Found {
  const textual = named?.content.kind === 'text' ? named : undefined;
  if (textual && textual.type !== PLAIN_TEXT) return known(textual, name);
  const start = decodeText(bytes.subarray(0, SNIFF_BYTES)).text;
  if (start.startsWith('-----BEGIN PGP MESSAGE-----')) {
    return refused('pgp', 'encrypted', 'it is encrypted for those it was sent to (PGP)');
  }
  // Equal commas in a few lines are no table by themselves; under the name of a workbook they are an export.
  const mayBeTable = named !== undefined && textual === undefined;
  const sniffed = FORMATS.find(
    ({ content }) => content.kind === 'text' && (mayBeTable || !content.weak) && content.sniff?.(start),
  );
  return known(sniffed ?? textual ?? plainText(), name);
}

/** Refuses what is certainly binary, by its own name where a signature gives one; null when it can be text. */
async function detectBinary(
  bytes: Uint8Array,
  name: string,
  named: Format | undefined,
): Promise<Found | null> {
  const { fileTypeFromBuffer } = await import('file-type');
  const found = await fileTypeFromBuffer(bytes).catch(() => undefined);
  if (isText(bytes) && (named?.content.kind === 'text' || found === undefined)) return null;
  if (found) return refused(found.ext, 'unsupported', `${found.mime} (.${found.ext}): ${LISTED_ONLY}`);
  if (named?.parse) {
    return refused(named.type, 'corrupt', `the content is not ${named.label}: binary data of no known kind`);
  }
  const extension = extensionOf(name);
  const what = extension === '' ? 'binary data' : `binary data named .${extension}`;
  return refused(named?.type ?? 'binary', 'unsupported', `${what} of no known kind: ${LISTED_ONLY}`);
}

function isZip(bytes: Uint8Array): boolean {
  const [p, k, a, b] = bytes;
  if (p !== 0x50 || k !== 0x4b) return false;
  return (a === 3 && b === 4) || (a === 5 && b === 6) || (a === 7 && b === 8) || (a === 0x30 && b === 0x30);
}

function hasMagic(bytes: Uint8Array, { content }: Format): boolean {
  if (content.kind !== 'magic') return false;
  const reach = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, content.within + 16));
  return content.bytes.some((magic) => {
    const at = reach.indexOf(Buffer.from(magic), content.from ?? 0);
    return at !== -1 && at <= content.within;
  });
}

function plainText(): Format {
  const format = formatByType(PLAIN_TEXT);
  if (!format) throw new Error('the parser table has no plain text');
  return format;
}
