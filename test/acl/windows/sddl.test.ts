import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSddl, printSddl } from '../../../acl/windows/sddl.ts';
import type { SecurityDescriptor, WindowsAce } from '../../../acl/windows/security-descriptor.ts';
import { sddlDescriptor } from './arbitrary.ts';

const DOMAIN = 'S-1-5-21-1004336348-1177238915-682003330';

function parse(text: string): SecurityDescriptor {
  const result = parseSddl(text, { domainSid: DOMAIN });
  if (!result.ok) throw new Error(result.error);
  return result.descriptor;
}

function acesOf(descriptor: SecurityDescriptor): readonly WindowsAce[] {
  return descriptor.dacl.kind === 'list' ? descriptor.dacl.aces : [];
}

const short = (ace: WindowsAce): string => `${ace.type} ${ace.flags} 0x${ace.mask.toString(16)} ${ace.sid}`;

describe('descriptors as systems write them', () => {
  it.each([
    {
      name: 'a Windows home folder',
      text: `O:BAG:${DOMAIN}-513D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1301bf;;;${DOMAIN}-1101)`,
      owner: 'S-1-5-32-544',
      flags: 'protected inherited',
      aces: ['0 3 0x1f01ff S-1-5-18', '0 3 0x1f01ff S-1-5-32-544', `0 3 0x1301bf ${DOMAIN}-1101`],
    },
    {
      name: 'Get-Acl of a shared folder',
      text: `O:BAG:DUD:AI(A;OICIID;FA;;;SY)(A;OICIID;0x1200a9;;;BU)(A;CIID;LC;;;BU)(A;CIID;DC;;;BU)(A;OICIIOID;GA;;;CO)`,
      owner: 'S-1-5-32-544',
      flags: 'inherited',
      aces: [
        '0 19 0x1f01ff S-1-5-18',
        '0 19 0x1200a9 S-1-5-32-545',
        '0 18 0x4 S-1-5-32-545',
        '0 18 0x2 S-1-5-32-545',
        '0 27 0x10000000 S-1-3-0',
      ],
    },
    {
      name: 'smbcacls --sddl, one entry without rights, with its line end',
      text: 'O:S-1-5-21-9-8-7-1000G:S-1-22-2-1000D:(A;;;;;S-1-5-21-9-8-7-1001)(A;;0x001f019f;;;S-1-5-21-9-8-7-1000)(A;;FR;;;WD)\n',
      owner: 'S-1-5-21-9-8-7-1000',
      flags: '',
      aces: ['0 0 0x0 S-1-5-21-9-8-7-1001', '0 0 0x1f019f S-1-5-21-9-8-7-1000', '0 0 0x120089 S-1-1-0'],
    },
    {
      name: 'a share list of Windows, with its system list',
      text: 'O:SYG:SYD:(A;;FA;;;BA)(A;;0x1200a9;;;WD)S:AI(AU;OICISAFA;DCLCRPCRSDWDWO;;;WD)(RA;;;;;WD;("a;b)",TS,0x0,"x"))',
      owner: 'S-1-5-18',
      flags: '',
      aces: ['0 0 0x1f01ff S-1-5-32-544', '0 0 0x1200a9 S-1-1-0'],
    },
    {
      name: 'an AD object',
      text: 'O:DAG:DAD:PAI(OA;CI;RPWP;BF967ABA-0DE6-11D0-A285-00AA003049E2;;PS)(A;;LCRPLORC;;;AU)(OD;;CR;ab721a53-1e2f-11d0-9819-00aa0040529b;bf967aba-0de6-11d0-a285-00aa003049e2;WD)',
      owner: `${DOMAIN}-512`,
      flags: 'protected inherited',
      aces: ['5 2 0x30 S-1-5-10', '0 0 0x20094 S-1-5-11', '6 0 0x100 S-1-1-0'],
    },
    {
      name: 'lower case, spaces between parts and fields, parts in another order',
      text: ' d : p ar ( a ; oi ci ; fr fx ; ; ; wd )\r\n( d ; ; 0x1 ; ; ; s-1-5-7 ) o : ba  g:sy s:ai',
      owner: 'S-1-5-32-544',
      flags: 'protected required',
      aces: ['0 3 0x1200a9 S-1-1-0', '1 0 0x1 S-1-5-7'],
    },
  ])('$name', ({ text, owner, flags, aces }) => {
    const descriptor = parse(text);
    expect(descriptor.owner).toBe(owner);
    expect(acesOf(descriptor).map(short)).toEqual(aces);
    const { protected: p, autoInherited: ai, autoInheritRequired: ar } = descriptor;
    expect([p && 'protected', ai && 'inherited', ar && 'required'].filter(Boolean).join(' ')).toBe(flags);
    expect(parse(printSddl(descriptor))).toEqual(descriptor);
  });

  it('GUIDs of object entries are kept in lower case', () => {
    const [ace] = acesOf(parse('D:(OA;;RP;BF967ABA-0DE6-11D0-A285-00AA003049E2;;WD)'));
    expect(ace).toMatchObject({ objectType: 'bf967aba-0de6-11d0-a285-00aa003049e2', conditional: false });
    expect(ace).not.toHaveProperty('inheritedObjectType');
  });

  it.each([
    '(@User.Department == "HR")',
    '((Member_of {SID(BA), SID(BO)}) && (@User.Title == "a ) ; ( b"))',
    '(!(@Resource.x Any_of {1, 2}))',
  ])('the condition %s is kept as it stands', (condition) => {
    const descriptor = parse(`D:(XA;;FR;;;WD; ${condition} )(A;;FR;;;BA)`);
    expect(acesOf(descriptor)).toHaveLength(2);
    expect(acesOf(descriptor)[0]).toMatchObject({ type: 9, conditional: true, data: condition });
  });
});

