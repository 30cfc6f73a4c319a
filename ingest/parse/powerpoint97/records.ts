/** One record of a PowerPoint 97–2003 stream ([MS-PPT] 2.3.1). */
export interface PptRecord {
  readonly type: number;
  readonly instance: number;
  readonly isContainer: boolean;
  readonly data: Uint8Array;
  /** Byte of the header in the stream it was read from. */
  readonly at: number;
}

const HEADER_BYTES = 8;
const CONTAINER = 0xf;

export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The record whose header stands at a byte; null behind the end. A length beyond the end is cut to it. */
export function recordAt(bytes: Uint8Array, at: number): PptRecord | null {
  if (at < 0 || at + HEADER_BYTES > bytes.length) return null;
  const view = viewOf(bytes);
  const head = view.getUint16(at, true);
  const start = at + HEADER_BYTES;
  return {
    type: view.getUint16(at + 2, true),
    instance: head >> 4,
    isContainer: (head & CONTAINER) === CONTAINER,
    data: bytes.subarray(start, start + view.getUint32(at + 4, true)),
    at,
  };
}

/** The records that stand one after the other in a container's data. */
export function* records(data: Uint8Array): Generator<PptRecord> {
  for (let at = 0; ; ) {
    const record = recordAt(data, at);
    if (record === null) return;
    yield record;
    at += HEADER_BYTES + record.data.length;
  }
}

/** All records below, in stored order, however deep; the stack is our own. */
export function* descendants(data: Uint8Array): Generator<PptRecord> {
  const open = [records(data)];
  for (let level = open.at(-1); level !== undefined; level = open.at(-1)) {
    const { value, done } = level.next();
    if (done === true) open.pop();
    else {
      yield value;
      if (value.isContainer) open.push(records(value.data));
    }
  }
}

/** The first record of a type among the children. */
export function child(data: Uint8Array, type: number): PptRecord | null {
  for (const record of records(data)) if (record.type === type) return record;
  return null;
}
