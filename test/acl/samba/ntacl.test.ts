import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { principalId } from '../../../acl/ids.ts';
import { type NtAclReading, parseNtAcl } from '../../../acl/samba/ntacl.ts';
import { evaluateWindows } from '../../../acl/windows/access.ts';
import { printSddl } from '../../../acl/windows/sddl.ts';
import { binaryDescriptor, token } from '../windows/arbitrary.ts';
import { descriptorOf, type NtAclText, ntAcl } from './write-ntacl.ts';

const SDDL = 'O:BAG:SYD:AI(A;;FA;;;WD)(D;;FR;;;S-1-5-21-1-2-3-1001)';
/** Owner BA, group SY and the list of SDDL, which Samba 4.17 puts after the header of a descriptor. */
const PARTS =
  '01020000000000052000000020020000' +
  '010100000000000512000000' +
  '0400400002000000' +
  '00001400ff011f00010100000000000100000000' +
  '0100240089001200010500000000000515000000010000000200000003000000e9030000';
const hex = (...parts: readonly string[]): Buffer => Buffer.from(parts.join(''), 'hex');
const HEAD_3 = '0300030000000200040002000100';
const HEAD_4 = '0400040000000200040002000100';
const OLD_HASH = '09'.repeat(64);
const TIME = '8877665544332211';
const HASH = 'ab'.repeat(32) + '00'.repeat(32);

/** What Samba's own NDR library (4.17) writes for SDDL, in each version. */
const FROM_SAMBA: readonly (readonly [version: string, bytes: Buffer, seal: string])[] = [
  ['1', hex('0100010000000200', '010004841c0000002c0000000000000038000000', PARTS), 'none'],
  [
    '2',
    hex('020002000000020004000200', '07'.repeat(16), '010004843000000040000000000000004c000000', PARTS),
    'none',
  ],
  ['3', hex(HEAD_3, OLD_HASH, '0000', '0100048464000000740000000000000080000000', PARTS), 'made-descriptor'],
  [
    '4',
    hex(
      ...[HEAD_4, OLD_HASH, '706f7369785f61636c00', TIME, HASH],
      '01000484b4000000c400000000000000d0000000',
      PARTS,
    ),
    'list posix_acl',
  ],
  [
    '4 of another kind of list',
    hex(...[HEAD_4, OLD_HASH, '616263640000', TIME, HASH], '01000484b0000000c000000000000000cc000000', PARTS),
    'list abcd',
  ],
];

const told = (reading: NtAclReading): string => {
  if (!reading.ok) return reading.error;
  const { seal } = reading;
  return seal.kind === 'list' ? `list ${seal.description}` : seal.kind;
};

describe('security.NTACL as Samba writes it', () => {
  it.each(FROM_SAMBA)('version %s is read', (_, bytes, seal) => {
    const reading = parseNtAcl(bytes);
    expect(told(reading)).toBe(seal);
    expect(reading.ok && printSddl(reading.descriptor)).toBe(SDDL);
  });

  it('gives the 32 bytes of the hash over the list', () => {
    const reading = parseNtAcl(FROM_SAMBA[3]?.[1] ?? Buffer.alloc(0));
    expect(reading).toMatchObject({ ok: true, seal: { kind: 'list' } });
    const hash = reading.ok && reading.seal.kind === 'list' ? reading.seal.hash : [];
    expect(Buffer.from(hash).toString('hex')).toBe('ab'.repeat(32));
  });

  it('leaves the bytes as they are', () => {
    for (const [, bytes] of FROM_SAMBA) {
      const before = Buffer.from(bytes);
      parseNtAcl(bytes);
      expect(bytes.equals(before)).toBe(true);
    }
  });

  it('says of a kind of hash that is not known that it proves nothing', () => {
    const hash = new Uint8Array(32);
    for (const text of [
      { version: 3, hashType: 0 },
      { version: 4, hashType: 2, hash },
    ] as const) {
      expect(told(parseNtAcl(ntAcl(text, descriptorOf(SDDL))))).toBe('none');
    }
  });
});

const V4 = { version: 4, hash: Buffer.alloc(32, 0xab) } as const;
const edited = (change: (bytes: Buffer) => void, text: NtAclText = V4): Buffer => {
  const bytes = ntAcl(text, descriptorOf(SDDL));
  change(bytes);
  return bytes;
};

/** Where parts of version 4 lie that the tests damage. */
const DESCRIPTOR = 160;

