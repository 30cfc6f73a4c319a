import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { principalId } from '../../../acl/ids.ts';
import { evaluateWindows } from '../../../acl/windows/access.ts';
import { parseSecurityDescriptor } from '../../../acl/windows/binary.ts';
import { writeSecurityDescriptor } from '../../../acl/windows/binary-write.ts';
import { parseSddl, printSddl } from '../../../acl/windows/sddl.ts';
import { binaryDescriptor, token } from './arbitrary.ts';

/** Hex with spaces, put together by hand from [MS-DTYP] 2.4. */
const bytesOf = (...hex: readonly string[]): Uint8Array =>
  Buffer.from(hex.join('').replaceAll(' ', ''), 'hex');

const BA = '01 02 0000 00000005 20000000 20020000';
const SY = '01 01 0000 00000005 12000000';
const WD = '01 01 0000 00000001 00000000';
/** Revision, control, then the offsets of owner, group, system list, list. */
const HEADER = '01 00 0484 14000000 24000000 00000000 30000000';
const ALLOW_EVERYONE = `00 00 1400 ff011f00 ${WD}`;
/** 8 bytes of header and one entry of 20. */
const LIST = `02 00 1c00 0100 0000 ${ALLOW_EVERYONE}`;
/** A header without owner and group; the list, if any, follows at 20. */
const BARE = '01 00 0480 00000000 00000000 00000000 14000000';

const sddlOf = (bytes: Uint8Array): string => {
  const result = parseSecurityDescriptor(bytes);
  return result.ok ? printSddl(result.descriptor) : result.error;
};
const oneAce = (ace: string): Uint8Array => {
  const size = 8 + bytesOf(ace).length;
  return bytesOf(BARE, `04 00 ${Buffer.from([size & 255, size >> 8]).toString('hex')} 0100 0000`, ace);
};

describe('bytes put together by hand', () => {
  it.each([
    ['owner, group and list', bytesOf(HEADER, BA, SY, LIST), 'O:BAG:SYD:AI'],
    ['the same with bytes after it', bytesOf(HEADER, BA, SY, LIST, 'ffff'), 'O:BAG:SYD:AI'],
    [
      'the list first, parts in another order',
      bytesOf('01 00 0484 30000000 40000000 00000000 14000000', LIST, BA, SY),
      'O:BAG:SYD:AI',
    ],
    [
      'protected, inherited, inheritance required',
      bytesOf('01 00 0495 00000000 00000000 00000000 14000000', LIST),
      'D:PARAI',
    ],
    [
      'a system list before the list',
      bytesOf('01 00 1480 00000000 00000000 14000000 1c000000', '02 00 0800 0000 0000', LIST),
      'D:',
    ],
    ['free space after the entries', bytesOf(BARE, `02 00 2000 0100 0000 ${ALLOW_EVERYONE} 00000000`), 'D:'],
  ])('%s', (_, bytes, before) => {
    expect(sddlOf(bytes)).toBe(`${before}(A;;FA;;;WD)`);
  });

  it.each([
    ['empty', bytesOf(BARE, '02 00 0800 0000 0000'), 'D:'],
    ['null: present at offset 0', bytesOf('01 00 0480', '00'.repeat(16)), 'D:NO_ACCESS_CONTROL'],
    ['absent', bytesOf('01 00 0080', '00'.repeat(16)), ''],
    ['absent, whatever the offset says', bytesOf('01 00 0080 00000000 00000000 00000000 14000000', LIST), ''],
    ['absent, whatever the flags say', bytesOf('01 00 0095', '00'.repeat(16)), ''],
  ])('a list that is %s', (_, bytes, sddl) => {
    expect(sddlOf(bytes)).toBe(sddl);
  });

  it.each([
    ['deny', `01 10 1400 89001200 ${WD}`, '(D;ID;FR;;;WD)'],
    [
      'object allow with both GUIDs',
      `05 00 3800 10000000 03000000 ba7a96bfe60dd011a28500aa003049e2 531a72ab2f1ed011981900aa0040529b ${WD}`,
      '(OA;;0x10;bf967aba-0de6-11d0-a285-00aa003049e2;ab721a53-1e2f-11d0-9819-00aa0040529b;WD)',
    ],
    [
      'object deny with the inherited GUID only',
      `06 00 2800 10000000 02000000 ba7a96bfe60dd011a28500aa003049e2 ${WD}`,
      '(OD;;0x10;;bf967aba-0de6-11d0-a285-00aa003049e2;WD)',
    ],
    ['object allow without a GUID', `05 00 1800 10000000 00000000 ${WD}`, '(OA;;0x10;;;WD)'],
    ['conditional allow', `09 00 1800 89001200 ${WD} 61727478`, '(XA;;FR;;;WD;#61727478)'],
    ['conditional deny without a condition', `0a 00 1400 89001200 ${WD}`, '(XD;;FR;;;WD)'],
    ['conditional object deny', `0c 00 1800 89001200 00000000 ${WD}`, '(0xc;;FR;;;WD)'],
    [
      'compound allow',
      `04 00 1800 89001200 01000000 ${WD}`,
      `(0x4;;;;;;#8900120001000000${WD.replaceAll(' ', '')})`,
    ],
    ['unknown with a body', '55 08 0800 01020304', '(0x55;IO;;;;;#01020304)'],
    ['unknown without a body', 'ff 00 0400', '(0xff;;;;;)'],
    ['bytes after the SID of a plain entry', `00 00 1800 89001200 ${WD} 01020304`, '(A;;FR;;;WD)'],
  ])('an entry: %s', (_, ace, sddl) => {
    expect(sddlOf(oneAce(ace))).toBe(`D:${sddl}`);
  });
});

