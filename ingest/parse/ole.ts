const OLE_MAGIC = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
const ENTRY_BYTES = 128;
const NAME_BYTES = 64;
/** Storage, stream, root: the object types a directory entry may have ([MS-CFB] 2.6.1). */
const OBJECT_TYPES = new Set([1, 2, 5]);

/** True for the container of doc, xls, ppt, msg and of password-protected OOXML. */
export function isOle(bytes: Uint8Array): boolean {
  return OLE_MAGIC.every((byte, i) => bytes[i] === byte);
}

/**
 * Names of the streams and storages in an OLE container, in stored order.
 *
 * Directory entries stand at multiples of 128 bytes ([MS-CFB] 2.6), so scanning finds them even where the
 * sector chains are damaged; names alone decide the type, nothing is read through them.
 */
export function oleNames(bytes: Uint8Array): string[] {
  const names: string[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 512; at + ENTRY_BYTES <= bytes.length; at += ENTRY_BYTES) {
    const length = view.getUint16(at + NAME_BYTES, true);
    if (length < 4 || length > NAME_BYTES || length % 2 === 1) continue;
    if (!OBJECT_TYPES.has(view.getUint8(at + NAME_BYTES + 2))) continue;
    const name = Buffer.from(bytes.subarray(at, at + length)).toString('utf16le');
    if (name.endsWith('\0') && !name.slice(0, -1).includes('\0')) names.push(name.slice(0, -1));
  }
  return names;
}