describe('bytes that are no whole NTACL', () => {
  it.each<readonly [string, Buffer, RegExp]>([
    ['nothing', Buffer.alloc(0), /shorter/],
    ['version 0', edited((bytes) => bytes.fill(0, 0, 4)), /version 0/],
    ['version 5', edited((bytes) => bytes.set([5, 0, 5, 0])), /version 5/],
    [
      'one version with the content of another',
      edited((bytes) => bytes.set([3], 2)),
      /version 4 .* version 3/,
    ],
    ['a null pointer to the content', edited((bytes) => bytes.fill(0, 4, 8)), /no descriptor/],
    ['a null pointer to the descriptor', edited((bytes) => bytes.fill(0, 8, 12)), /no descriptor/],
    ['a description without end', edited((bytes) => bytes.fill(0x61, 78)), /not named/],
    ['a description of other letters', edited((bytes) => bytes.fill(0xff, 78, 80)), /not named/],
    ['a hash of 64 bytes', edited((bytes) => bytes.fill(1, 96, 160)), /longer than SHA-256/],
    ['an owner before the descriptor', edited((bytes) => bytes.writeUInt32LE(12, DESCRIPTOR + 4)), /before/],
    [
      'a list in the header',
      edited((bytes) => bytes.writeUInt32LE(DESCRIPTOR + 8, DESCRIPTOR + 16)),
      /before/,
    ],
    [
      'a list beyond the end',
      edited((bytes) => bytes.writeUInt32LE(0xffff_fff0, DESCRIPTOR + 16)),
      /outside/,
    ],
    [
      'a list that is the owner too',
      edited((bytes) => bytes.writeUInt32LE(bytes.readUInt32LE(DESCRIPTOR + 4), DESCRIPTOR + 8)),
      /overlap/,
    ],
    [
      '10,000 entries in a list of two',
      edited((bytes) => bytes.writeUInt16LE(10_000, bytes.readUInt32LE(DESCRIPTOR + 16) + 4)),
      /entry 3/,
    ],
    [
      'a list of another size',
      edited((bytes) => bytes.writeUInt16LE(0xffff, bytes.readUInt32LE(DESCRIPTOR + 16) + 2)),
      /outside/,
    ],
  ])('%s', (_, bytes, error) => {
    expect(parseNtAcl(bytes)).toMatchObject({ ok: false, error: expect.stringMatching(error) });
  });

  it.each([{ version: 1 }, { version: 2 }, { version: 3 }, V4] as const)(
    'version $version cut short anywhere',
    (text) => {
      const whole = ntAcl(text, descriptorOf(SDDL));
      for (let length = 0; length < whole.length; length += 1) {
        expect(parseNtAcl(whole.subarray(0, length)).ok).toBe(false);
      }
    },
  );

  it('grants nothing for random bytes, whatever head they have', () => {
    const heads = [Buffer.alloc(0), ...FROM_SAMBA.map(([, bytes]) => bytes.subarray(0, bytes.length - 110))];
    fc.assert(
      fc.property(fc.constantFrom(...heads), fc.uint8Array({ maxLength: 400 }), token, (head, tail, who) => {
        const reading = parseNtAcl(Buffer.concat([head, tail]));
        if (reading.ok && evaluateWindows({ descriptor: reading.descriptor }, who).read) {
          // Only what is a whole list can let somebody in.
          expect(reading.descriptor.dacl.kind).not.toBe('absent');
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('never reads one damaged byte as a wider list without an entry that says so', () => {
    const closed = descriptorOf('O:BAG:SYD:(A;;FR;;;S-1-5-21-1-2-3-1001)');
    const stranger = new Set([principalId('S-1-5-21-9-9-9-9')]);
    const whole = ntAcl(V4, closed);
    fc.assert(
      fc.property(fc.nat(DESCRIPTOR - 1), fc.nat(255), (at, value) => {
        const bytes = Buffer.from(whole);
        bytes[at] = value;
        const reading = parseNtAcl(bytes);
        return !reading.ok || !evaluateWindows({ descriptor: reading.descriptor }, stranger).read;
      }),
      { numRuns: 2_000 },
    );
  });
});

it('every descriptor comes back from every version as it was', () => {
  const texts: readonly NtAclText[] = [{ version: 1 }, { version: 2 }, { version: 3 }, V4];
  const description = fc.stringMatching(/^[a-z_]{0,40}$/);
  fc.assert(
    fc.property(binaryDescriptor, fc.constantFrom(...texts), description, (descriptor, text, name) => {
      const given = text.version === 4 ? { ...text, description: name } : text;
      const reading = parseNtAcl(ntAcl(given, descriptor));
      expect(reading).toMatchObject({ ok: true, descriptor });
      expect(told(reading)).toBe(
        { 1: 'none', 2: 'none', 3: 'made-descriptor', 4: `list ${name}` }[text.version],
      );
    }),
  );
});
