import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromXattr, toXattr } from '../../../acl/posix/acl-xattr.ts';
import { modeOf } from '../../../acl/posix/posix-acl.ts';
import { anyAcl } from './support.ts';

/** As `getfattr -e hex` gave it for `setfacl -n -m u:1002:r--,m::r--` on a file of mode 0640. */
const REAL = Buffer.from(
  '0200000001000600ffffffff02000400ea03000004000400ffffffff10000400ffffffff20000000ffffffff',
  'hex',
);
const STAT = { mode: 0o100640, uid: 1001, gid: 100 };
const IDS = [0, 1, 1000, 65534, 4294967294];

describe('fromXattr', () => {
  it('reads what the kernel hands out', () => {
    expect(fromXattr(REAL, STAT)).toEqual({
      ok: true,
      acl: {
        owner: 1001,
        group: 100,
        userObj: 6,
        users: [{ uid: 1002, perm: 4 }],
        groupObj: 4,
        groups: [],
        mask: 4,
        other: 0,
      },
    });
  });

  it('reads bytes that begin anywhere in a buffer', () => {
    const inside = Buffer.concat([Buffer.from([9, 9, 9]), REAL]).subarray(3);
    expect(fromXattr(inside, STAT)).toEqual(fromXattr(REAL, STAT));
  });

  it.each([
    { name: 'nothing', bytes: Buffer.alloc(0), error: 'too short' },
    { name: 'a version alone', bytes: REAL.subarray(0, 4), error: 'user:: is missing' },
    { name: 'half an entry', bytes: REAL.subarray(0, -3), error: 'ends within an entry' },
    { name: 'a list without its last entry', bytes: REAL.subarray(0, -8), error: 'other:: is missing' },
    { name: 'another version', bytes: patched(0, 3), error: 'version 3' },
    { name: 'an unknown entry type', bytes: patched(12, 0x40), error: 'entry type 64' },
    { name: 'an unknown permission', bytes: patched(14, 8), error: 'permission 8' },
    { name: 'an entry twice', bytes: patched(12, 1), error: 'user:: stands twice' },
    {
      name: 'a user the kernel cannot map',
      bytes: Buffer.concat([REAL.subarray(0, 16), Buffer.alloc(4, 0xff), REAL.subarray(20)]),
      error: 'a user without an id',
    },
  ])('refuses $name', ({ bytes, error }) => {
    const reading = fromXattr(bytes, STAT);
    expect(reading.ok ? 'read' : reading.error).toContain(error);
  });

  it('refuses a list that shows another mode than the file has', () => {
    expect(fromXattr(REAL, { ...STAT, mode: 0o100600 })).toEqual({
      ok: false,
      error: 'the list shows mode 640, the file has 600: it changed while it was read',
    });
  });

  it('reads back what is written', () => {
    fc.assert(
      fc.property(anyAcl(IDS, IDS), (acl) => {
        const stat = { mode: 0o100000 | modeOf(acl), uid: acl.owner, gid: acl.group };
        expect(fromXattr(toXattr(acl), stat)).toEqual({ ok: true, acl });
      }),
    );
  });

  it('refuses any bytes or reads them whole: it neither throws nor makes up an entry', () => {
    const mutated = fc
      .tuple(anyAcl(IDS, IDS), fc.array(fc.tuple(fc.nat(100), fc.nat(255)), { maxLength: 4 }), fc.nat(8))
      .map(([acl, edits, cut]) => {
        const bytes = toXattr(acl).slice();
        for (const [at, value] of edits) if (at < bytes.length) bytes[at] = value;
        return bytes.subarray(0, bytes.length - cut);
      });
    const mode = fc.integer({ min: 0, max: 0o777 });
    let refused = 0;
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 120 }), mutated), mode, (bytes, bits) => {
        const reading = fromXattr(bytes, { mode: bits, uid: 1, gid: 1 });
        if (!reading.ok) refused += 1;
        else expect(modeOf(reading.acl)).toBe(bits);
      }),
      { numRuns: 5_000 },
    );
    expect(refused).toBeGreaterThan(4_000);
  });
});

function patched(at: number, value: number): Buffer {
  const bytes = Buffer.from(REAL);
  bytes[at] = value;
  return bytes;
}
