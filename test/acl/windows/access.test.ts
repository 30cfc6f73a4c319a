import { describe, expect, it } from 'vitest';
import { principalId } from '../../../acl/ids.ts';
import { evaluateWindows, explainWindows } from '../../../acl/windows/access.ts';
import { parseSddl } from '../../../acl/windows/sddl.ts';
import type { SecurityDescriptor } from '../../../acl/windows/security-descriptor.ts';

const DOMAIN = 'S-1-5-21-1-2-3';
const NAMES: Readonly<Record<string, string>> = {
  bob: `${DOMAIN}-1101`,
  anna: `${DOMAIN}-1102`,
  staff: `${DOMAIN}-1201`,
  company: `${DOMAIN}-1202`,
  guild: `${DOMAIN}-1203`,
};

/** SDDL with `{bob}` for bob's SID. */
function sd(template: string): SecurityDescriptor {
  const text = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => NAMES[name] ?? name);
  const result = parseSddl(text, { domainSid: DOMAIN });
  if (!result.ok) throw new Error(`${text}: ${result.error}`);
  return result.descriptor;
}

/** bob's token: himself, staff, company through staff, and what every known user holds on a file server. */
const BOB = ['{bob}', '{staff}', '{company}', 'S-1-1-0', 'S-1-5-11', 'S-1-5-2', 'S-1-5-32-545'];
const tokenOf = (names: readonly string[]) =>
  new Set(names.map((name) => principalId(name.replace(/\{(\w+)\}/, (_, key: string) => NAMES[key] ?? key))));

interface Case {
  readonly name: string;
  readonly sddl: string;
  readonly share?: string;
  readonly token?: readonly string[];
  readonly read: boolean;
  /** `file 1`: entry 1 of the file part decided. Otherwise part and kind. */
  readonly because: string;
}