describe('bytes that do not add up are an error', () => {
  it.each([
    ['nothing', new Uint8Array(), 'shorter than its header'],
    ['revision 2', bytesOf('02 00 0480', '00'.repeat(16)), 'revision 2 is not known'],
    ['absolute form', bytesOf('01 00 0400', '00'.repeat(16)), 'not self-relative'],
    ['an owner in the header', bytesOf('01 00 0480 04000000', '00'.repeat(12)), 'points into the header'],
    [
      'a group past the end',
      bytesOf('01 00 0480 00000000 f0ffffff', '00'.repeat(8)),
      'where its group should be',
    ],
    [
      'a list in the header',
      bytesOf('01 00 0480', '00'.repeat(12), '10000000', LIST),
      'points into the header',
    ],
    ['a list past the end', bytesOf('01 00 0480', '00'.repeat(12), 'ffffffff'), 'outside the bytes'],
    [
      'list and owner at one place',
      bytesOf('01 00 0480 24000000', '00'.repeat(8), '14000000', LIST, WD),
      'overlap',
    ],
    ['owner and group at one place', bytesOf('01 00 0480 14000000 14000000', '00'.repeat(8), WD), 'overlap'],
    [
      'list and system list at one place',
      bytesOf('01 00 1480', '00'.repeat(8), '14000000 14000000', LIST),
      'overlap',
    ],
    [
      'an unsound system list',
      bytesOf('01 00 1480', '00'.repeat(8), '30000000 14000000', LIST),
      'outside the bytes',
    ],
    ['list revision 0', bytesOf(BARE, '00 00 0800 0000 0000'), 'list revision 0 is not known'],
    ['a list of 4 bytes', bytesOf(BARE, '02 00 0400 0000 0000'), 'outside the bytes'],
    ['a list longer than the bytes', bytesOf(BARE, '02 00 0900 0000 0000'), 'outside the bytes'],
    [
      'more entries than fit',
      bytesOf(BARE, `02 00 1c00 0200 0000 ${ALLOW_EVERYONE}`),
      'entry 2: lies outside',
    ],
    ['an uncounted entry', bytesOf(BARE, `02 00 1c00 0000 0000 ${ALLOW_EVERYONE}`), 'more than its entries'],
    ['an entry of size 0', oneAce('00 00 0000'), 'entry 1: a size of 0'],
    ['an entry of odd size', oneAce('55 00 0500 00'), 'entry 1: a size of 5'],
    ['an entry longer than its list', oneAce(`00 00 1800 ff011f00 ${WD}`), 'entry 1: lies outside'],
    ['an entry without a mask', oneAce('00 00 0400'), 'entry 1: too short'],
    ['an entry without a SID', oneAce('00 00 0800 ff011f00'), 'entry 1: too short'],
    [
      'a SID longer than its entry',
      oneAce('00 00 1400 ff011f00 01 02 0000 00000001 00000000'),
      'entry 1: too short',
    ],
    ['an object entry without its flags', oneAce('05 00 0800 ff011f00'), 'entry 1: too short'],
    ['an object entry without its GUID', oneAce(`05 00 1800 ff011f00 01000000 ${WD}`), 'entry 1: too short'],
  ])('%s', (_, bytes, problem) => {
    const result = parseSecurityDescriptor(bytes);
    expect(result).toEqual({ ok: false, error: expect.stringContaining(problem) });
  });
});

