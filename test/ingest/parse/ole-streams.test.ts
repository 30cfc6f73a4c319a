import { describe, expect, it } from 'vitest';
import { OleStreams } from '../../../ingest/parse/ole-streams.ts';
import { parse } from './make-files.ts';
import { msgOf, oleWith } from './make-ole.ts';

const SECTOR = 512;
const LARGE = Buffer.alloc(20 * SECTOR, 7);

/** The container with the chain of its large stream bent back to its own beginning. */
function circular(): Uint8Array {
  const file = Buffer.from(oleWith({ big: LARGE }));
  const fatAt = (file.readUInt32LE(76) + 1) * SECTOR;
  const entry = file.indexOf(Buffer.from('big', 'utf16le'));
  const start = file.readUInt32LE(entry + 116);
  file.writeUInt32LE(start, fatAt + 4 * (start + 3));
  return file;
}

describe('streams of an OLE container', () => {
  it('are found whole, small and large', () => {
    const streams = new OleStreams(oleWith({ small: Buffer.from('hello'), big: LARGE }));
    expect(Buffer.from(streams.stream('Small') ?? []).toString()).toBe('hello');
    expect(Buffer.from(streams.stream('big') ?? []).equals(LARGE)).toBe(true);
    expect(streams.stream('none')).toBeNull();
  });

  it('are taken from the root before they are taken from a storage', () => {
    const streams = new OleStreams(oleWith({ 'inner/text': Buffer.from('b'), text: Buffer.from('a') }));
    expect(Buffer.from(streams.stream('text') ?? []).toString()).toBe('a');
    expect(streams.all('text')).toHaveLength(2);
  });

  it('end where their chain comes back to itself', () => {
    expect(new OleStreams(circular()).stream('big')).toHaveLength(4 * SECTOR);
  });

  it('are sound in a whole container', () => {
    expect(new OleStreams(oleWith({ small: Buffer.from('x'), big: LARGE })).isSound).toBe(true);
  });

  it('are not sound where a chain never ends', () => {
    expect(new OleStreams(circular()).isSound).toBe(false);
  });

  it('are not sound where the directory never ends', () => {
    const file = Buffer.from(oleWith({ one: Buffer.from('x') }));
    const root = file.indexOf(Buffer.from('Root Entry', 'utf16le'));
    const child = file.readUInt32LE(root + 76);
    file.writeUInt32LE(child, root + 128 * child + 68);
    expect(new OleStreams(file).isSound).toBe(false);
  });

  it('are not given to a library that would follow them for ever', async () => {
    const file = Buffer.from(msgOf({ '0037': 'x', '1000': 'y'.repeat(9_000) }));
    const entry = file.indexOf(Buffer.from('__substg1.0_1000001F', 'utf16le'));
    const start = file.readUInt32LE(entry + 116);
    file.writeUInt32LE(start, (file.readUInt32LE(76) + 1) * SECTOR + 4 * (start + 2));
    expect(await parse(file, 'a.msg')).toMatchObject({ type: 'msg', reason: 'corrupt' });
  });
});