const MATRIX: readonly Case[] = [
  {
    name: '1 deny user, allow group',
    sddl: 'D:(D;;FR;;;{bob})(A;;FR;;;{staff})',
    read: false,
    because: 'file 0',
  },
  {
    name: '1 deny group, allow user',
    sddl: 'D:(D;;FR;;;{staff})(A;;FR;;;{bob})',
    read: false,
    because: 'file 0',
  },
  {
    name: '2 deny nested group, allow user',
    sddl: 'D:(D;;FA;;;{company})(A;;FA;;;{bob})',
    read: false,
    because: 'file 0',
  },
  {
    name: '2 deny of a group the user is not in',
    sddl: 'D:(D;;FA;;;{guild})(A;;FA;;;{bob})',
    read: true,
    because: 'file 1',
  },
  {
    name: '3 explicit allow before inherited deny',
    sddl: 'D:AI(A;;FR;;;WD)(D;ID;FA;;;{bob})',
    read: true,
    because: 'file 0',
  },
  {
    name: '4 allow, deny, allow out of canonical order',
    sddl: 'D:(A;;FR;;;{guild})(A;;FR;;;{staff})(D;;FR;;;{bob})',
    read: true,
    because: 'file 1',
  },
  {
    name: '4 inherited deny before explicit allow',
    sddl: 'D:(D;ID;FR;;;{bob})(A;;FR;;;{bob})',
    read: false,
    because: 'file 0',
  },
  {
    name: '5 inherit-only allow grants nothing',
    sddl: 'D:(A;OICIIO;FA;;;{bob})',
    read: false,
    because: 'file no-ace-matched',
  },
  {
    name: '5 inherit-only deny denies nothing',
    sddl: 'D:(D;OICIIO;FA;;;{bob})(A;;FR;;;WD)',
    read: true,
    because: 'file 1',
  },
  { name: '6 empty list', sddl: 'O:BAD:', read: false, because: 'file empty-dacl' },
  { name: '6 protected empty list', sddl: 'O:{bob}D:P', read: false, because: 'file empty-dacl' },
  { name: '6 null list', sddl: 'O:BAD:NO_ACCESS_CONTROL', token: [], read: true, because: 'file null-dacl' },
  { name: '6 absent list', sddl: 'O:{bob}G:DU', read: false, because: 'file absent-dacl' },
  {
    name: '7 deny of writing only leaves reading',
    sddl: 'D:(D;;0x2;;;{bob})(A;;FA;;;WD)',
    read: true,
    because: 'file 1',
  },
  {
    name: '7 deny of execution only leaves reading',
    sddl: 'D:(D;;GX;;;{bob})(A;;GA;;;WD)',
    read: true,
    because: 'file 1',
  },
  {
    name: '8 allow without bit 0x1',
    sddl: 'D:(A;;FW;;;{bob})(A;;GW;;;{bob})(A;;GX;;;{bob})(A;;0x1200a8;;;WD)',
    read: false,
    because: 'file no-ace-matched',
  },
  { name: '8 generic read holds bit 0x1', sddl: 'D:(A;;GR;;;{bob})', read: true, because: 'file 0' },
  { name: '8 generic all holds bit 0x1', sddl: 'D:(A;;GA;;;{bob})', read: true, because: 'file 0' },
  { name: '8 deny of generic all', sddl: 'D:(D;;GA;;;{bob})(A;;FR;;;WD)', read: false, because: 'file 0' },
  {
    name: '9 OWNER RIGHTS denies the owner',
    sddl: 'O:{bob}D:(D;;FR;;;OW)(A;;FA;;;{bob})',
    read: false,
    because: 'file 0',
  },
  {
    name: '9 OWNER RIGHTS leaves others alone',
    sddl: 'O:{anna}D:(D;;FR;;;OW)(A;;FA;;;{bob})',
    read: true,
    because: 'file 1',
  },
  { name: '9 OWNER RIGHTS grants the owner', sddl: 'O:{bob}D:(A;;FR;;;OW)', read: true, because: 'file 0' },
  {
    name: '9 OWNER RIGHTS by an owning group',
    sddl: 'O:{staff}D:(A;;FR;;;OW)',
    read: true,
    because: 'file 0',
  },
  {
    name: '9 OWNER RIGHTS restricted to READ_CONTROL is no data',
    sddl: 'O:{bob}D:(A;;RC;;;OW)',
    read: false,
    because: 'file no-ace-matched',
  },
  {
    name: '9 OWNER RIGHTS denial without a known owner may mean anyone',
    sddl: 'D:(D;;FR;;;OW)(A;;FR;;;WD)',
    read: false,
    because: 'file 0',
  },
  {
    name: '9 OWNER RIGHTS grant without a known owner means nobody',
    sddl: 'D:(A;;FR;;;OW)',
    token: ['{bob}', 'S-1-3-4'],
    read: false,
    because: 'file no-ace-matched',
  },
  {
    name: 'an owner without any entry has no data',
    sddl: 'O:{bob}D:(A;;FA;;;{anna})',
    read: false,
    because: 'file no-ace-matched',
  },
  {
    name: '10 CREATOR OWNER matches nobody, not even a token that holds it',
    sddl: 'O:{bob}G:{staff}D:(A;;FA;;;CO)(A;;FA;;;CG)',
    token: [...BOB, 'S-1-3-0', 'S-1-3-1'],
    read: false,
    because: 'file no-ace-matched',
  },
  {
    name: '10 a denial of CREATOR OWNER denies nobody',
    sddl: 'O:{bob}D:(D;;FA;;;CO)(A;;FR;;;WD)',
    read: true,
    because: 'file 1',
  },
  {
    name: '11 the share denies, the file allows',
    share: 'D:(D;;FA;;;{bob})(A;;FA;;;WD)',
    sddl: 'D:(A;;FA;;;WD)',
    read: false,
    because: 'share 0',
  },
  {
    name: '11 the share does not name the user',
    share: 'D:(A;;FA;;;{anna})',
    sddl: 'D:NO_ACCESS_CONTROL',
    read: false,
    because: 'share no-ace-matched',
  },
  {
    name: '11 the share without a list denies',
    share: 'O:BA',
    sddl: 'D:(A;;FA;;;WD)',
    read: false,
    because: 'share absent-dacl',
  },
  {
    name: '11 the share allows, the file denies',
    share: 'D:(A;;FA;;;WD)',
    sddl: 'D:(D;;FR;;;{bob})(A;;FA;;;WD)',
    read: false,
    because: 'file 0',
  },
  {
    name: '11 both allow',
    share: 'D:(A;;0x1200a9;;;WD)',
    sddl: 'D:(A;;FR;;;{staff})',
    read: true,
    because: 'file 0',
  },
  {
    name: '12 a conditional grant grants nothing',
    sddl: 'D:(XA;;FA;;;WD;(@User.Dept == "HR"))',
    read: false,
    because: 'file no-ace-matched',
  },
  {
    name: '12 a conditional denial denies',
    sddl: 'D:(XD;;FR;;;{bob};(@User.Dept == "HR"))(A;;FA;;;WD)',
    read: false,
    because: 'file 0',
  },
  {
    name: '12 a conditional denial of someone else does not',
    sddl: 'D:(XD;;FR;;;{anna};(@User.Dept == "HR"))(A;;FA;;;WD)',
    read: true,
    because: 'file 1',
  },
  {
    name: '12 a conditional denial of writing does not',
    sddl: 'D:(XD;;SD;;;{bob};(x))(A;;FA;;;WD)',
    read: true,
    because: 'file 1',
  },
  {
    name: '12 an unknown type denies, whoever it means',
    sddl: 'D:(0x55;;;;;;#00112233)(A;;FA;;;WD)',
    read: false,
    because: 'file 0',
  },
  {
    name: '12 an unknown type after the grant comes too late',
    sddl: 'D:(A;;FA;;;WD)(0x55;;;;;)',
    read: true,
    because: 'file 0',
  },
  {
    name: '12 an inherit-only unknown type denies nothing',
    sddl: 'D:(0x55;IO;;;;)(A;;FA;;;WD)',
    read: true,
    because: 'file 1',
  },
  {
    name: '12 a compound grant grants nothing',
    sddl: 'D:(0x4;;FA;;;{bob})',
    read: false,
    because: 'file no-ace-matched',
  },
  {
    name: '12 an access filter may restrict',
    sddl: 'D:(FL;;0x2;;;WD;(x))(A;;FA;;;WD)',
    read: false,
    because: 'file 0',
  },
  {
    name: '12 an object grant grants nothing',
    sddl: 'D:(OA;;FA;bf967aba-0de6-11d0-a285-00aa003049e2;;{bob})(OA;;FA;;;{bob})',
    read: false,
    because: 'file no-ace-matched',
  },
  {
    name: '12 an object denial denies',
    sddl: 'D:(OD;;FR;bf967aba-0de6-11d0-a285-00aa003049e2;;{bob})(A;;FA;;;WD)',
    read: false,
    because: 'file 0',
  },
  {
    name: '12 a conditional object denial denies',
    sddl: 'D:(0xc;;FR;;;{bob})(A;;FA;;;WD)',
    read: false,
    because: 'file 0',
  },
  {
    name: '12 audit, alarm, label, resource and policy entries have no say',
    sddl: 'D:(AU;SA;FA;;;WD)(AL;;FA;;;WD)(ML;;NR;;;HI)(RA;;;;;WD;("n",TI,0,1))(SP;;;;;S-1-17-1)(TL;;0x1;;;S-1-19-512-1024)(A;;FR;;;WD)',
    read: true,
    because: 'file 6',
  },
  {
    name: '17 a Samba --- for the user, read as Windows would',
    sddl: 'D:(A;;;;;{bob})(A;;FR;;;WD)',
    read: true,
    because: 'file 1',
  },
];