describe('rights', () => {
  it.each([
    ['', 0],
    ['0', 0],
    ['0x1', 1],
    ['0X1F01ff', 0x1f01ff],
    ['010', 8],
    ['1179785', 0x120089],
    ['0xffffffff', 0xffffffff],
    ['GRGWGXGA', 0xf0000000],
    ['FA', 0x1f01ff],
    ['FR', 0x120089],
    ['FW', 0x120116],
    ['fx', 0x1200a0],
    ['FR FX', 0x1200a9],
    ['KR', 0x20019],
    ['KW', 0x20006],
    ['KX', 0x20019],
    ['NW', 1],
    ['NR', 2],
    ['NX', 4],
    ['ccdclcswrpwpdtlocr', 0x1ff],
    ['RCSDWDWO', 0xf0000],
    ['KAKRKWKX', 0xf003f],
  ])('%j is %d', (rights, mask) => {
    expect(acesOf(parse(`D:(A;;${rights};;;WD)`))[0]?.mask).toBe(mask);
  });
});

describe('entry flags', () => {
  it.each([
    ['', 0, ''],
    ['OICINPIOIDSAFA', 0xdf, 'OICINPIOIDSAFA'],
    ['cr', 0x20, 'CR'],
    ['TP', 0x40, 'SA'],
    ['0x13', 0x13, 'OICIID'],
  ])('%j is %d', (text, bits, printed) => {
    const descriptor = parse(`D:(A;${text};FA;;;WD)`);
    expect(acesOf(descriptor)[0]?.flags).toBe(bits);
    expect(printSddl(descriptor)).toBe(`D:(A;${printed};FA;;;WD)`);
  });
});

describe('the list', () => {
  it.each([
    ['O:BA', { kind: 'absent' }],
    ['', { kind: 'absent' }],
    ['D:', { kind: 'list', aces: [] }],
    ['D:P', { kind: 'list', aces: [] }],
    ['D:PS:P', { kind: 'list', aces: [] }],
    ['S:AID:P', { kind: 'list', aces: [] }],
    ['D:NO_ACCESS_CONTROL', { kind: 'null' }],
    ['D:Pno_access_controlS:', { kind: 'null' }],
    ['S:NO_ACCESS_CONTROL', { kind: 'absent' }],
  ])('of %j', (text, dacl) => {
    expect(parse(text).dacl).toEqual(dacl);
  });
});