describe('any bytes', () => {
  it('written and read back are the same descriptor', () => {
    fc.assert(
      fc.property(binaryDescriptor, fc.nat(7), (descriptor, shift) => {
        const written = writeSecurityDescriptor(descriptor);
        if (!written.ok) throw new Error(written.error);
        expect(parseSecurityDescriptor(written.bytes)).toEqual({ ok: true, descriptor });
        // A view into a larger buffer, as a reader of xattrs hands over.
        const inside = Buffer.concat([Buffer.alloc(shift, 1), written.bytes]).subarray(shift);
        expect(parseSecurityDescriptor(inside)).toEqual({ ok: true, descriptor });
      }),
      { numRuns: 2_000 },
    );
  });

  it('cut anywhere, they are an error', () => {
    fc.assert(
      fc.property(binaryDescriptor, (descriptor) => {
        const written = writeSecurityDescriptor(descriptor);
        if (!written.ok) throw new Error(written.error);
        for (let length = 0; length < written.bytes.length; length += 1) {
          expect(parseSecurityDescriptor(written.bytes.subarray(0, length)).ok).toBe(false);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('never throw, and grant only through a list that was read or a null list that was declared', () => {
    const garbage = fc.uint8Array({ maxLength: 200 });
    const damaged = fc
      .tuple(binaryDescriptor, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }))
      .map(([descriptor, changes]) => {
        const written = writeSecurityDescriptor(descriptor);
        const bytes = written.ok ? Uint8Array.from(written.bytes) : new Uint8Array();
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        return bytes;
      });
    const headed = garbage.map((bytes) => Buffer.concat([bytesOf(BARE), bytes]));
    fc.assert(
      fc.property(fc.oneof(garbage, headed, damaged), token, (bytes, principals) => {
        const result = parseSecurityDescriptor(bytes);
        if (!result.ok) return;
        const { read, because } = evaluateWindows({ descriptor: result.descriptor }, principals);
        if (!read) return;
        if (because.kind === 'null-dacl') expect(Buffer.from(bytes).readUInt32LE(16)).toBe(0);
        else expect(because.kind).toBe('ace');
        expect(parseSddl(printSddl(result.descriptor))).toEqual(result);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('a descriptor that has no bytes says why', () => {
  const ace = { type: 0, flags: 0, mask: 1, sid: principalId('S-1-1-0'), conditional: false };
  const base = { group: null, protected: false, autoInherited: false, autoInheritRequired: false };

  it.each([
    ['a principal that is not a SID', { ...ace, sid: principalId('user:bob') }, 'not a SID: "user:bob"'],
    [
      'a condition in text',
      { ...ace, type: 9, conditional: true, data: '(x)' },
      'only as whole words of #hex',
    ],
    ['an entry above 64 KB', { ...ace, type: 9, data: `#${'00'.repeat(65_536)}` }, 'is too large'],
  ])('%s', (_, one, problem) => {
    const result = writeSecurityDescriptor({ ...base, owner: null, dacl: { kind: 'list', aces: [one] } });
    expect(result).toEqual({ ok: false, error: expect.stringContaining(problem) });
  });

  it('a list above 64 KB', () => {
    const aces = Array.from({ length: 4_000 }, () => ace);
    expect(writeSecurityDescriptor({ ...base, owner: null, dacl: { kind: 'list', aces } })).toEqual({
      ok: false,
      error: 'the list is larger than 64 KB',
    });
  });

  it('an owner that is not a SID', () => {
    expect(writeSecurityDescriptor({ ...base, owner: principalId('x'), dacl: { kind: 'absent' } }).ok).toBe(
      false,
    );
  });
});
