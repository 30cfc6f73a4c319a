import fc from 'fast-check';
import { principalId } from '../../../acl/ids.ts';
import type { SecurityDescriptor, WindowsAce } from '../../../acl/windows/security-descriptor.ts';

export const DOMAIN = 'S-1-5-21-1004336348-1177238915-682003330';
export const BOB = `${DOMAIN}-1101`;
export const ANNA = `${DOMAIN}-1102`;
export const STAFF = `${DOMAIN}-1201`;

/** Few SIDs, so that entries and tokens meet often; the last ones exercise the long and the odd forms. */
const SIDS = [
  BOB,
  ANNA,
  STAFF,
  'S-1-1-0',
  'S-1-5-11',
  'S-1-5-32-545',
  'S-1-3-0',
  'S-1-3-1',
  'S-1-3-4',
  'S-1-0xffffffffffff-4294967295',
  'S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15',
].map(principalId);

export const sid = fc.constantFrom(...SIDS);
export const token = fc.uniqueArray(sid, { minLength: 1, maxLength: 8 }).map((sids) => new Set(sids));

const mask = fc.oneof(
  fc.constantFrom(0, 0x1, 0x2, 0x1f01ff, 0x120089, 0x120116, 0x1200a0, 0x1301bf, 0x20000),
  fc.constantFrom(0x80000000, 0x40000000, 0x20000000, 0x10000000),
  fc.nat(0xffffffff),
);
const flags = fc.oneof(fc.constantFrom(0, 0x10, 0x03, 0x13, 0x0b), fc.nat(0xff));
const guid = fc.uuid();
const hexData = fc
  .uint8Array({ minLength: 4, maxLength: 12 })
  .map((bytes) => `#${Buffer.from(bytes.subarray(0, bytes.length & ~3)).toString('hex')}`);
const condition = fc.constantFrom(
  '(@User.Department == "HR")',
  '((Member_of {SID(BA)}) && (@User.Title == ") ;( odd"))',
  '(@User.level >= 3 || !(exists x))',
);

type Shape = Pick<WindowsAce, 'type' | 'conditional'>;
const common = (shape: Shape): fc.Arbitrary<WindowsAce> =>
  fc.record({ flags, mask, sid }).map((rest) => ({ ...shape, ...rest }));
const types = (...list: number[]): fc.Arbitrary<number> => fc.constantFrom(...list);

/** Leaves out what is undefined, as the parsers do. */
function withOptional(
  ace: WindowsAce,
  more: {
    readonly objectType?: string | undefined;
    readonly inheritedObjectType?: string | undefined;
    readonly data?: string | undefined;
  },
): WindowsAce {
  return {
    ...ace,
    ...(more.objectType === undefined ? {} : { objectType: more.objectType }),
    ...(more.inheritedObjectType === undefined ? {} : { inheritedObjectType: more.inheritedObjectType }),
    ...(more.data === undefined ? {} : { data: more.data }),
  };
}

const guids = {
  objectType: fc.option(guid, { nil: undefined }),
  inheritedObjectType: fc.option(guid, { nil: undefined }),
};

/** Entries of every type; `data` says what may hang on conditional ones. */
function aces(data: fc.Arbitrary<string>): fc.Arbitrary<WindowsAce> {
  const hanging = fc.option(data, { nil: undefined });
  const plain = types(0, 1).chain((type) => common({ type, conditional: false }));
  const ignored = types(2, 3, 0x11, 0x13, 0x14).chain((type) => common({ type, conditional: false }));
  const object = types(5, 6, 7, 8).chain((type) =>
    fc
      .tuple(common({ type, conditional: false }), fc.record(guids))
      .map(([ace, more]) => withOptional(ace, more)),
  );
  const callback = types(9, 10, 0xd, 0xe, 0x15).chain((type) =>
    fc
      .tuple(common({ type, conditional: true }), hanging)
      .map(([ace, text]) => withOptional(ace, { data: text })),
  );
  const callbackObject = types(0xb, 0xc, 0xf, 0x10).chain((type) =>
    fc
      .tuple(common({ type, conditional: true }), fc.record({ ...guids, data: hanging }))
      .map(([ace, more]) => withOptional(ace, more)),
  );
  const unknown = fc
    .tuple(types(4, 0x16, 0x55, 0xff), flags, fc.option(hexData, { nil: undefined }))
    .map(
      ([type, bits, body]): WindowsAce =>
        withOptional(
          { type, flags: bits, mask: 0, sid: principalId('S-?'), conditional: false },
          { data: body },
        ),
    );
  return fc.oneof(
    { weight: 40, arbitrary: plain },
    { weight: 1, arbitrary: ignored },
    { weight: 1, arbitrary: object },
    { weight: 1, arbitrary: callback },
    { weight: 1, arbitrary: callbackObject },
    { weight: 1, arbitrary: unknown },
  );
}

function descriptors(data: fc.Arbitrary<string>): fc.Arbitrary<SecurityDescriptor> {
  const list = fc
    .array(aces(data), { maxLength: 7 })
    .map((entries): SecurityDescriptor['dacl'] => ({ kind: 'list', aces: entries }));
  const dacl = fc.oneof(
    { weight: 20, arbitrary: list },
    { weight: 1, arbitrary: fc.constant<SecurityDescriptor['dacl']>({ kind: 'null' }) },
    { weight: 1, arbitrary: fc.constant<SecurityDescriptor['dacl']>({ kind: 'absent' }) },
  );
  const owner = fc.option(sid, { nil: null });
  return fc
    .tuple(owner, owner, dacl, fc.boolean(), fc.boolean(), fc.boolean())
    .map(([o, g, d, p, ai, ar]) => {
      const present = d.kind !== 'absent';
      return {
        owner: o,
        group: g,
        dacl: d,
        protected: present && p,
        autoInherited: present && ai,
        autoInheritRequired: present && ar,
      };
    });
}

/** Descriptors that both forms can hold, and descriptors with conditions that only SDDL can hold. */
export const binaryDescriptor = descriptors(hexData);
export const sddlDescriptor = descriptors(fc.oneof(hexData, condition));