describe('a Windows list is decided as Windows decides it', () => {
  it.each(MATRIX)('$name', ({ sddl, share, token = BOB, read, because }) => {
    const protection = { descriptor: sd(sddl), share: share === undefined ? null : sd(share) };
    const decision = evaluateWindows(protection, tokenOf(token));
    const { part, kind } = decision.because;
    expect({
      read: decision.read,
      because: `${part} ${kind === 'ace' ? decision.because.index : kind}`,
    }).toEqual({
      read,
      because,
    });
    const { aces, ...explained } = explainWindows(protection, tokenOf(token));
    expect(explained).toEqual(decision);
    expect(aces.length).toBe(
      [protection.share, protection.descriptor]
        .map((one) => (one?.dacl.kind === 'list' ? one.dacl.aces.length : 0))
        .reduce((a, b) => a + b),
    );
  });

  it('an empty token reads nothing that has a list', () => {
    expect(evaluateWindows({ descriptor: sd('D:(A;;FA;;;WD)') }, new Set()).read).toBe(false);
  });
});

describe('an explanation', () => {
  it('names every entry in stored order with what it did', () => {
    const { aces } = explainWindows(
      {
        share: sd('D:(A;;FA;;;WD)'),
        descriptor: sd(
          'D:(A;IO;FA;;;WD)(D;;FA;;;{anna})(A;;FW;;;{bob})(XA;;FA;;;{bob})(OA;;FA;;;{bob})(AU;;FA;;;WD)(A;;FR;;;{staff})(D;;FA;;;{bob})(D;;FA;;;{anna})',
        ),
      },
      tokenOf(BOB),
    );
    expect(
      aces.map((one) => `${one.part} ${one.index} ${one.matched} ${one.outcome} ${one.skipped}`),
    ).toEqual([
      'share 0 true allow null',
      'file 0 true skip inherit-only',
      'file 1 false skip other-principal',
      'file 2 true skip no-read-right',
      'file 3 true skip conditional-allow',
      'file 4 true skip object-allow',
      'file 5 true skip not-an-access-entry',
      'file 6 true allow null',
      'file 7 true skip already-decided',
      'file 8 false skip other-principal',
    ]);
  });
});
