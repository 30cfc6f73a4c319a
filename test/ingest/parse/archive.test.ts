import { deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseFile } from '../../../ingest/parse/parse-file.ts';
import { MAX_PARTS, PartBudget } from '../../../ingest/parse/part-budget.ts';
import { READ_ALL } from '../../../ingest/policy.ts';
import { docxOf, parse, patchDirectory, read, short, wordParagraph, zip } from './make-files.ts';

const BLOCK = 512;

interface TarMember {
  readonly path: string;
  readonly data?: string | Uint8Array;
  readonly kind?: string;
}

/** A POSIX tar archive: ustar headers with right checksums, two empty blocks at the end. */
function tar(members: readonly TarMember[]): Buffer {
  const blocks = members.map(({ path, data = '', kind = '0' }) => {
    const bytes = Buffer.from(data);
    const header = Buffer.alloc(BLOCK);
    header.write(path, 0);
    header.write('0000644\0', 100);
    header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('        ', 148);
    header.write(kind, 156);
    header.write('ustar\x0000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return Buffer.concat([header, bytes, Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)]);
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

const details = async (bytes: Uint8Array, name: string): Promise<string[]> =>
  (await read(bytes, name)).warnings.map(({ detail }) => detail);

describe('zip archives', () => {
  it('lists the members, then reads each under its path and its place in the list', async () => {
    const file = zip({
      'a/leave.md': '# Leave\n\nTen days.',
      'b.docx': docxOf(wordParagraph('Hello')),
    });
    const document = await read(file, 'all.zip');
    expect(document.pages).toBe(2);
    expect(document.blocks).toEqual([
      { kind: 'item', text: 'a/leave.md', page: null },
      { kind: 'item', text: 'b.docx', page: null },
      { kind: 'heading', level: 1, text: 'a/leave.md', page: 1 },
      { kind: 'heading', level: 2, text: 'Leave', page: 1 },
      { kind: 'paragraph', text: 'Ten days.', page: 1 },
      { kind: 'heading', level: 1, text: 'b.docx', page: 2 },
      { kind: 'paragraph', text: 'Hello', page: 2 },
    ]);
  });

  it('only lists the members where the share says so', async () => {
    const outcome = await parseFile({
      bytes: zip({ 'a.txt': 'secret' }),
      name: 'a.zip',
      limits: { maxCharacters: 1000, maxDepth: 3 },
      policy: { ...READ_ALL, archives: 'list' },
    });
    expect(outcome).toMatchObject({ kind: 'parsed', document: { blocks: [{ text: 'a.txt' }] } });
    expect(JSON.stringify(outcome)).not.toContain('secret');
  });

  it.each(['../evil.txt', 'a/../../evil.txt', 'C:/evil.txt'])(
    'names the member %s and does not open it',
    async (path) => {
      const file = zip({ [path]: 'payload', 'good.txt': 'fine' });
      expect(await details(file, 'a.zip')).toEqual([
        `${path}: its path leads out of the archive: not opened`,
      ]);
      expect(JSON.stringify(await read(file, 'a.zip'))).not.toContain('payload');
    },
  );

  it('opens the first of two members of one path and names the second', async () => {
    const file = Buffer.from(zip({ 'one.txt': 'first', 'two.txt': 'second' }));
    const twice = Buffer.from(file.toString('latin1').replaceAll('two.txt', 'one.txt'), 'latin1');
    const document = await read(twice, 'a.zip');
    expect(short(document.blocks)).toEqual(['- one.txt', '- one.txt', 'h1 one.txt', 'p first']);
    expect(document.warnings).toMatchObject([{ detail: expect.stringContaining('second member') }]);
  });

  it('names a member that has a password and reads the others', async () => {
    const file = patchDirectory(zip({ 'locked.txt': 'x', 'open.txt': 'y' }), (view, at) => {
      const name = Buffer.from(view.buffer, at + 46, view.getUint16(at + 28, true)).toString();
      if (name === 'locked.txt') view.setUint16(at + 8, 1, true);
    });
    const document = await read(file, 'a.zip');
    expect(short(document.blocks)).toContain('p y');
    expect(document.warnings).toMatchObject([{ detail: expect.stringMatching(/^locked\.txt: encrypted/) }]);
  });

  it('refuses one in which every member has a password as encrypted', async () => {
    const file = patchDirectory(zip({ 'a.txt': 'x' }), (view, at) => view.setUint16(at + 8, 1, true));
    expect(await parse(file, 'a.zip')).toMatchObject({ type: 'zip', reason: 'encrypted' });
  });

  it('names a member packed by a method that is not read', async () => {
    const file = patchDirectory(zip({ 'a.txt': 'x' }), (view, at) => view.setUint16(at + 10, 14, true));
    expect(await details(file, 'a.zip')).toEqual([expect.stringContaining('method not read here (14)')]);
  });

  it('does not unpack a member that declares gigabytes', async () => {
    const file = patchDirectory(zip({ 'bomb.txt': 'x' }), (view, at) => view.setUint32(at + 24, 3e9, true));
    expect(await details(file, 'a.zip')).toEqual([expect.stringMatching(/^bomb\.txt: too-large/)]);
  });

  it('stops unpacking a member whose size lies', async () => {
    const huge = deflateRawSync(Buffer.alloc(200 * 1_048_576));
    const lying = patchDirectory(zip({ 'a.bin': huge }, 0), (view, at) => {
      view.setUint16(at + 10, 8, true);
      view.setUint32(at + 24, 10, true);
    });
    expect(await details(lying, 'a.zip')).toEqual([expect.stringMatching(/^a\.bin: too-large/)]);
  });

  it('lists an archive of more members than an Office file may have', async () => {
    const members = Array.from({ length: 10_001 }, (_, n) => [`${n}.txt`, `text ${n}`] as const);
    // Only their names: how many are opened in time is a matter of the machine.
    const outcome = await parseFile({
      bytes: zip(Object.fromEntries(members), 0),
      name: 'a.zip',
      limits: { maxCharacters: 1_000_000, maxDepth: 3 },
      policy: { ...READ_ALL, archives: 'list' },
    });
    expect(outcome).toMatchObject({ kind: 'parsed', document: { pages: 10_001 } });
  });

  it('opens archives in archives down to the limit and names the rest', async () => {
    let file = zip({ 'secret.txt': 'payload' });
    for (let depth = 0; depth < 5; depth++) file = zip({ 'inner.zip': file });
    const document = await read(file, 'a.zip');
    expect(JSON.stringify(document.blocks)).not.toContain('payload');
    expect(document.warnings).toMatchObject([
      { detail: expect.stringContaining('too deep inside other files') },
    ]);
  });

  it('reads what is attached to a mail in an archive', async () => {
    const mail =
      'From: a@example.com\r\nSubject: Hi\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nText\r\n--b\r\nContent-Type: text/markdown\r\nContent-Disposition: attachment; filename="n.md"\r\n\r\n# Inner\r\n--b--\r\n';
    const { blocks } = await read(zip({ 'mail.eml': mail }), 'a.zip');
    expect(short(blocks)).toEqual([
      '- mail.eml',
      'h1 mail.eml',
      'h2 Hi',
      'p From: a@example.com',
      'p Text',
      'h2 n.md',
      'h3 Inner',
    ]);
  });

  it('reads names that are not UTF-8 by the code page of DOS', async () => {
    const file = Buffer.from(zip({ 'caff?.txt': 'x' }));
    const named = Buffer.from(file.toString('latin1').replaceAll('caff?', 'caff\x8a'), 'latin1');
    expect(short((await read(named, 'a.zip')).blocks)[0]).toBe('- caffè.txt');
  });

  it('caps the warnings about thousands of members', async () => {
    const members = Object.fromEntries(
      Array.from({ length: 300 }, (_, i) => [`${i}.bin`, Buffer.from([0, 1, 2, i])]),
    );
    const { warnings } = await read(zip(members), 'a.zip');
    expect(warnings).toHaveLength(51);
    expect(warnings.at(-1)?.detail).toBe('and 250 more such notes');
  });
});

describe('tar archives', () => {
  it('reads members with their paths', async () => {
    const file = tar([
      { path: 'docs/', kind: '5' },
      { path: './docs/a.md', data: '# A\n\nb' },
    ]);
    const document = await read(file, 'a.tar');
    expect(document.pages).toBe(1);
    expect(short(document.blocks)).toEqual(['- docs/a.md', 'h1 docs/a.md', 'h2 A', 'p b']);
  });

  it('takes long paths from the headers of POSIX and of GNU', async () => {
    const long = `${'folder/'.repeat(30)}name.txt`;
    const pax = ` path=${long}\n`;
    const length = pax.length + String(pax.length + 3).length;
    const file = tar([
      { path: 'PaxHeader', kind: 'x', data: `${length}${pax}` },
      { path: 'short.txt', data: 'one' },
      { path: '././@LongLink', kind: 'L', data: `${long}2\0` },
      { path: 'short2.txt', data: 'two' },
    ]);
    expect(short((await read(file, 'a.tar')).blocks).slice(0, 2)).toEqual([`- ${long}`, `- ${long}2`]);
  });

  it('follows no link and opens no device', async () => {
    const file = tar([
      { path: 'passwd', kind: '2' },
      { path: 'disk', kind: '4' },
      { path: 'a.txt', data: 'fine' },
    ]);
    expect(await details(file, 'a.tar')).toEqual([
      'passwd: a link: not followed',
      'disk: not a regular file: not opened',
    ]);
  });

  it('reads one that is cut off as far as it goes and says so', async () => {
    const file = tar([
      { path: 'a.txt', data: 'fine' },
      { path: 'b.txt', data: 'x'.repeat(5000) },
    ]);
    const document = await read(file.subarray(0, 2000), 'a.tar');
    expect(short(document.blocks)).toEqual(['- a.txt', 'h1 a.txt', 'p fine']);
    expect(document.warnings).toMatchObject([{ code: 'part-skipped' }]);
  });

  it.each([
    ['a.tgz', gzipSync],
    ['a.tar.zst', zstdCompressSync],
  ])('opens one that is packed (%s)', async (name, pack) => {
    const file = pack(tar([{ path: 'a.txt', data: 'fine' }]));
    expect(short((await read(file, name)).blocks)).toEqual(['- a.txt', 'h1 a.txt', 'p fine']);
  });

  it('reads a packed file that is no archive under its own name', async () => {
    expect(short((await read(gzipSync('fine'), 'notes.txt.gz')).blocks)).toEqual([
      '- notes.txt',
      'h1 notes.txt',
      'p fine',
    ]);
  });

  it('refuses what unpacks from next to nothing', async () => {
    expect(await parse(gzipSync(Buffer.alloc(60 * 1_048_576)), 'a.gz')).toMatchObject({
      reason: 'too-large',
    });
  });

  it('refuses what unpacks beyond what one file may have', async () => {
    expect(await parse(gzipSync(Buffer.alloc(140 * 1_048_576)), 'a.gz')).toMatchObject({
      reason: 'too-large',
    });
  });

  it('calls packed data that is cut off corrupt', async () => {
    expect(await parse(gzipSync('a'.repeat(9999)).subarray(0, 30), 'a.gz')).toMatchObject({
      reason: 'corrupt',
    });
  });
});

describe('archives that are only named', () => {
  const rar4 = (flags: { readonly header?: number; readonly file?: number }): Buffer => {
    const name = Buffer.from('docs\\plan.txt');
    const file = Buffer.alloc(32 + name.length);
    file[2] = 0x74;
    file.writeUInt16LE(0x8000 | (flags.file ?? 0), 3);
    file.writeUInt16LE(file.length, 5);
    file.writeUInt16LE(name.length, 26);
    name.copy(file, 32);
    const main = Buffer.alloc(13);
    main[2] = 0x73;
    main.writeUInt16LE(flags.header ?? 0, 3);
    main.writeUInt16LE(13, 5);
    return Buffer.concat([Buffer.from('526172211a0700', 'hex'), main, file]);
  };
  /** Header of a RAR 5 file, after its checksum: size, type 2, flags, and what the type has. */
  const rar5 = (extra: readonly number[]): Buffer => {
    const name = [...Buffer.from('plan.txt')];
    const fields = [2, extra.length > 0 ? 1 : 0, ...(extra.length > 0 ? [extra.length] : [])];
    const body = [...fields, 0, 5, 0, 0, 0, name.length, ...name, ...extra];
    return Buffer.from([...Buffer.from('526172211a070100', 'hex'), 0, 0, 0, 0, body.length, ...body]);
  };

  it.each([
    ['RAR 4', rar4({}), 'docs/plan.txt'],
    ['RAR 5', rar5([]), 'plan.txt'],
  ])('lists the members of %s and says why they are not read', async (_, file, path) => {
    const document = await read(file, 'a.rar');
    expect(short(document.blocks)).toEqual([`- ${path}`]);
    expect(document.warnings).toMatchObject([
      { detail: `${path}: unsupported, its compression is not read here` },
    ]);
  });

  it.each([
    ['RAR 4 with hidden names', rar4({ header: 0x80 })],
    ['RAR 4 with locked members', rar4({ file: 4 })],
    ['RAR 5 with locked members', rar5([2, 1, 0])],
  ])('refuses %s as encrypted', async (_, file) => {
    expect(await parse(file, 'a.rar')).toMatchObject({ type: 'rar', reason: 'encrypted' });
  });

  it.each([
    ['with a password', [0x17, 0x24, 0x06, 0xf1, 0x07, 0x01], 'encrypted'],
    ['without one', [0x01, 0x04, 0x06], 'unsupported'],
  ])('names a 7z archive %s', async (_, header, reason) => {
    const file = Buffer.alloc(32 + header.length);
    Buffer.from('377abcaf271c', 'hex').copy(file);
    file.writeBigUInt64LE(BigInt(header.length), 20);
    Buffer.from(header).copy(file, 32);
    expect(await parse(file, 'a.7z')).toMatchObject({ type: '7z', reason });
  });
});

describe('the budget for files inside a file', () => {
  it('counts parts and bytes over all depths', () => {
    const budget = new PartBudget(() => 0);
    expect(budget.refusal({ packed: 1, unpacked: 1 })).toBeNull();
    for (let i = 0; i < MAX_PARTS; i++) budget.take(1);
    expect(budget.refusal({ packed: 1, unpacked: 1 })).toMatch(/more than \d+ files/);
  });

  it('refuses a part when the bytes are used up', () => {
    const budget = new PartBudget(() => 0);
    for (let i = 0; i < 4; i++) budget.take(128 * 1_048_576);
    expect(budget.refusal({ packed: 1, unpacked: 1 })).toMatch(/unpacks to/);
  });

  it('refuses a part when the time is used up', () => {
    let now = 0;
    const budget = new PartBudget(() => now, 1000);
    now = 1001;
    expect(budget.refusal({ packed: 1, unpacked: 1 })).toMatch(/time/);
  });

  it('names the members that the time did not suffice for', async () => {
    let now = 0;
    const outcome = await parseFile({
      bytes: zip({ 'a.txt': 'one', 'b.txt': 'two' }),
      name: 'a.zip',
      limits: { maxCharacters: 1000, maxDepth: 3, maxPartMilliseconds: 15 },
      clock: () => {
        now += 10;
        return now;
      },
    });
    expect(outcome).toMatchObject({
      document: { warnings: [{ detail: 'b.txt: too-large, the time for files inside a file is used up' }] },
    });
  });
});