describe('what is not understood is an error that says where', () => {
  it.each([
    ['garbage', 1, 'expected O:, G:, D: or S:'],
    ['O:', 3, 'expected a SID'],
    ['O:G:BA', 3, 'expected a SID'],
    ['O:ZZ', 3, 'no SID is called "ZZ"'],
    ['O:LA', 3, 'LA cannot be completed without machineSid'],
    ['O:BAO:BA', 5, 'O: stands there twice'],
    ['D:(A;;FA;;;WD)D:(A;;FA;;;BA)', 15, 'D: stands there twice'],
    ['D:(A;;FA;;;WD', 3, 'this parenthesis is never closed'],
    ['D:(A;;FA;;;WD))', 15, 'expected O:, G:, D: or S:'],
    ['D:(A;;FA;;;WD)x', 15, 'expected O:, G:, D: or S:'],
    ['D:()', 4, 'an entry has six fields'],
    ['D:(A;;FA;;WD)', 4, 'an entry has six fields'],
    ['D:(Q;;FA;;;WD)', 4, 'unknown entry type'],
    ['D:(0x100;;FA;;;WD)', 4, 'unknown entry type'],
    ['D:(A;ZZ;FA;;;WD)', 6, 'unknown entry flag'],
    ['D:(A;OIC;FA;;;WD)', 6, 'unknown entry flag'],
    ['D:(A;0x100;FA;;;WD)', 6, 'unknown entry flag'],
    ['D:(A;;ZZ;;;WD)', 7, 'unknown rights'],
    ['D:(A;;F;;;WD)', 7, 'unknown rights'],
    ['D:(A;;08;;;WD)', 7, 'unknown rights'],
    ['D:(A;;0x100000000;;;WD)', 7, 'unknown rights'],
    ['D:(A;;-1;;;WD)', 7, 'unknown rights'],
    ['D:(A;;__proto__;;;WD)', 7, 'unknown rights'],
    ['D:(A;;FA;;;)', 12, 'expected a SID'],
    ['D:(A;;FA;;;S-1-5-4294967296)', 12, 'expected a SID'],
    ['D:(A;;FA;;;WDx)', 14, 'unexpected text after a SID'],
    ['D:(A;;FA;;;S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15-16)', 53, 'unexpected text after a SID'],
    ['D:(A;;FA;bf967aba-0de6-11d0-a285-00aa003049e2;;WD)', 10, 'only object entries carry a GUID'],
    ['D:(OA;;FA;bf967aba;;WD)', 11, 'not a GUID'],
    ['D:(A;;FA;;;WD;(x))', 15, 'this entry type has no seventh field'],
    ['D:(A;;FA;;;WD;)', 15, 'this entry type has no seventh field'],
    ['D:(XA;;FA;;;WD;)', 16, 'expected one parenthesis or # and hex'],
    ['D:(XA;;FA;;;WD;x)', 16, 'expected one parenthesis or # and hex'],
    ['D:(XA;;FA;;;WD;(a)(b))', 16, 'expected one parenthesis or # and hex'],
    ['D:(XA;;FA;;;WD;(a == "b))', 3, 'this parenthesis is never closed'],
    ['D:NO_ACCESS_CONTROL(A;;FA;;;WD)', 20, 'NO_ACCESS_CONTROL and entries exclude each other'],
    ['D:(A;;FA;;;WD)S:(AU', 17, 'this parenthesis is never closed'],
  ])('%j', (text, position, problem) => {
    const result = parseSddl(text, { domainSid: DOMAIN });
    expect(result).toEqual({
      ok: false,
      error: expect.stringContaining(`SDDL, character ${position}: ${problem}`),
    });
  });

  it('a relative alias without the domain', () => {
    expect(parseSddl('D:(A;;FA;;;DU)')).toEqual({
      ok: false,
      error: 'SDDL, character 12: DU cannot be completed without domainSid',
    });
  });
});

describe('hostile text', () => {
  it('prints and reads back as the same descriptor', () => {
    fc.assert(
      fc.property(sddlDescriptor, (descriptor) => {
        expect(parseSddl(printSddl(descriptor))).toEqual({ ok: true, descriptor });
      }),
      { numRuns: 2_000 },
    );
  });

  it('never throws, on any text and on damaged descriptors', () => {
    const pieces = fc.constantFrom(
      ...'OGDS:();"# -0',
      'D:',
      '(A;;FA;;;',
      'WD)',
      'S-1-',
      'P',
      'AI',
      'ſ',
      '\0',
      'é',
    );
    const soup = fc.array(pieces, { maxLength: 40 }).map((list) => list.join(''));
    const damaged = fc
      .tuple(sddlDescriptor.map(printSddl), fc.nat(), fc.string({ maxLength: 3 }))
      .map(([text, at, more]) => {
        const cut = at % (text.length + 1);
        return text.slice(0, cut) + more + text.slice(cut + 1);
      });
    fc.assert(
      fc.property(fc.oneof(fc.string(), soup, damaged), (text) => {
        const result = parseSddl(text);
        if (result.ok) expect(parseSddl(printSddl(result.descriptor))).toEqual(result);
        else expect(result.error).toMatch(/^SDDL, character \d+: /);
      }),
      { numRuns: 5_000 },
    );
  });

  it('reads 10,000 entries', () => {
    expect(acesOf(parse(`D:${'(A;;FR;;;WD)'.repeat(10_000)}`))).toHaveLength(10_000);
  });

  it.each([
    ['open parentheses', '('],
    ['closed conditions', '(XA;;FA;;;WD;(a))'],
    ['entries without fields', '()'],
    ['white space', ' '],
    ['quotes', '"'],
    ['digits', '9'],
    ['semicolons', ';'],
    ['flags', 'AI'],
    ['sub-authorities', 'S-1-5-'],
  ])('a million characters of %s are answered', (_, piece) => {
    const flood = piece.repeat(1_000_000 / piece.length);
    for (const text of [flood, `D:${flood}`, `D:(A;;${flood}`, `D:(XA;;FA;;;WD;(${flood}))`, `O:${flood}`]) {
      expect(typeof parseSddl(text).ok).toBe('boolean');
    }
  });
});
